"""The conditions of a recording, situation by situation."""

from dataclasses import replace
from datetime import datetime

import pytest

from agora_recording.crd.status import Condition
from agora_recording.domain import action as act
from agora_recording.domain.action import WHY_ENDED, Ending
from agora_recording.domain.condition import condition
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import Answer, Observation, Streak, Trail
from agora_recording.domain.summary import summarise
from agora_recording.domain.topic import ON_HOLD, WRITING, Topic
from builders import NOW, TICK, ago, observation, page_spec, running, status
from unit.domain.situations import (
    DEAD,
    LIVE,
    LOST,
    NO_SECRET,
    STARTED,
    STOPPED,
    TOLD,
    WIPED,
    seen_after_failure,
    sent,
)

UNHEARD = "AgoraUnavailable"
IDLE = {"status": status(end_reason="Idle")}
IDLE_BUT_UNKNOWN = {"status": status(DEAD, end_reason="Idle")}
WIPED_AND_IDLE = {**WIPED, "status": status(end_reason="Idle", settled=None)}
FIRST_UNCONFIRMED = STARTED.model_copy(update={"number": 1, "resource_id": "r0"})


def shown(*, on_hold: bool) -> Observation:
    """Return a look at a page that is the other way round than Agora was told."""
    wanted = {Topic.HOLD: WRITING if on_hold else ON_HOLD}
    made = running(mode="web", told=dict(wanted))
    trail = Trail(made, stored=True, answer=Answer(5, on_hold=on_hold), next_query=TICK + 60)
    of = {"spec": page_spec(on_hold=not on_hold)}
    return observation(made, trails=[trail], wanted=wanted, of=of)


SHOWN_ON_HOLD, SHOWN_WRITING = shown(on_hold=True), shown(on_hold=False)

TABLE = [
    (
        "it records",
        observation(LIVE, trails=[TOLD]),
        {"Ready": ("True", "Recording"), "Recording": ("True", "Recording")},
    ),
    (
        "a start waits for its confirmation",
        observation(STARTED),
        {
            "Ready": ("False", "Starting"),
            "Reconciling": ("True", "Starting"),
            "Recording": ("False", "Starting"),
        },
    ),
    (
        "only a person can mend it",
        observation(target=NO_SECRET),
        {
            "Ready": ("False", "SecretNotFound"),
            "Stalled": ("True", "SecretNotFound"),
            "Recording": ("False", "SecretNotFound"),
        },
    ),
    (
        "it recorded when Agora could be asked last",
        observation(LIVE, target=NO_SECRET),
        {
            "Ready": ("False", "SecretNotFound"),
            "Stalled": ("True", "SecretNotFound"),
            "Recording": ("Unknown", "SecretNotFound"),
        },
    ),
    (
        "Agora does not answer",
        seen_after_failure(LIVE, action=act.Query(LIVE, "sid-r1"), failures=3),
        {
            "Ready": ("False", UNHEARD),
            "Reconciling": ("True", UNHEARD),
            "Recording": ("Unknown", UNHEARD),
        },
    ),
    (
        "Agora does not find it just now",
        observation(LIVE, trails=[replace(TOLD, absence=Streak(TICK, TICK))]),
        {"Ready": ("True", "Recording"), "Recording": ("Unknown", "Recording")},
    ),
    (
        "the outcome of a start is unknown",
        observation(LOST, trails=[sent(LOST)]),
        {
            "Ready": ("False", "Starting"),
            "Reconciling": ("True", "Starting"),
            "Recording": ("Unknown", "SidUnknown"),
        },
    ),
    (
        "it records beside a start whose outcome is unknown",
        observation(LOST, running("r2", number=2), trails=[sent(LOST)]),
        {"Ready": ("True", "Recording"), "Recording": ("True", "Recording")},
    ),
    (
        "the record was wiped",
        observation(of=WIPED),
        {
            "Ready": ("False", "SidUnknown"),
            "Stalled": ("True", "SidUnknown"),
            "Recording": ("Unknown", "SidUnknown"),
        },
    ),
    (
        "the second of two is confirmed",
        observation(FIRST_UNCONFIRMED, running(number=2)),
        {
            "Ready": ("False", "Stopping"),
            "Reconciling": ("True", "Stopping"),
            "Recording": ("True", "Recording"),
        },
    ),
    (
        "Agora says that a page is on hold which it was told to go on with",
        SHOWN_ON_HOLD,
        {
            "Ready": ("False", "Updating"),
            "Reconciling": ("True", "Updating"),
            "Recording": ("False", "OnHold"),
        },
    ),
    (
        "Agora says that a page goes on which it was told to hold",
        SHOWN_WRITING,
        {
            "Ready": ("False", "Updating"),
            "Reconciling": ("True", "Updating"),
            "Recording": ("True", "Recording"),
        },
    ),
    (
        "it ended by itself",
        observation(of=IDLE),
        {
            "Ready": ("True", "Completed"),
            "Recording": ("False", "Completed"),
            "Ended": ("True", "Idle"),
        },
    ),
]


