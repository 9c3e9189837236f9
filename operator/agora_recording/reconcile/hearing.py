"""What Agora's answers teach of an attempt: a sid, a status, that it is not found.

Nothing here calls anybody. What was learned goes into the memory.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import Final

from agora_recording.agora import wire
from agora_recording.agora.errors import AgoraError, NotFound
from agora_recording.crd.status import Attempt
from agora_recording.crd.web import Web
from agora_recording.domain import action as act
from agora_recording.domain.action import Ending
from agora_recording.domain.claim import Claim, Sighting
from agora_recording.domain.observation import Answer, Problem, Streak, Trail
from agora_recording.domain.pace import next_query, operation
from agora_recording.domain.page import followed, ignoring
from agora_recording.domain.proof import is_absence
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import Topic, is_news
from agora_recording.reconcile.turn import ACQUIRE, Turn, unknown

CONFIRMED: Final = frozenset({4, 5})
"""Query statuses that confirm a start (Integration best practices, "Confirm")."""
RUNNING_UP_TO: Final = 5
"""Query statuses 0 to 5 are of a recording that has not ended."""
ENDED: Final = frozenset({6, 7, 8})
"""Query statuses of a recording that is over or ending by itself."""
MOST_STRAYS: Final = 3
"""So often in a row a url is told again that a query shows otherwise."""
ABNORMAL: Final = 20
"""Query status of a recording that broke off."""
SERVER_ERROR: Final = 500
UNFOUND: Final = Problem(
    Reason.AGORA_UNAVAILABLE,
    "Agora does not find the recording, which may be changing servers. Nothing needs to be done: "
    "after two minutes it counts as over, and restartPolicy decides.",
)
STOPPING_UNFOUND: Final = Problem(
    Reason.STOPPING,
    "Agora does not find the recording that is being stopped: it is over, or changing servers. "
    "Nothing needs to be done: after two minutes of that it counts as stopped.",
)


async def heard(
    turn: Turn, action: act.Query | act.Stop, call: Awaitable[wire.ServerResponse]
) -> wire.ServerResponse | None:
    """Return what Agora answers about a recording; None after remembering why it did not."""
    attempt, key = action.attempt, operation(action)
    try:
        response = await call
    except NotFound:
        _not_found(turn, action, key)
    except AgoraError as error:
        _break_absence(turn, attempt, error)
        turn.hold_up(key, error)
    else:
        turn.succeed(key)
        return response
    return None


def learn_sid(turn: Turn, trail: Trail, sid: str) -> Trail:
    """Remember the sid: from now on the recording can be stopped."""
    named = trail.attempt.model_copy(update={"sid": sid})
    known = replace(trail, attempt=named, candidates=(), absence=None, unconfirmed=None)
    known = replace(known, next_query=_next(turn, known))
    turn.memory.learn(known)
    return known


def learn_answer(turn: Turn, trail: Trail, answer: Answer | None) -> None:
    """Remember what a query said; an answer without a status says nothing."""
    if answer is None:
        trail = replace(trail, absence=None)
        turn.memory.learn(replace(trail, next_query=_next(turn, trail)))
        return
    tick, attempt = turn.seen.tick, trail.attempt
    trail = replace(trail, answer=answer, absence=None)
    if answer.status in CONFIRMED:
        since = attempt.confirmed_at or turn.seen.now
        confirmed = attempt.model_copy(update={"confirmed_at": since})
        trail = replace(trail, attempt=confirmed, unconfirmed=None)
        turn.succeed(ACQUIRE)  # not before: a start that never records must delay the next
    else:
        trail = replace(trail, unconfirmed=Streak.with_one_more(trail.unconfirmed, tick))
    turn.memory.learn(replace(trail, next_query=_next(turn, trail)))
    if answer.status <= RUNNING_UP_TO:
        sight(turn, attempt)
    if answer.status in ENDED or answer.status == ABNORMAL:
        turn.end(trail, Ending.ABNORMAL if answer.status == ABNORMAL else Ending.ENDED)


def doubted(trail: Trail, *, elsewhere: bool) -> Trail:
    """Doubt that Agora knows the url to stream to, but not for ever: it may hide a key."""
    strays = trail.strays + 1 if elsewhere else 0
    again = {Topic.OUTPUTS} if 0 < strays <= MOST_STRAYS else set()
    return replace(trail, strays=strays, unsure=trail.unsure | again)


def compared(turn: Turn, trail: Trail, page: Web, answer: Answer) -> Trail:
    """Have Agora told again, less and less often, what it was told and does not follow."""
    wanted, attempt, unsure = turn.seen.wanted, trail.attempt, set(trail.unsure)
    for topic, well in followed(page, answer).items():
        tell = act.Tell(attempt, topic)
        if topic not in wanted or is_news(topic, attempt.told, wanted):
            continue  # it was not told yet
        if well:
            turn.succeed(operation(tell))
        elif topic not in unsure:
            turn.fail(operation(tell), ignoring(page, topic))
            unsure.add(topic)
    return replace(trail, unsure=frozenset(unsure))


def sight(turn: Turn, attempt: Attempt) -> None:
    """Remember that the recording of ``attempt`` was running when this turn began."""
    turn.claims.sight(Claim.of(attempt), Sighting(attempt.resource_id, turn.seen.now))


def _not_found(turn: Turn, action: act.Query | act.Stop, key: str) -> None:
    """Count an answer of 404: one alone proves nothing (protocol 11)."""
    attempt = action.attempt
    trail, tick = turn.trail(attempt), turn.seen.tick
    absence = Streak.with_one_more(trail.absence, tick)
    unconfirmed = Streak.with_one_more(trail.unconfirmed, tick)
    trail = replace(trail, absence=absence, unconfirmed=unconfirmed)
    if isinstance(action, act.Query) and attempt.sid is None:
        _reject(turn, trail, action.sid, key)
        return
    turn.memory.learn(replace(trail, next_query=_next(turn, trail)))
    turn.fail(
        key,
        STOPPING_UNFOUND if attempt.stop_intended_at or turn.seen.recording.leaving else UNFOUND,
    )


def _reject(turn: Turn, trail: Trail, sid: str, key: str) -> None:
    """Drop a candidate that Agora does not know; one that Agora named only for certain.

    As long as the start can be repeated, what comes of that tells more than to wait.
    """
    certain = trail.absence is not None and is_absence(trail.absence)
    repeatable = turn.seen.is_repeatable(trail.attempt)
    if sid == trail.named and not (certain or repeatable):
        turn.memory.learn(trail)
        turn.fail(key, unknown())
        return
    rest = tuple(each for each in trail.candidates if each != sid)
    named = None if certain and sid == trail.named else trail.named
    turn.memory.learn(replace(trail, candidates=rest, named=named, absence=None))
    if not rest:
        turn.fail(operation(act.FindSid(trail.attempt)), unknown())


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
