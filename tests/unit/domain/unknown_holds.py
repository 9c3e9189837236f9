"""States of objects for which something may run whose sid is unknown."""

from dataclasses import replace
from typing import Any

from agora_recording.agora.errors import Ambiguous, Conflict, Said
from agora_recording.bucket.place import Obstacle
from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain import need
from agora_recording.domain.claim import Rival
from agora_recording.domain.observation import Observation, Problem
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.means import AGORA_KEYS
from builders import STORAGE_KEYS, ago, attempt, page_spec, past, status
from unit.domain.hold import NAMESPACE, Hold, failed, hindered, look
from unit.domain.situations import (
    DEAD,
    EIGHT,
    LEAVING,
    LOST,
    PROBE,
    STOPPED,
    TWO,
    WIPED,
    exhausted,
    fresh,
    sent,
)

LATE = attempt("late", acquired_at=ago(400))
ENDING = attempt("ending", acquired_at=ago(4000), must_end_by=ago(-1800))
HAD = attempt(
    "had", mode="web", acquired_at=ago(7200), running_at=ago(3600), must_end_by=ago(-1080)
)
"""A page of two hours, which are over just now, if it is what Agora was seen to record."""
TWO_DEAD = EIGHT[:2]
WIPED_LATELY = attempt("lost-record-20260301115900", acquired_at=ago(60))
WIPED_LONG_AGO = attempt("lost-record-20260301115000", acquired_at=ago(600))
OVER = {"status": status(DEAD, end_reason="Idle", last_attempts=(past("r2"),))}

NO_ANSWER = Ambiguous("start", Said(reason="no answer in time"))
EXCLUDED = Conflict("start", Said(400, 53, "task conflict"))
IN_VAIN = Problem(Reason.SID_UNKNOWN, "")
KEYS_REFUSED = Problem(Reason.SID_UNKNOWN, Obstacle.KEYS_REFUSED)
NO_STORAGE_KEYS = need.no_secret("s3", STORAGE_KEYS)
NO_AGORA_KEYS = need.no_secret("agora-rest", AGORA_KEYS)

FORCE = "To let go regardless, annotate recording.agora.io/force-release=true."
BY_HAND = "To end it by hand: docs/guarantees.md."
TESTED = "From 2026-03-01T11:58:00Z test starts tell its end"
WHEN_EMPTY = "With the channel empty for maxIdleSeconds"


def searched(*attempts: Attempt, problem: Problem = IN_VAIN, **members: Any) -> Observation:
    """Return a look at unknown attempts whose sids were looked for in the bucket."""
    trails = members.pop("trails", [sent(each) for each in attempts])
    seen = look(*attempts, trails=trails, searchable=True, **members)
    for each in attempts:
        seen = hindered(seen, act.FindSid(each), problem)
    return seen


def probed(*attempts: Attempt, **members: Any) -> Observation:
    """Return the same once Agora refused a probe."""
    return failed(searched(*attempts, **members), act.Acquire(probe=True), EXCLUDED)


REPEATED = (
    Hold(
        "start-repeated",
        look(LOST, trails=[sent(LOST)]),
        until="until 2026-03-01T12:04:00Z",
        remedy="Nothing needs to be done",
    ),
    Hold(
        "start-unanswered",
        failed(look(LOST, trails=[sent(LOST)]), act.Start(LOST), NO_ANSWER),
        until="tried again within half a minute",
        remedy="see whether the operator can reach Agora",
    ),
    Hold(
        "start-unanswered-deleted",
        failed(look(LOST, trails=[sent(LOST)], of=LEAVING), act.Start(LOST), NO_ANSWER),
        until="Until 2026-03-01T12:04:00Z the same start is sent again. Agora's start failed",
        remedy=FORCE,
    ),
    Hold(
        "start-unanswered-stopped",
        failed(look(LOST, trails=[sent(LOST)], of=STOPPED), act.Start(LOST), NO_ANSWER),
        until="From 2026-03-01T12:07:00Z test starts tell its end",
        remedy=BY_HAND,
    ),
    Hold(
        "sid-unknown-refused-again",
        hindered(
            look(LOST, trails=[sent(LOST, answered=True)], searchable=True),
            act.Start(LOST),
            IN_VAIN,
        ),
        until="Until 2026-03-01T12:04:00Z the same start is sent again",
        remedy=BY_HAND,
    ),
)
"""Living, and the same start is sent again."""

