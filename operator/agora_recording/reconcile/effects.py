"""Carry out one action at Agora and remember what it taught. At most one call each.

Nothing here decides what happens next, and nothing is written to the API server: what was learned
is in the memory, from which the status is made.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from agora_recording.agora import wire
from agora_recording.agora.errors import AgoraError, Conflict, Refused, Unavailable
from agora_recording.agora.protocol import Access
from agora_recording.bucket import BucketError
from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Ending
from agora_recording.domain.lifetime import continued_from
from agora_recording.domain.observation import Answer, Problem, Target, Trail
from agora_recording.domain.pace import STALE, operation
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import Topic, is_news
from agora_recording.reconcile.hearing import (
    compared,
    doubted,
    heard,
    learn_answer,
    learn_sid,
    sight,
)
from agora_recording.reconcile.ports import Agora, Sids
from agora_recording.reconcile.turn import Turn, unknown
from agora_recording.translate import answers, requests, web
from agora_recording.translate.placement import acquire_request
from agora_recording.translate.secrets import Purpose
from agora_recording.translate.storage import NOWHERE, place
from agora_recording.translate.tokens import pinned, token_of

TASK_CONFLICT: Final = 53
"""Another task of the same channel and uid exists."""
STOPPED_STATUS: Final = 7
"""Query status of a recording that was stopped."""
ALREADY_STARTED: Final = 7
NOTHING_BEGINS: Final = frozenset({2, TASK_CONFLICT, 432, 433, 1001, 1003})
"""Codes that are a definite no to the only start (protocol 6)."""
CLOCK_ERROR: Final = timedelta(minutes=2)
"""How far the clocks of operator and bucket may differ."""
TOLD_BY_QUERY: Final = frozenset({Topic.HOLD, Topic.OUTPUTS})
"""What a query tells the effect of: people wait for it."""
SOON: Final = 5.0
"""Seconds until it is asked then."""
CANDIDATES: Final = 10
"""How many sids of one listing are asked about, newest first."""


class Effects:
    """Carries out actions at Agora, and looks for sids elsewhere."""

    def __init__(self, agora: Agora, sids: Sids) -> None:
        self._agora = agora
        self._sids = sids

    async def perform(self, action: Action, turn: Turn) -> None:
        """Carry out ``action``; its failures are remembered, not raised."""
        match action:
            case act.Acquire():
                await self._acquire(turn, action)
            case act.Start():
                await self._start(turn, action.attempt)
            case act.Query():
                await self._query(turn, action)
            case act.FindSid():
                await self._find_sid(turn, action)
            case act.Stop():
                await self._stop(turn, action)
            case act.Kick():
                await self._kick(turn, action)
            case act.Tell():
                await self._tell(turn, action)
            case _:
                raise AssertionError(action)  # nothing of it is Agora's business

    async def _acquire(self, turn: Turn, action: act.Acquire) -> None:
        seen, target, claim = turn.seen, turn.seen.target, turn.seen.claim
        assert isinstance(target, Target)  # noqa: S101 - decide() asks for nothing without one
        assert claim is not None  # noqa: S101 - known with the target
        access, spec = _access_to_acquire(turn), seen.recording.spec
        request = acquire_request(spec, seen.neighbours.resource_ids)
        spec = requests.least(spec, claim.uid) if action.probe else spec
        try:
            resource_id = await self._agora.acquire(
                access, claim.app_id, claim.channel, claim.uid, request
            )
        except AgoraError as error:
            turn.hold_up(operation(action), error)
            return
        numbers = [a.number for a in seen.attempts]
        numbers += [past.number for past in seen.recording.status.last_attempts]
        attempt = Attempt(
            number=max(numbers, default=0) + 1,
            resource_id=resource_id,
            owner=seen.owner,
            app_id=claim.app_id,
            endpoint=access.endpoint,
            channel=claim.channel,
            uid=claim.uid,
            mode=spec.mode,
            acquired_at=seen.now,
            probe=True if action.probe else None,
            continues_from=continued_from(seen),
            told=dict(seen.wanted),
            storage=seen.upload.place if seen.upload else None,
            storage_expires_at=seen.upload.expires_at if seen.upload else None,
            **pinned(spec, turn.means.secrets, seen.now, turn.jitter),
            **requests.pinned_end(spec, seen.now),
        )
        turn.memory.learn(Trail(attempt, acquired=seen.tick))

    async def _start(self, turn: Turn, attempt: Attempt) -> None:
        """Send the start. It is counted before it is sent: from then on it may have happened."""
        trail = turn.trail(attempt)
        first = trail.acquired is not None and trail.sends == 0
        sent = replace(trail, sends=trail.sends + 1)
        turn.memory.learn(sent)
        key = operation(act.Start(attempt))
        access, task = turn.means.access(attempt.endpoint), requests.task(attempt)
        try:
            sid = await self._agora.start(access, task, _request(turn, attempt))
        except AgoraError as error:
            self._start_failed(turn, trail, error, first=first)
            return
        turn.succeed(key)
        turn.succeed(STALE)
        learn_sid(turn, sent, sid)
        if attempt.probe:  # Agora's exclusion says that nothing else of this target runs
            sight(turn, attempt)

    def _start_failed(self, turn: Turn, trail: Trail, error: AgoraError, *, first: bool) -> None:
        """Sort out what the failure of a start says of the attempt (protocol 6)."""
        key, code = operation(act.Start(trail.attempt)), error.said.code
        again = operation(act.Acquire(probe=bool(trail.attempt.probe)))
        if isinstance(error, Conflict) and code == ALREADY_STARTED:
            told = replace(trail, sends=trail.sends + 1, started=True, answered=True)
            unsure = frozenset(Topic)  # which start it was is not known
            turn.memory.learn(replace(_named(turn, told, error), unsure=unsure))
            turn.fail(key, unknown())
        elif _is_definite_no(error):
            if first:
                turn.end(trail, Ending.REFUSED)
                turn.hold_up(again, error)
                if code == TASK_CONFLICT:
                    _witness(turn)
            else:  # it proves nothing of what was sent before
                turn.memory.learn(replace(trail, sends=trail.sends + 1, answered=True))
                turn.fail(key, unknown())
        else:
            if isinstance(error, Unavailable | Refused) and code is None:
                turn.memory.learn(trail)  # nothing happened: it counts as not sent
                turn.hold_up(again, error)
            else:
                turn.memory.learn(_named(turn, replace(trail, sends=trail.sends + 1), error))
            turn.hold_up(key, error)

    async def _query(self, turn: Turn, action: act.Query) -> None:
        attempt = action.attempt
        access, task = turn.means.access(attempt.endpoint), requests.task(attempt)
        response = await heard(turn, action, self._agora.query(access, task, action.sid))
        if response is None:
            return
        trail = turn.trail(attempt)
        if attempt.sid is None:
            trail = learn_sid(turn, trail, action.sid)
        answer, page = answers.answer(response), turn.seen.recording.spec.web
        if answer is not None and page is not None:
            elsewhere = web.streams_elsewhere(page, response, turn.means.secrets)
            trail = compared(turn, doubted(trail, elsewhere=elsewhere), page, answer)
        learn_answer(turn, trail, answer)

    async def _find_sid(self, turn: Turn, action: act.FindSid) -> None:
        """Look into the bucket; what another attempt or object has is not it (protocol 9)."""
        attempt, means, key = action.attempt, turn.means, operation(action)
        assert means.storage is not None  # noqa: S101 - decide() searches nothing without one
        found_in = place(means.storage, means.secrets[Purpose.STORAGE])
        since, name = attempt.acquired_at - CLOCK_ERROR, requests.name_in_files(attempt)
        try:
            found = await self._sids.find_sids(found_in, name, since)
        except BucketError as error:
            turn.fail(key, Problem(Reason.SID_UNKNOWN, error.reason))
            return
        free = [sid for sid in found if not turn.claims.has_sid(sid)]
        if not free:
            turn.fail(key, Problem(Reason.SID_UNKNOWN, ""))
            return
        unsure = frozenset(Topic)
        trail = replace(turn.trail(attempt), candidates=tuple(free[:CANDIDATES]), unsure=unsure)
        turn.memory.learn(trail)

    async def _stop(self, turn: Turn, action: act.Stop) -> None:
        """Stop; nobody waits for the upload of an object that is deleted."""
        attempt, leaving = action.attempt, turn.seen.recording.leaving
        access, task = turn.means.access(attempt.endpoint), requests.task(attempt)
        call = self._agora.stop(access, task, attempt.sid or "", async_stop=leaving)
        response = await heard(turn, action, call)
        if response is None:
            return
        trail = turn.trail(attempt)
        uploading = answers.uploading_status(response)
        files = answers.files(response)
        if files:
            answer = trail.answer or Answer(STOPPED_STATUS)
            trail = replace(trail, answer=replace(answer, files=files))
        turn.end(replace(trail, uploading_status=uploading), Ending.STOPPED)

    async def _kick(self, turn: Turn, action: act.Kick) -> None:
        """Remove a recorder from its channel; that it is gone, a probe must show."""
        attempt, key = action.attempt, operation(action)
        access = turn.means.access(attempt.endpoint)
        try:
            await self._agora.kick(access, attempt.app_id, attempt.channel, attempt.uid)
        except AgoraError as error:
            turn.hold_up(key, error)
        else:
            turn.fail(key, unknown())  # for this time it is not done again

    async def _tell(self, turn: Turn, action: act.Tell) -> None:
        """Tell a change; each failure means: later, or when a person has mended it."""
        attempt, topic, key = action.attempt, action.topic, operation(action)
        access, task = turn.means.access(attempt.endpoint), requests.task(attempt)
        sid, seen, means = attempt.sid or "", turn.seen, turn.means
        spec = seen.recording.spec
        try:
            if topic is Topic.LAYOUT:
                await self._agora.update_layout(access, task, sid, requests.layout_of(spec))
            else:
                request = requests.update(topic, spec, means.storage, means.secrets)
                await self._agora.update(access, task, sid, request)
        except AgoraError as error:
            turn.hold_up(key, error)
            return
        if topic not in TOLD_BY_QUERY or is_news(topic, attempt.told, seen.wanted):
            turn.succeed(key)  # what is only told again succeeds once a query shows it
        changed: dict[str, object] = {"told": {**attempt.told, topic: seen.wanted[topic]}}
        if topic is Topic.STORAGE and seen.upload is not None:
            changed["storage_expires_at"] = seen.upload.expires_at
        trail = turn.trail(attempt.model_copy(update=changed))
        trail = replace(trail, unsure=trail.unsure - {topic})
        if topic in TOLD_BY_QUERY:
            trail = replace(trail, next_query=min(trail.next_query, seen.tick + SOON))
        turn.memory.learn(trail)


def _access_to_acquire(turn: Turn) -> Access:
    """Return where to make an attempt: in the area of those that are open, if any are.

    The exclusion that proves things of them, and keeps a second recording away, is one area's.
    """
    opened = turn.seen.attempts
    means = turn.means
    return means.access(opened[0].endpoint) if opened else means.access_to_acquire()


def _witness(turn: Turn) -> None:
    """Remember that Agora records a page of this target: what has no sid then is not done again.

    A page is over once Agora ended it after its hours; who recorded it all need not pay twice.
    """
    for attempt in turn.seen.unknown:
        if not attempt.joins_channel and turn.seen.is_dead(attempt):
            running = attempt.model_copy(update={"running_at": turn.seen.now})
            turn.memory.learn(turn.trail(running))


def _named(turn: Turn, trail: Trail, error: AgoraError) -> Trail:
    """Keep the sid that an answer names which is no success: a query tells if it is one."""
    sid = error.said.sid or trail.named
    if sid is None or turn.claims.has_sid(sid):
        return trail
    return replace(trail, named=sid, candidates=(sid,))


def _is_definite_no(error: AgoraError) -> bool:
    """Whether Agora itself said that this start begins nothing."""
    return isinstance(error, Conflict | Refused) and error.said.code in NOTHING_BEGINS


def _request(turn: Turn, attempt: Attempt) -> wire.StartRequest:
    spec, means = turn.seen.recording.spec, turn.means
    storage, secrets = means.storage or NOWHERE, means.secrets
    token = token_of(attempt, secrets)
    if attempt.probe:
        return requests.probe_request(spec, attempt.uid, storage, secrets, token)
    return requests.start_request(spec, storage, secrets, token)
