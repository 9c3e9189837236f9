"""Carry out one action at Agora and remember what it taught. At most one call each.

Nothing here decides what happens next, and nothing is written to the API server: what was learned
is in the memory, from which the status is made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from agora_recording import translate
from agora_recording.agora import wire
from agora_recording.agora.errors import AgoraError, Conflict, NotFound, Refused, Unavailable
from agora_recording.crd.recording import Mix
from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Ending
from agora_recording.domain.observation import (
    Answer,
    Problem,
    Streak,
    Target,
    Trail,
)
from agora_recording.domain.pace import STALE, next_query, operation
from agora_recording.domain.proof import is_absence
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.ports import Agora
from agora_recording.reconcile.turn import ACQUIRE, Turn, unknown

CONFIRMED: Final = frozenset({4, 5})
"""Query statuses that confirm a start (Integration best practices, "Confirm")."""
ENDED: Final = frozenset({6, 7, 8})
"""Query statuses of a recording that is over or ending by itself."""
ABNORMAL: Final = 20
"""Query status of a recording that broke off."""
TASK_CONFLICT: Final = 53
"""Another task of the same channel and uid exists: a definite no to the only start (protocol 6)."""
STOPPED_STATUS: Final = 7
"""Query status of a recording that was stopped."""
SERVER_ERROR: Final = 500
ALREADY_STARTED: Final = 7


class Effects:
    """Carries out actions at Agora."""

    def __init__(self, agora: Agora) -> None:
        self._agora = agora

    async def perform(self, action: Action, turn: Turn) -> None:
        """Carry out ``action``; its failures are remembered, not raised."""
        match action:
            case act.Acquire():
                await self._acquire(turn)
            case act.Start():
                await self._start(turn, action.attempt)
            case act.Query():
                await self._query(turn, action)
            case act.Stop():
                await self._stop(turn, action)
            case act.UpdateLayout():
                await self._guard(turn, operation(action), lambda t: self._layout(t, action))
            case act.UpdateSubscription():
                await self._guard(turn, operation(action), lambda t: self._subscribe(t, action))
            case act.Close():
                turn.end(turn.trail(action.attempt), action.ending)
                if action.ending is Ending.NEVER_SENT:
                    turn.fail(STALE, Problem(Reason.STARTING, Reason.STARTING.text))
            case act.AddFinalizer() | act.Amend() | act.Release() | act.Wait():
                raise AssertionError(action)  # the API server's business

    async def _guard(self, turn: Turn, key: str, call: Callable[[Turn], Awaitable[None]]) -> None:
        """Carry out a call whose failures all mean: later, or when a person has mended it."""
        try:
            await call(turn)
        except AgoraError as error:
            turn.hold_up(key, error)
        else:
            turn.succeed(key)

    async def _acquire(self, turn: Turn) -> None:
        seen, target = turn.seen, turn.seen.target
        assert isinstance(target, Target)  # noqa: S101 - decide() asks for nothing without one
        spec, recording = seen.recording.spec, seen.recording
        uid = spec.uid or translate.derived_uid(
            target.app_id, spec.channel, recording.namespace, recording.name
        )
        access = turn.means.access(target.endpoint)
        try:
            resource_id = await self._agora.acquire(access, target.app_id, spec.channel, uid)
        except AgoraError as error:
            turn.hold_up(ACQUIRE, error)
            return
        numbers = [a.number for a in seen.attempts]
        numbers += [past.number for past in recording.status.last_attempts]
        attempt = Attempt(
            number=max(numbers, default=0) + 1,
            resource_id=resource_id,
            owner=seen.owner,
            app_id=target.app_id,
            endpoint=target.endpoint,
            channel=spec.channel,
            uid=uid,
            mode="mix",
            acquired_at=seen.now,
            layout_hash=seen.wanted.layout,
            subscription_hash=seen.wanted.subscription,
        )
        turn.memory.learn(Trail(attempt, acquired=seen.tick))

    async def _start(self, turn: Turn, attempt: Attempt) -> None:
        """Send the start. It is counted before it is sent: from then on it may have happened."""
        trail = turn.trail(attempt)
        first = trail.acquired is not None and trail.sends == 0
        sent = replace(trail, sends=trail.sends + 1)
        turn.memory.learn(sent)
        key = operation(act.Start(attempt))
        try:
            sid = await self._agora.start(
                turn.means.access(attempt.endpoint), translate.task(attempt), _request(turn)
            )
        except AgoraError as error:
            self._start_failed(turn, trail, error, first=first)
            return
        turn.succeed(key)
        turn.succeed(STALE)
        _learn_sid(turn, sent, sid)

    def _start_failed(self, turn: Turn, trail: Trail, error: AgoraError, *, first: bool) -> None:
        """Sort out what the failure of a start says of the attempt (protocol 6)."""
        key, code = operation(act.Start(trail.attempt)), error.said.code
        if isinstance(error, Conflict) and code == ALREADY_STARTED:
            sent = replace(trail, sends=trail.sends + 1, candidate=error.said.sid)
            turn.memory.learn(sent)
            if error.said.sid is None:
                turn.fail(key, unknown())
        elif first and (code == TASK_CONFLICT or (isinstance(error, Refused) and code)):
            turn.end(trail, Ending.REFUSED)
            turn.hold_up(ACQUIRE, error)
        else:
            if isinstance(error, Unavailable) or (isinstance(error, Refused) and code is None):
                turn.memory.learn(trail)  # nothing happened: it counts as not sent
                turn.hold_up(ACQUIRE, error)
            turn.hold_up(key, error)

    async def _query(self, turn: Turn, action: act.Query) -> None:
        attempt = action.attempt
        access, task = turn.means.access(attempt.endpoint), translate.task(attempt)
        response = await self._heard(turn, action, self._agora.query(access, task, action.sid))
        if response is None:
            return
        trail = turn.trail(attempt)
        if attempt.sid is None:
            trail = _learn_sid(turn, trail, action.sid)
        _learn_answer(turn, trail, translate.answer(response))

    async def _heard(
        self, turn: Turn, action: act.Query | act.Stop, call: Awaitable[wire.ServerResponse]
    ) -> wire.ServerResponse | None:
        """Return what Agora answers about a recording; None after remembering why it did not."""
        attempt, key = action.attempt, operation(action)
        try:
            response = await call
        except NotFound:
            self._not_found(turn, attempt, key)
        except AgoraError as error:
            _break_absence(turn, attempt, error)
            turn.hold_up(key, error)
        else:
            turn.succeed(key)
            return response
        return None

    def _not_found(self, turn: Turn, attempt: Attempt, key: str) -> None:
        """Count an answer of 404: one alone proves nothing (protocol 11)."""
        trail, tick = turn.trail(attempt), turn.seen.tick
        absence = Streak.with_one_more(trail.absence, tick)
        unconfirmed = Streak.with_one_more(trail.unconfirmed, tick)
        trail = replace(trail, absence=absence, unconfirmed=unconfirmed)
        if attempt.sid is None:  # a candidate that Agora does not know was none
            gone = is_absence(absence)
            candidate = None if gone else trail.candidate
            trail = replace(trail, candidate=candidate, absence=None if gone else absence)
            turn.memory.learn(trail)
            turn.fail(key, unknown())
            return
        turn.memory.learn(replace(trail, next_query=_next(turn, trail)))
        turn.fail(
            key,
            Problem(Reason.STOPPING, "Agora does not find it; asking until that is certain.")
            if attempt.stop_intended_at or turn.seen.recording.leaving
            else Problem(Reason.AGORA_UNAVAILABLE, "Agora does not find the recording just now."),
        )

    async def _stop(self, turn: Turn, action: act.Stop) -> None:
        """Stop; nobody waits for the upload of an object that is deleted."""
        attempt, leaving = action.attempt, turn.seen.recording.leaving
        access, task = turn.means.access(attempt.endpoint), translate.task(attempt)
        call = self._agora.stop(access, task, attempt.sid or "", async_stop=leaving)
        response = await self._heard(turn, action, call)
        if response is None:
            return
        trail = turn.trail(attempt)
        uploading = translate.uploading_status(response)
        files = translate.files(response)
        if files:
            answer = trail.answer or Answer(STOPPED_STATUS)
            trail = replace(trail, answer=replace(answer, files=files))
        turn.end(replace(trail, uploading_status=uploading), Ending.STOPPED)

    async def _layout(self, turn: Turn, action: act.UpdateLayout) -> None:
        attempt, mix = action.attempt, turn.seen.recording.spec.mix or Mix()
        access, task = turn.means.access(attempt.endpoint), translate.task(attempt)
        request = translate.layout(mix.layout)
        await self._agora.update_layout(access, task, attempt.sid or "", request)
        told = attempt.model_copy(update={"layout_hash": turn.seen.wanted.layout})
        turn.memory.learn(turn.trail(told))

    async def _subscribe(self, turn: Turn, action: act.UpdateSubscription) -> None:
        attempt = action.attempt
        access, task = turn.means.access(attempt.endpoint), translate.task(attempt)
        request = translate.subscription(turn.seen.recording.spec)
        await self._agora.update(access, task, attempt.sid or "", request)
        told = attempt.model_copy(update={"subscription_hash": turn.seen.wanted.subscription})
        turn.memory.learn(turn.trail(told))


def _request(turn: Turn) -> wire.StartRequest:
    means = turn.means
    assert means.storage is not None  # noqa: S101 - decide() starts nothing without storage
    return translate.start_request(turn.seen.recording.spec, means.storage, means.storage_keys)


def _learn_sid(turn: Turn, trail: Trail, sid: str) -> Trail:
    """Remember the sid: from now on the recording can be stopped."""
    known = replace(trail, attempt=trail.attempt.model_copy(update={"sid": sid}), candidate=None)
    known = replace(known, next_query=_next(turn, known))
    turn.memory.learn(known)
    return known


def _learn_answer(turn: Turn, trail: Trail, answer: Answer | None) -> None:
    """Remember what a query said; an answer without a status says nothing."""
    if answer is None:
        trail = replace(trail, absence=None)
        turn.memory.learn(replace(trail, next_query=_next(turn, trail)))
        return
    tick, attempt = turn.seen.tick, trail.attempt
    trail = replace(trail, answer=answer, answered_at=turn.seen.now, absence=None)
    if answer.status in CONFIRMED:
        since = attempt.confirmed_at or turn.seen.now
        confirmed = attempt.model_copy(update={"confirmed_at": since})
        trail = replace(trail, attempt=confirmed, unconfirmed=None)
        turn.succeed(ACQUIRE)  # not before: a start that never records must delay the next
    else:
        trail = replace(trail, unconfirmed=Streak.with_one_more(trail.unconfirmed, tick))
    turn.memory.learn(replace(trail, next_query=_next(turn, trail)))
    if answer.status in ENDED or answer.status == ABNORMAL:
        turn.end(trail, Ending.ABNORMAL if answer.status == ABNORMAL else Ending.ENDED)


def _break_absence(turn: Turn, attempt: Attempt, error: AgoraError) -> None:
    """End a streak of 404 at another informative answer (protocol 11).

    Server errors and the gateway's own answers say nothing of the recording.
    """
    said = error.said
    informative = said.code is not None and said.status is not None and said.status < SERVER_ERROR
    if informative:
        turn.memory.learn(replace(turn.trail(attempt), absence=None))


def _next(turn: Turn, trail: Trail) -> float:
    return next_query(
        trail, tick=turn.seen.tick, poll_seconds=turn.poll_seconds, jitter=turn.jitter
    )
