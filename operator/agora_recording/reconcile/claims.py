"""Which objects claim which target, who has it, and when it was last seen being recorded.

Told of every look at an object; wakes those whom a change concerns. It is an economy and a
message for people: what keeps two objects from being recorded twice is Agora's exclusion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agora_recording.domain.claim import Claim, Rank, Rival, Sighting, derived_uid
from agora_recording.domain.ending import is_over
from agora_recording.domain.observation import (
    LOST_RECORD,
    Observation,
    Problem,
    Recording,
    Target,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one object claims."""

    claim: Claim
    rank: Rank
    rival: Rival
    """How it looks to the others."""
    contends: bool
    """Whether it records, or wants to."""
    sids: frozenset[str]
    """The sids that its status holds or held."""


class Claims:
    """The claims of all objects, by metadata.uid."""

    def __init__(self, wake: Callable[[str], None]) -> None:
        self._wake = wake
        self._entries: dict[str, Entry] = {}
        self._claimants: dict[Claim, set[str]] = {}
        self._sightings: dict[Claim, Sighting] = {}
        self._named: dict[tuple[str, str], str] = {}

    def see(self, seen: Observation) -> None:
        """Take in a look at an object."""
        uid = seen.recording.uid
        before, entry = self._entries.get(uid), _entry(seen)
        if entry == before:
            return
        self._remove(uid)
        if entry is not None:
            self._entries[uid] = entry
            self._named[entry.rival.namespace, entry.rival.name] = uid
            self._claimants.setdefault(entry.claim, set()).add(uid)
        self._wake_others(uid, before, entry)
        self._tidy(before)

    def forget(self, uid: str) -> None:
        """Drop an object; whoever waited for its target is woken."""
        before = self._entries.get(uid)
        self._remove(uid)
        self._wake_others(uid, before, None)
        self._tidy(before)

    def rival(self, uid: str) -> Rival | None:
        """Return the object that has the target instead of ``uid``, if one has."""
        own = self._entries.get(uid)
        if own is None:
            return None
        best = min((e for e in self._of(own.claim) if e.contends), key=_rank, default=own)
        return best.rival if best.rank < own.rank else None

    def sight(self, claim: Claim, sighting: Sighting) -> None:
        """Remember that Agora was seen recording a target."""
        self._sightings[claim] = sighting

    def sighting(self, claim: Claim | None) -> Sighting | None:
        """Return the latest sighting of a target."""
        return None if claim is None else self._sightings.get(claim)

    def has_sid(self, sid: str) -> bool:
        """Say whether any object has or had this sid."""
        return any(sid in entry.sids for entry in self._entries.values())

    def resources_of(self, namespace: str, name: str) -> frozenset[str] | None:
        """Return the resources that an object's status lists; None while it has yet to take one.

        An object that wants no recording takes none; one that is not known may yet be seen.
        """
        entry = self._entries.get(self._named.get((namespace, name), ""))
        if entry is None:
            return None
        taken = {i for i in entry.rival.resource_ids if not i.startswith(LOST_RECORD)}
        return frozenset(taken) if taken or not entry.contends else None

    def _of(self, claim: Claim) -> Iterator[Entry]:
        return (self._entries[uid] for uid in self._claimants.get(claim, ()))

    def _remove(self, uid: str) -> None:
        entry = self._entries.pop(uid, None)
        if entry is None:
            return
        named = entry.rival.namespace, entry.rival.name
        if self._named.get(named) == uid:  # or another object bears the name by now
            del self._named[named]
        claimants = self._claimants[entry.claim]
        claimants.discard(uid)
        if not claimants:
            del self._claimants[entry.claim]

    def _tidy(self, before: Entry | None) -> None:
        """Drop what is known of a target that nobody claims any more."""
        if before is not None and before.claim not in self._claimants:
            self._sightings.pop(before.claim, None)

    def _wake_others(self, uid: str, *entries: Entry | None) -> None:
        claims = {entry.claim for entry in entries if entry is not None}
        others = {other for claim in claims for other in self._claimants.get(claim, ())}
        for other in sorted(others - {uid}):
            self._wake(other)


def _rank(entry: Entry) -> Rank:
    return entry.rank


def _entry(seen: Observation) -> Entry | None:
    """Return what an object claims; None while its target is not known."""
    recording, attempts = seen.recording, seen.recording.status.attempts
    if seen.claim is None:
        return None
    sids = {a.sid for a in attempts} | {past.sid for past in recording.status.last_attempts}
    return Entry(
        claim=seen.claim,
        rank=Rank(
            without_sid=not any(attempt.sid for attempt in attempts),
            without_attempt=not attempts,
            created=recording.created,
            uid=recording.uid,
        ),
        rival=Rival(
            recording.namespace, recording.name, frozenset(a.resource_id for a in attempts)
        ),
        contends=_contends(seen),
        sids=frozenset(sid for sid in sids if sid),
    )


def _contends(seen: Observation) -> bool:
    """Whether others must wait for it.

    Not for what is unknown of an object that exists no more: nobody may ever resolve it but the
    others, whose starts Agora refuses while it runs, and accepts once it does not.
    """
    if seen.recording.gone:
        return any(attempt.sid for attempt in seen.attempts)
    return bool(seen.recording.status.attempts) or not is_over(seen)


def claim_of(recording: Recording, target: Target | Problem) -> Claim | None:
    """Return the target that an object claims: the pinned one while something may run."""
    if recording.status.attempts:
        return Claim.of(recording.status.attempts[-1])
    if isinstance(target, Problem):
        return None
    spec, app_id = recording.spec, target.app_id
    uid = spec.uid or derived_uid(app_id, spec.channel, recording.namespace, recording.name)
    return Claim(app_id, spec.channel, uid)
