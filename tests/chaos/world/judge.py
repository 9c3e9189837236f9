"""The judge: the simulator's ledger against what people wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.translate import rtc
from agora_simulator.ledger import overlaps
from agora_simulator.recordings import EndReason, Recording
from agora_simulator.web import WebStart
from chaos.store.answers import Object
from chaos.world.agora import AgoraService
from chaos.world.people import FINALIZER, People
from chaos.world.wishes import Wishes

CLOCK_ERROR: Final = 1.0
"""Seconds by which a process may see a resource acquired after Agora does."""
SETTLED: Final = frozenset({"runs", "stopped", "gone", "ended"})
"""Ways in which all can be as declared."""
NONE: Final[frozenset[str]] = frozenset()
EVERYBODY: Final = {
    "audioUidList": {"subscribeAudioUids": ["#allstream#"]},
    "videoUidList": {"subscribeVideoUids": ["#allstream#"]},
}
"""Whom a recording hears that was told nothing else."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one world."""

    outcome: str
    """How its objects stand, in a word."""
    duplicates: int = 0
    leaked: int = 0
    waiting: int = 0
    faults: list[str] = field(default_factory=list)
    """What is wrong, for people."""


class Judge:
    """Looks at everything, and is asked by nobody."""

    def __init__(self, service: AgoraService, wishes: Wishes) -> None:
        self._service = service
        self._wishes = wishes
        self.people: list[People] = []
        self.foreign: set[str] = set()
        """Sids of recordings that somebody else makes."""

    def recordings(self, channel: str) -> list[Recording]:
        """Return all recordings of a channel there ever were, but for foreign ones."""
        simulation = self._service.simulation
        every = simulation.world.recordings(simulation.now())
        return [one for one in every if self._ours(one) and one.target.channel == channel]

    def running(self, channel: str) -> list[Recording]:
        """Return those that run now."""
        return [one for one in self.recordings(channel) if one.ended_at is None]

    def objects(self) -> list[tuple[People, str, str]]:
        """Return each object there ever was: its people, name and channel."""
        return [(p, name, channel) for p in self.people for name, channel in p.channels.items()]

    def settled(self) -> bool:
        """Whether each object is as declared."""
        return all(self.standing(*each) in SETTLED for each in self.objects())

    def standing(self, people: People, name: str, channel: str) -> str:
        """Return how an object stands: one of SETTLED if all is as declared, else what is not."""
        found, running = people.find(name), self._running_for(people, name, channel)
        if found is None:
            return "gone" if not running else "gone, but it runs"
        if people.wants(name):
            return self._wanted(people, found, running, channel)
        reason = ready(found)["reason"]
        clean = not (running or found["status"].get("attempts") or held(found))
        return "stopped" if clean and reason == "Stopped" else f"unwanted, {reason}"

    def _wanted(self, people: People, found: Object, running: list[Recording], channel: str) -> str:
        reason = ready(found)["reason"]
        if reason == "Completed" and not running and not held(found):
            real = (one for one in self.recordings(channel) if not is_probe(one))
            last = max(real, key=lambda one: one.ended_at or 0.0)
            return "ended" if ended_by_itself(found, last) else "Completed, but not by itself"
        told = reason in {"Recording", "OnHold"} and observed(found)
        if told and len(running) == 1 and as_declared(found, running[0]):
            return "runs" if uploads(people, running[0]) else "runs, with keys that were replaced"
        return f"wanted, {reason}, {len(running)} running"

    def verdict(self, *, holds: frozenset[str] = NONE, may_be_stopped: bool = False) -> Verdict:
        """Judge everything that happened so far.

        Args:
            holds: Reasons for which an object may wait for a person here, as is documented.
            may_be_stopped: Whether a recording may be stopped that is wanted, such as one that
                Agora does not confirm.
        """
        faults: list[str] = []
        words: set[str] = set()
        leaked = waiting = 0
        for people, name, channel in self.objects():
            word = self.standing(people, name, channel)
            words.add(word if word in SETTLED else "held")
            reason = _reason(people.find(name))
            lost = self._unaccounted(people, name, channel)
            if word in SETTLED or (reason in holds and not lost):
                continue
            leaked, waiting = leaked + lost, waiting + (not lost)
            faults.append(f"{channel}: {word}; {lost} unaccounted for")
        duplicates, stopped = self.duplicates(), [] if may_be_stopped else self.stopped()
        faults += [f"{duplicates} ran beside another"] if duplicates else []
        faults += [f"{one.target.channel}: {one.sid} stopped although wanted" for one in stopped]
        outcome = "/".join(sorted(words))
        return Verdict(outcome, duplicates, leaked + len(stopped), waiting, faults)

    def duplicates(self) -> int:
        """Count the recordings that ever ran beside another of the same target or object."""
        return sum(self._twice(channel) for channel in self._channels())

    def stopped(self) -> list[Recording]:
        """Return the recordings that were stopped although they were wanted all the time."""
        alone = (channel for channel in self._channels() if not self._shared(channel))
        every = (one for channel in alone for one in self.recordings(channel))
        return [
            one
            for one in every
            if one.end_reason is EndReason.STOPPED
            and not is_probe(one)
            and self._wishes.always(
                one.target.channel, one.resource.acquired_at, one.ended_at or 0.0
            )
        ]

    def unaccounted(self) -> int:
        """Count recordings that run now for nobody, or in no status although their sid is known."""
        return sum(self._unaccounted(*each) for each in self.objects())

    def _channels(self) -> set[str]:
        return {channel for _, _, channel in self.objects()}

    def _ours(self, one: Recording) -> bool:
        return one.sid not in self.foreign

    def _twice(self, channel: str) -> int:
        """Count the recordings of a channel, or of its one object, that ran beside another."""
        recordings = self.recordings(channel)
        return overlaps(recordings) + (0 if self._shared(channel) else across_uids(recordings))

    def _shared(self, channel: str) -> bool:
        """Whether several objects want the channel, so that one may want what another does not."""
        return sum(other == channel for _, _, other in self.objects()) > 1

    def _running_for(self, people: People, name: str, channel: str) -> list[Recording]:
        """Return what runs in a channel and is not another object's."""
        theirs: set[str | None] = set()
        for other, its_name, its_channel in self.objects():
            if its_channel == channel and (other, its_name) != (people, name):
                theirs |= listed(other.find(its_name))
        return [one for one in self.running(channel) if one.sid not in theirs]

    def _unaccounted(self, people: People, name: str, channel: str) -> int:
        """Count recordings that run for nobody: unwanted, or in no status although it is known."""
        running = {one.sid for one in self._running_for(people, name, channel)}
        known = listed(people.find(name))
        return 0 if None in known else len(running - known)