@pytest.mark.parametrize(
    ("seen", "did"),
    [(SHOWN_ON_HOLD, "It was on hold"), (SHOWN_WRITING, "It was recording")],
    ids=["on hold", "recording"],
)
def test_what_is_not_heard_of_any_more_is_said_as_it_was(seen: Observation, did: str) -> None:
    """It is not known how it is now, and nobody takes it for files."""
    unheard = of(replace(seen, target=NO_SECRET))["Recording"]

    assert (unheard.status, unheard.message) == ("Unknown", f"{did} when Agora last answered.")


def of(seen: Observation) -> dict[str, Condition]:
    """Return the conditions by their type."""
    return {c.type: c for c in summarise(seen, decide(seen)).conditions}


@pytest.mark.parametrize(
    ("seen", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_conditions_say_how_it_stands(
    seen: Observation, expected: dict[str, tuple[str, str]]
) -> None:
    """Exactly these, each with its status and reason."""
    assert expected == {kind: (c.status, c.reason) for kind, c in of(seen).items()}


@pytest.mark.parametrize(("reason", "why"), [*WHY_ENDED.items(), ("Else", "Else")])
def test_the_end_is_told_in_words(reason: str, why: str) -> None:
    """Whatever stands in the status."""
    ended_by = STOPPED if reason == "User" else {}
    found = of(observation(of={**ended_by, "status": status(end_reason=reason)}))["Ended"]

    assert (found.reason, found.message) == (reason, f"Nothing more is to be recorded: {why}.")


def test_where_nothing_was_started_agora_is_not_spoken_of() -> None:
    """Else people would look there for what is missing."""
    assert of(observation(target=NO_SECRET))["Recording"].message == "Nothing is recorded."
    asked = "Agora does not confirm a recording."
    assert of(observation(STARTED))["Recording"].message == asked


@pytest.mark.parametrize(("said", "expected"), [("Uploaded", "True"), ("Backuped", "False")])
def test_files_are_uploaded_once_agora_says_so(said: str, expected: str) -> None:
    """Backuped means that they are still on their way."""
    trail = Trail(LIVE, stored=True, ending=Ending.STOPPED, ended_at=NOW, uploading_status=said)
    found = of(observation(LIVE, trails=[trail], of=STOPPED))["FilesUploaded"]

    assert (expected, said) == (found.status, found.reason)


@pytest.mark.parametrize(
    ("seen", "unsure"),
    [
        (observation(of=IDLE), False),
        (observation(DEAD, trails=[sent(DEAD)], of=IDLE_BUT_UNKNOWN), True),
        (observation(of=WIPED_AND_IDLE), True),
    ],
    ids=["nothing is open", "a start is unknown", "the record was wiped"],
)
def test_the_end_says_whether_something_may_still_run(seen: Observation, *, unsure: bool) -> None:
    """Nothing more is to be recorded; that nothing runs is another matter."""
    found = of(seen)["Ended"]

    assert (found.status, found.reason) == ("True", "Idle")
    assert unsure == ("Something may still run" in found.message)


@pytest.mark.parametrize(
    ("kind", "status", "since"),
    [
        ("Ready", "True", ago(60)),
        ("Ready", "False", NOW),
        ("Recording", "True", ago(90)),
        ("Ended", "True", NOW),
    ],
    ids=["the same", "another status", "of its own kind", "new"],
)
def test_a_condition_says_since_when_it_is_so(kind: str, status: str, since: datetime) -> None:
    """The time is kept while the status of this very condition is the same."""
    before = [
        Condition(type=name, status="True", reason="Old", message="", last_transition_time=at)
        for name, at in (("Ready", ago(60)), ("Recording", ago(90)))
    ]
    made = condition(kind, (status, "New", "text"), before=before, now=NOW, generation=4)

    assert since == made.last_transition_time
    assert (kind, status, "New", "text") == (made.type, made.status, made.reason, made.message)
    assert made.observed_generation == 4