WANTED = (
    Hold(
        "sid-unknown-started",
        searched(LOST, trails=[sent(LOST, started=True)]),
        until="From 2026-03-01T12:07:00Z a new start is tried",
        remedy=BY_HAND,
    ),
    Hold(
        "sid-unknown-started-no-keys",
        look(LOST, trails=[sent(LOST, started=True)], storage=NO_STORAGE_KEYS),
        until="From 2026-03-01T12:07:00Z a new start is tried",
        remedy="Create it with the keys accessKey and secretKey",
    ),
    Hold(
        "sid-unknown-late",
        searched(LATE, problem=KEYS_REFUSED),
        until="From 2026-03-01T12:01:20Z a new start is tried",
        remedy="Allow them to list the bucket",
    ),
    Hold(
        "sid-unknown-two",
        replace(
            searched(*TWO, trails=[sent(a, started=True) for a in TWO]), pauses=exhausted(*TWO)
        ),
        until="From 2026-03-01T12:07:00Z a new start is tried",
        remedy=BY_HAND,
    ),
    Hold(
        "sid-unknown-excluded",
        failed(searched(DEAD), act.Acquire(), EXCLUDED),
        until="tried every five minutes",
        remedy=BY_HAND,
    ),
    Hold(
        "sid-unknown-had",
        searched(HAD, of={"spec": page_spec()}),
        until="at 2026-03-01T12:18:00Z it is done",
        remedy="Nothing needs to be done",
    ),
    Hold(
        "sid-unknown-outage",
        failed(searched(*TWO_DEAD), act.Start(TWO_DEAD[1]), NO_ANSWER),
        until="tried again within half a minute",
        remedy="see whether the operator can reach Agora",
    ),
    Hold(
        "sid-unknown-wiped",
        look(WIPED_LATELY),
        until="From 2026-03-01T12:07:00Z a new start is tried",
        remedy=BY_HAND,
    ),
    Hold(
        "sid-unknown-list-full",
        searched(*EIGHT),
        until=WHEN_EMPTY,
        remedy="delete and force-release it (docs/guarantees.md)",
    ),
)
"""A recording is wanted."""

UNWANTED = (
    Hold("sid-unknown-stopped", probed(DEAD, of=STOPPED), TESTED, BY_HAND),
    Hold("sid-unknown-over", probed(DEAD, of=OVER), TESTED, BY_HAND),
    Hold(
        "sid-unknown-stopped-list-full",
        searched(*EIGHT, of=STOPPED),
        until=WHEN_EMPTY,
        remedy="delete and force-release it (docs/guarantees.md)",
    ),
)
"""None is wanted, and the object stays."""

DELETED = (
    Hold(
        "sid-unknown-deleted-late",
        searched(LATE, of=LEAVING),
        until="From 2026-03-01T12:01:20Z test starts tell its end",
        remedy=FORCE,
    ),
    Hold(
        "sid-unknown-deleted-keys-refused",
        probed(DEAD, problem=KEYS_REFUSED, of=LEAVING),
        until=TESTED,
        remedy="Allow them to list the bucket",
    ),
    Hold(
        "sid-unknown-deleted-no-keys",
        look(DEAD, trails=[sent(DEAD)], storage=NO_STORAGE_KEYS, of=LEAVING),
        until=TESTED,
        remedy=FORCE,
    ),
    Hold(
        "sid-unknown-deleted-probing",
        searched(DEAD, PROBE, trails=[sent(DEAD), fresh(PROBE)], of=LEAVING),
        until=TESTED,
        remedy=FORCE,
    ),
    Hold("sid-unknown-deleted-probed", probed(DEAD, of=LEAVING), TESTED, FORCE),
    Hold(
        "sid-unknown-deleted-kicked",
        hindered(probed(DEAD, of=LEAVING, kicks=True), act.Kick(DEAD), IN_VAIN),
        until="test starts tell its end",
        remedy=FORCE,
    ),
    Hold(
        "sid-unknown-deleted-rival",
        searched(DEAD, of=LEAVING, rival=Rival(NAMESPACE, "older")),
        until="once CloudRecording older records",
        remedy=FORCE,
    ),
    Hold(
        "sid-unknown-deleted-ending",
        searched(ENDING, of=LEAVING),
        until="by 2026-03-01T12:30:00Z",
        remedy=FORCE,
    ),
    Hold(
        "sid-unknown-deleted-list-full",
        searched(*EIGHT, of=LEAVING),
        until=WHEN_EMPTY,
        remedy="annotate recording.agora.io/force-release=true",
    ),
    Hold(
        "sid-unknown-deleted-wiped",
        failed(look(WIPED_LONG_AGO, of=LEAVING), act.Acquire(probe=True), EXCLUDED),
        until=TESTED,
        remedy=FORCE,
    ),
    Hold(
        "secret-not-found-deleted-wiped",
        look(of={**WIPED, **LEAVING}, target=NO_AGORA_KEYS),
        until="read within a minute",
        remedy=FORCE,
    ),
)
"""The object is to go."""

UNKNOWN_HOLDS = (*REPEATED, *WANTED, *UNWANTED, *DELETED)
