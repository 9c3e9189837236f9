"""Project, Secrets or the whole namespace are deleted before the recordings: all are stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from running.stage import Stage
from testbed.controlplane import ControlPlane, KubectlError
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.simulator import Simulator

pytestmark = pytest.mark.timeout(400)

CROWD = 50
GONE_SECONDS = 120
"""The stops, and the namespace controller's next try, which comes at least each minute."""
POLICY = "validatingadmissionpolicybinding/agora-recording-operator-secrets"


@pytest.fixture(scope="module")
def mortal(cluster: ControlPlane, simulator: Simulator) -> Iterator[Operator]:
    """An operator of this module's own, to be killed."""
    with Operator.start(cluster, simulator.api, poll_interval="PT5S") as running:
        yield running


@pytest.fixture
def crowd(stage: Stage, mortal: Operator) -> Stage:
    """Many recordings in a namespace whose Secrets are guarded."""
    mortal.wait_until_ready()
    names = [f"lesson-{n:02}" for n in range(CROWD)]
    stage.apply(*(stage.recording(n, channel=f"{stage.channel}-{n}") for n in names))
    stage.kubectl("wait", "crec", "--all", "--for=condition=Recording", "--timeout=80s")
    wait_for(lambda: refusal(stage), 45, "the Secret to be guarded", every=0.5)
    return stage


def refusal(stage: Stage, name: str = "agora-rest") -> str:
    """Return the words with which the deletion of a Secret would be refused; "" if it is not."""
    try:
        stage.kubectl("delete", "secret", name, "--dry-run=server")
    except KubectlError as error:
        return str(error)
    return ""


def delete_namespace(stage: Stage) -> None:
    """Delete the namespace and wait for nothing."""
    stage.cluster.kubectl("delete", "namespace", stage.namespace, "--wait=false")


def await_end_of_namespace(stage: Stage) -> None:
    """Return once the namespace is gone."""
    word, timeout = f"namespace/{stage.namespace}", f"--timeout={GONE_SECONDS}s"
    stage.cluster.kubectl("wait", "--for=delete", word, timeout, timeout=GONE_SECONDS + 10)


def ends(stage: Stage) -> list[str]:
    """Return how the recordings of the namespace ended; "runs" for those that did not."""
    everything = stage.simulator.recordings()
    ours = [r for r in everything if r["channel"].startswith(stage.channel)]
    return [recording["endReason"] or "runs" for recording in ours]


def project(stage: Stage) -> dict[str, Any]:
    """Return the project; {} if there is none."""
    text = stage.kubectl("get", "agp", "default", "-o", "json", "--ignore-not-found")
    found: dict[str, Any] = json.loads(text) if text.strip() else {}
    return found


def project_ready(stage: Stage) -> dict[str, Any]:
    """Return the project's condition."""
    condition: dict[str, Any] = project(stage)["status"]["conditions"][0]
    return condition


def test_a_namespace_is_deleted_and_the_operator_killed_at_once(
    crowd: Stage, mortal: Operator
) -> None:
    """Whoever comes next has project and Secrets, and stops all fifty."""
    delete_namespace(crowd)
    mortal.kill()
    mortal.restart()

    await_end_of_namespace(crowd)
    assert ends(crowd) == ["Stopped"] * CROWD


def test_a_namespace_is_deleted_while_the_operator_is_down(crowd: Stage, mortal: Operator) -> None:
    """All that can be deleted is; what stops need is there when the operator comes back."""
    mortal.kill()
    delete_namespace(crowd)

    def held_up() -> bool:
        text = crowd.cluster.kubectl(
            "get", "namespace", crowd.namespace, "-o", "jsonpath={.status.conditions}"
        )
        return "NamespaceContentRemaining" in text and "needs Secret" in text

    wait_for(held_up, 30, "the namespace to be held up", every=0.2)
    assert ends(crowd) == ["runs"] * CROWD
    mortal.restart()

    await_end_of_namespace(crowd)
    assert ends(crowd) == ["Stopped"] * CROWD


def test_a_project_that_is_deleted_first_waits_for_its_recordings(
    crowd: Stage, mortal: Operator
) -> None:
    """It says so, serves what runs also after a crash, and begins nothing new."""
    crowd.kubectl("delete", "agp", "default", "--wait=false")
    wait_for(lambda: project_ready(crowd)["reason"] == "InUse", 20, "the project to say InUse")
    assert (
        "lesson-00, lesson-01, lesson-02, lesson-03, lesson-04 and others"
        in (project_ready(crowd)["message"])
    )
    mortal.kill()
    mortal.restart()
    crowd.apply(crowd.recording("late", channel=f"{crowd.channel}-late"))
    crowd.wait_for_reason("ProjectTerminating", name="late")
    assert "is being deleted" in crowd.ready("late")["message"]
    assert ends(crowd) == ["runs"] * CROWD

    crowd.kubectl("delete", "crec", "--all", "--timeout=80s", timeout=90)

    wait_for(lambda: not project(crowd), 20, "the project to go", every=0.2)
    assert ends(crowd) == ["Stopped"] * CROWD
    crowd.kubectl("delete", "secret", "agora-rest", "s3")


def test_a_secret_is_kept_while_a_recording_needs_it(stage: Stage, mortal: Operator) -> None:
    """Agora's and the storage's; and no longer than that."""
    mortal.wait_until_ready()
    assert refusal(stage) == ""
    stage.record()
    wait_for(lambda: refusal(stage), 45, "the Secret to be guarded", every=0.5)
    assert "AgoraProject default needs Secret s3" in refusal(stage, "s3")
    stage.delete()
    stage.kubectl("delete", "agp", "default", "--timeout=20s")

    wait_for(lambda: not refusal(stage), 20, "the Secret to be let go", every=0.2)
    stage.kubectl("delete", "secret", "agora-rest", "s3")


@pytest.fixture
def unguarded(stage: Stage) -> Iterator[Stage]:
    """A namespace of a cluster whose policy is switched off."""
    text = stage.cluster.kubectl("get", POLICY, "-o", "json")
    binding = {k: v for k, v in json.loads(text).items() if k != "metadata"}
    binding["metadata"] = {"name": POLICY.partition("/")[2]}
    stage.cluster.kubectl("delete", POLICY)
    yield stage
    stage.cluster.kubectl("apply", "-f", "-", stdin=json.dumps(binding))


def test_a_secret_that_was_taken_away_is_asked_for_and_used(
    unguarded: Stage, mortal: Operator
) -> None:
    """A restarted operator does not know the credentials any more: it holds, and says what for."""
    stage = unguarded
    stage.record()
    wait_for(lambda: not refusal(stage), 20, "the policy to be off", every=0.2)
    stage.kubectl("delete", "secret", "agora-rest")
    mortal.kill()
    mortal.restart()
    stage.kubectl("delete", "crec", "lesson", "--wait=false")

    stage.wait_for_reason("SecretNotFound")
    message = stage.ready()["message"]
    assert "Secret agora-rest does not exist" in message
    assert "Create it with the keys customerId and customerSecret" in message
    assert ends(stage) == ["runs"]
    stage.apply(stage.agora_secret())

    wait_for(lambda: stage.get() is None, 60, "the recording to go", every=0.5)
    assert ends(stage) == ["Stopped"]
