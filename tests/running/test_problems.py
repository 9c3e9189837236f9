"""What only a person can mend: each says what to do, makes no hot loop, and heals by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from running.stage import CUSTOMER, SECRET, Stage
from testbed.controlplane import ControlPlane
from testbed.processes import wait_for
from testbed.simulator import Simulator

pytestmark = [pytest.mark.usefixtures("operator"), pytest.mark.timeout(400)]

QUIET_SECONDS = 60
ACCOUNT = {"customer_id": CUSTOMER, "secret": SECRET}


@dataclass
class Trouble:
    """Something that is wrong with a stage, and how a person mends it."""

    reason: str
    words: tuple[str, ...]
    spoil: Callable[[Stage], None]
    mend: Callable[[Stage], None]
    app_id: str = field(default="")


def _without(kind: str, name: str) -> Callable[[Stage], None]:
    return lambda stage: void(stage.kubectl("delete", kind, name))


def void(_: object) -> None:
    """Forget a result."""


TROUBLES = {
    "no-project": Trouble(
        "ProjectNotFound",
        ("AgoraProject default", "Create it"),
        _without("agp", "default"),
        lambda stage: stage.apply(stage.project()),
    ),
    "no-secret": Trouble(
        "SecretNotFound",
        ("Secret agora-rest", "customerId and customerSecret"),
        _without("secret", "agora-rest"),
        lambda stage: stage.apply(stage.agora_secret()),
    ),
    "no-storage-secret": Trouble(
        "SecretNotFound",
        ("Secret s3", "accessKey and secretKey"),
        _without("secret", "s3"),
        lambda stage: stage.apply(stage.storage_secret()),
    ),
    "no-key": Trouble(
        "SecretIncomplete",
        ("Secret agora-rest", "customerSecret"),
        lambda stage: stage.apply(stage.agora_secret(customerId=CUSTOMER, customerSecret="")),
        lambda stage: stage.apply(stage.agora_secret()),
    ),
    "wrong-credentials": Trouble(
        "CredentialsRefused",
        ("401", "Correct the Secret"),
        lambda stage: stage.apply(stage.agora_secret(customerId=CUSTOMER, customerSecret="no")),
        lambda stage: stage.apply(stage.agora_secret()),
    ),
    "disabled": Trouble(
        "ServiceDisabled",
        ("suspended", "paid"),
        lambda stage: stage.simulator.set(apps=_apps("disabled")),
        lambda stage: stage.simulator.set(apps=_apps("enabled")),
    ),
    "no-storage": Trouble(
        "StorageMissing",
        ("spec.storage",),
        lambda stage: void(
            stage.kubectl("patch", "agp", "default", "--type=json", "-p", _NO_STORAGE)
        ),
        lambda stage: stage.apply(stage.project()),
    ),
}
_NO_STORAGE = '[{"op": "remove", "path": "/spec/storage"}]'


def _app_id(name: str) -> str:
    return f"{list(TROUBLES).index(name) + 1:032x}"


def _apps(state: str) -> dict[str, object]:
    """Return the simulator's apps; the one of the disabled account is in ``state``."""
    enabled = {"state": "enabled", "accounts": [ACCOUNT]}
    apps: dict[str, object] = {_app_id(name): enabled for name in TROUBLES}
    return {**apps, _app_id("disabled"): {"state": state, "accounts": [ACCOUNT]}}


def _pass_time(simulator: Simulator, seconds: float) -> None:
    """Wait, by the simulator's clock."""
    until = simulator.ledger("none")["now"] + seconds
    wait_for(lambda: simulator.ledger("none")["now"] >= until, 2 * seconds, "time", every=0.5)


@pytest.fixture
def stages(cluster: ControlPlane, simulator: Simulator) -> Iterator[dict[str, Stage]]:
    """One spoilt stage for each trouble, each with an App ID of its own."""
    before = {"0123456789abcdef0123456789abcdef": {"state": "enabled", "accounts": []}}
    simulator.set(apps={**before, **_apps("enabled")})
    prepared = {n: Stage(cluster, simulator, f"trouble-{n}", _app_id(n)) for n in TROUBLES}
    for name, stage in prepared.items():
        stage.set_up()
        TROUBLES[name].spoil(stage)
    _pass_time(simulator, 2)  # the operator may take a Secret as it was a second ago
    yield prepared
    simulator.set(apps={})


def test_each_trouble_says_what_to_do_stays_quiet_and_heals(stages: dict[str, Stage]) -> None:
    """All troubles at once, each in a namespace of its own."""
    for stage in stages.values():
        stage.apply(stage.recording())
    for name, stage in stages.items():
        stage.wait_for_reason(TROUBLES[name].reason)
        message = stage.ready()["message"]
        assert [word for word in TROUBLES[name].words if word not in message] == []

    calls = {name: len(stage.simulator.calls(stage.channel)) for name, stage in stages.items()}
    _pass_time(next(iter(stages.values())).simulator, QUIET_SECONDS)
    for name, stage in stages.items():
        assert len(stage.simulator.calls(stage.channel)) - calls[name] <= 2, name
        assert stage.simulator.recordings(stage.channel) == []

    for name, stage in stages.items():
        TROUBLES[name].mend(stage)
    for stage in stages.values():
        stage.wait_for_reason("Recording", timeout=90)
    for stage in stages.values():
        stage.delete()
        assert stage.running() == []


def test_a_project_says_whether_it_can_be_used(stage: Stage) -> None:
    """The project's own condition follows its Secret."""

    def reason() -> str:
        return stage.kubectl(
            "get", "agp", "default", "-o", "jsonpath={.status.conditions[0].reason}"
        )

    wait_for(lambda: reason() == "Available", 60, "the project to be available", every=0.2)
    stage.kubectl("delete", "secret", "agora-rest")
    stage.apply(stage.project(limits={"requestsPerSecond": 20}))
    wait_for(lambda: reason() == "SecretNotFound", 20, "the missing Secret to be told", every=0.2)
