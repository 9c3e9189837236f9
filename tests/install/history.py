"""A release through its versions, what it records, and what proves that nothing was disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from install.onlooker import Onlooker
from install.release import Release
from install.versions import Version
from running.stage import Stage
from testbed.processes import wait_for

LIVE: Final = [f"lesson-{number:02}" for number in range(20)]
"""Recordings that run from before the first upgrade until after the last."""


@dataclass
class History:
    """A release, the recordings that it watches, and the version that it has now."""

    release: Release
    stage: Stage
    versions: dict[str, Version]
    version: str = ""
    """Which of them is installed."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    """For names that nothing had before."""

    @property
    def _values(self) -> tuple[str, ...]:
        agora = f"settings.agoraUrl={self.stage.simulator.api}"
        return (agora, "settings.pollInterval=PT1S", "settings.logLevel=DEBUG")

    def begin(self) -> None:
        """Install the released version, and let it record."""
        self.install("released")
        self.stage.set_up()
        self.stage.apply(*(self.recording(name) for name in LIVE))
        for name in LIVE:
            self.stage.wait_for_reason("Recording", 60, name)

    def install(self, name: str, *values: str) -> None:
        """Install a version."""
        version = self.versions[name]
        self.release.install(*self._values, *version.values, *values, chart=version.chart)
        self.version = name

    def upgrade(self, name: str, *values: str, seconds: int = 90) -> None:
        """Upgrade to a version, within so long."""
        version = self.versions[name]
        values = (*self._values, *version.values, *values)
        self.release.upgrade(*values, chart=version.chart, seconds=seconds)
        self.version = name

    def bring(self, *names: str) -> None:
        """Upgrade to the first of some versions if none of them is there."""
        if self.version not in names:
            self.upgrade(names[0])

    def rollback(self, name: str) -> None:
        """Go back to the revision before, which had this version."""
        self.release.helm("rollback", "--wait", "--timeout=90s")
        self.version = name

    def recording(self, name: str, **spec: Any) -> dict[str, Any]:
        """Return a recording of the channel of its name."""
        return self.stage.recording(name, channel=name, **spec)

    def may_read_config_maps(self) -> bool:
        """Say whether the operator has the permission that the next version adds."""
        words = ("auth", "can-i", "get", "configmaps", f"--as={self.release.user}")
        return self.stage.cluster.kubectl(*words, check=False).strip() == "yes"

    def remark(self, name: str, part: str) -> str:
        """Return the field that the next version adds, of the spec or of the status."""
        return self.stage.kubectl("get", "crec", name, "-o", f"jsonpath={{.{part}.remark}}")

    def wait_for_remark(self, name: str, remark: str) -> None:
        """Wait until the operator tells of the field that the next version adds."""
        words = f"--for=jsonpath={{.status.remark}}={remark}"
        self.stage.kubectl("wait", f"crec/{name}", words, "--timeout=60s")


@contextmanager
def under_way(history: History) -> Iterator[None]:
    """Leave an unknown start and a deletion open for the length of the block; both end well."""
    stage, number = history.stage, next(history.numbers)
    agora, unknown, leaving = stage.simulator, f"unknown-{number}", f"leaving-{number}"
    stage.apply(history.recording(leaving))
    stage.wait_for_reason("Recording", name=leaving)
    agora.fault("lose_answer", operation="start", channel=unknown)
    agora.fault("server_error", operation="stop", channel=leaving)
    stage.apply(history.recording(unknown))
    stage.kubectl("delete", "crec", leaving, "--wait=false")
    wait_for(lambda: agora.recordings(unknown), 30, "a start")
    wait_for(lambda: agora.calls(leaving, "stop"), 30, "a stop")
    yield
    attempts = stage.status(unknown)["attempts"]
    assert [each for each in attempts if "sid" in each] == []
    assert attempts
    assert stage.get(leaving) is not None
    assert [each["endedAt"] for each in agora.recordings(leaving)] == [None]
    agora.clear_faults()
    stage.wait_for_reason("Recording", 90, unknown)
    wait_for(lambda: stage.get(leaving) is None, 90, "the deletion to end", every=0.2)
    (running,), (stopped,) = agora.recordings(unknown), agora.recordings(leaving)
    assert (running["endedAt"], stopped["endReason"]) == (None, "Stopped")
    known = [each["sid"] for each in stage.status(unknown)["attempts"] if "sid" in each]
    assert known == [running["sid"]]
    stage.delete(unknown)


@contextmanager
def undisturbed(history: History, *, fewest: int = 1) -> Iterator[None]:
    """Prove that nothing of what runs noticed the block.

    So many pods were ready at each moment of it, and none acted but the one that led.
    """
    agora = history.stage.simulator
    before = {name: len(agora.calls(name)) for name in LIVE}
    with Onlooker.of(history.release) as onlooker:
        yield
        looks = len(agora.calls(LIVE[0]))
        wait_for(lambda: len(agora.calls(LIVE[0])) > looks + 1, 30, "looks of the new pods")
        assert onlooker.fewest_ready() >= fewest
        assert {pod for _, pod in onlooker.leaders()} & history.release.pods().keys()
        assert onlooker.deeds()
        assert onlooker.deeds_of_others() == []
    calls = [call["operation"] for name in LIVE for call in agora.calls(name)[before[name] :]]
    assert {*calls} == {"query"}
    assert_live(history)


def assert_live(history: History) -> None:
    """Each of the twenty was begun once, was never stopped, and is known by its object."""
    agora = history.stage.simulator
    for name in LIVE:
        (recording,) = agora.recordings(name)

        assert recording["endedAt"] is None
        assert history.stage.status(name)["sid"] == recording["sid"]
        assert history.stage.ready(name)["reason"] == "Recording"
        assert [len(agora.calls(name, each)) for each in ("start", "stop")] == [1, 0]
    assert agora.ledger(LIVE[0])["overlaps"] == 0