def _reason(found: Object | None) -> str:
    return "" if found is None else str(ready(found)["reason"])


def ended_by_itself(found: Object, one: Recording) -> bool:
    """Whether a channel was empty, or a page had its time."""
    if one.page is None:
        return one.end_reason is EndReason.IDLE
    lasted = (one.ended_at or 0.0) - one.resource.acquired_at
    in_time = lasted >= found["spec"]["maxDurationSeconds"] - CLOCK_ERROR
    return in_time and one.end_reason in {EndReason.STOPPED, EndReason.MAX_RECORDING_HOUR}


def is_probe(one: Recording) -> bool:
    """Whether it was started only to see whether another runs.

    It hears nobody but itself, or nothing of its page was to be written from its start on.
    """
    if isinstance(one.options, WebStart):
        return one.options.recorder.onhold and one.options.recorder.max_recording_hour == 1
    own = {"subscribeAudioUids": [str(one.target.uid)]}
    return heard(one.subscription)["audioUidList"] == own


def across_uids(recordings: Iterable[Recording]) -> int:
    """Count starts at which another recording of the channel ran, under another uid."""
    ordered = sorted(recordings, key=lambda one: one.started_at)
    return sum(
        any(
            other.started_at <= one.started_at < (other.ended_at or float("inf"))
            for other in ordered[:number]
            if other.target != one.target
        )
        for number, one in enumerate(ordered)
    )


def listed(found: Object | None) -> set[str | None]:
    """Return the sids of the open attempts of an object; None for one that is not known."""
    attempts = (found or {}).get("status", {}).get("attempts") or ()
    return {attempt.get("sid") for attempt in attempts}


def ready(found: Object) -> dict[str, Any]:
    """Return the condition Ready."""
    conditions: list[dict[str, Any]] = found["status"]["conditions"]
    return next(c for c in conditions if c["type"] == "Ready")


def observed(found: Object) -> bool:
    """Whether the status speaks of the spec as it is now."""
    return bool(found["status"]["observedGeneration"] == found["metadata"]["generation"])


def held(found: Object) -> bool:
    """Whether the operator's finalizer is on it."""
    return FINALIZER in found["metadata"].get("finalizers", ())


def as_declared(found: Object, running: Recording) -> bool:
    """Whether what runs is known, held, and recorded as the spec says."""
    spec = CloudRecordingSpec.model_validate(found["spec"])
    known = found["status"].get("sid") == running.sid and held(found)
    if spec.web is not None:
        return known and opened(running) == (spec.web.on_hold, spec.web.rtmp_url)
    layout = rtc.layout(spec.mix.layout if spec.mix else None)
    wanted = rtc.subscription(spec)["streamSubscribe"]
    return known and running.layout == layout and heard(running.subscription) == heard(wanted)


def opened(running: Recording) -> tuple[bool, str | None]:
    """Return whether a page is on hold, and where it is streamed to."""
    assert running.page is not None
    return running.page.on_hold, next(iter(running.page.outputs), None)


def uploads(people: People, running: Recording) -> bool:
    """Whether what runs has the keys that the Secret holds, if there is one."""
    held, now = people.secret("storage") or {}, running.storage
    return not held or (now.access_key, now.sts_token) == (held["accessKey"], held.get("stsToken"))


def heard(subscription: object) -> dict[str, Any]:
    """Return whose streams are recorded; a list that was not given means everybody."""
    assert isinstance(subscription, dict)
    return {**EVERYBODY, **subscription}
