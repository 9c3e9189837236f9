"""What the ends of attempts mean for the object."""

import pytest

from agora_recording.crd.recording import RestartPolicy
from agora_recording.crd.status import Attempt
from agora_recording.domain.action import Ending
from agora_recording.domain.ending import Consequences, Outcome, consequences, outcome
from agora_recording.domain.observation import Answer, Observation, Trail
from builders import NOW, attempt, observation, running, spec, status
from unit.domain.situations import DEAD, INTENDED, LIVE, RUNNING_PROBE, STOPPED, sent

NEVER, ALWAYS = RestartPolicy.NEVER, RestartPolicy.ALWAYS
LIMITED = running(stop_intended_at=NOW, stop_reason="Limit")
BROKE_OFF = Trail(running(), stored=True, ending=Ending.ABNORMAL, ended_at=NOW)
UNSENT = Trail(attempt("r2", number=2), ending=Ending.NEVER_SENT, ended_at=NOW)
PROBED = Trail(RUNNING_PROBE, stored=True, ending=Ending.STOPPED, ended_at=NOW)
IDLE = {"status": status(end_reason="Idle")}


@pytest.mark.parametrize(
    ("policy", "ending", "made", "expected"),
    [
        (NEVER, Ending.ABNORMAL, running(), Outcome("AgoraFailure")),
        (NEVER, Ending.ENDED, running(), Outcome("Idle")),
        (ALWAYS, Ending.ENDED, running(), Outcome(None)),
        (ALWAYS, Ending.STOPPED, INTENDED, Outcome("User")),
        (ALWAYS, Ending.ABNORMAL, running(), Outcome(None, failed=True)),
        (RestartPolicy.ON_FAILURE, Ending.STOPPED, LIMITED, Outcome(None)),
        (NEVER, Ending.STOPPED, LIMITED, Outcome(None)),
    ],
)
def test_the_policy_says_whether_another_attempt_follows(
    policy: RestartPolicy, ending: Ending, made: Attempt, expected: Outcome
) -> None:
    """Never ends at the first failure, Always goes on after an empty channel."""
    assert expected == outcome(ending, made, 5, policy)


def test_an_attempt_says_itself_why_it_was_stopped() -> None:
    """A probe was no recording that a person stopped."""
    made = RUNNING_PROBE.model_copy(update={"stop_intended_at": NOW, "stop_reason": "Probe"})

    assert Outcome("Probe") == outcome(Ending.STOPPED, made, None)


@pytest.mark.parametrize(
    ("made", "last_status"), [(running(), None), (attempt(sid="s"), 4)], ids=["unheard", "unbegun"]
)
def test_what_vanished_was_idle_only_if_agora_had_said_so(
    made: Attempt, last_status: int | None
) -> None:
    """Confirmed, and last answered with a status other than 5; else it failed."""
    assert Outcome(None, failed=True) == outcome(Ending.LOST, made, last_status)


TABLE = [
    (
        "a failure more",
        observation(trails=[BROKE_OFF], of={"status": status(restarts=3)}),
        Consequences(4, None),
    ),
    (
        "a failure although it had recorded when it was asked about last",
        observation(
            trails=[
                Trail(
                    running(),
                    stored=True,
                    ending=Ending.ABNORMAL,
                    ended_at=NOW,
                    answer=Answer(5),
                )
            ],
            of={"status": status(restarts=3)},
        ),
        Consequences(4, None),
    ),
    (
        "it records: earlier failures are forgotten",
        observation(
            LIVE,
            trails=[Trail(LIVE, stored=True, answer=Answer(5))],
            of={"status": status(LIVE, restarts=3)},
        ),
        Consequences(0, None),
    ),
    (
        "it runs in an empty channel: they are not",
        observation(
            LIVE,
            trails=[Trail(LIVE, stored=True, answer=Answer(4))],
            of={"status": status(LIVE, restarts=3)},
        ),
        Consequences(3, None),
    ),
    (
        "stopped: they are forgotten once nothing is open",
        observation(of={**STOPPED, "status": status(restarts=3)}),
        Consequences(0, "User"),
    ),
    (
        "stopped: not before",
        observation(LIVE, of={**STOPPED, "status": status(LIVE, restarts=3)}),
        Consequences(3, "User"),
    ),
    (
        "what was never sent does not undo the end",
        observation(trails=[UNSENT], of=IDLE),
        Consequences(0, "Idle"),
    ),
    (
        "nor does a probe",
        observation(trails=[PROBED], of=IDLE),
        Consequences(0, "Idle"),
    ),
    (
        "wanted again after a stop",
        observation(of={"status": status(end_reason="User")}),
        Consequences(0, None),
    ),
    (
        "what is found running of what is finished is not begun anew",
        observation(LIVE, of={"status": status(LIVE, end_reason="Idle")}),
        Consequences(0, "Idle"),
    ),
    (
        "what is unknown is no recording yet",
        observation(DEAD, trails=[sent(DEAD)], of={"status": status(DEAD, end_reason="Idle")}),
        Consequences(0, "Idle"),
    ),
    (
        "with restartPolicy Never a failure is the end",
        observation(trails=[BROKE_OFF], of={"spec": spec(restart_policy=NEVER)}),
        Consequences(0, "AgoraFailure"),
    ),
]


@pytest.mark.parametrize(
    ("seen", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_ends_have_consequences(seen: Observation, expected: Consequences) -> None:
    """How often it failed lately, and why it is over if it is."""
    assert expected == consequences(seen)


@pytest.mark.parametrize(
    ("end_reason", "expected"), [(None, False), ("User", False), ("Idle", True)]
)
def test_a_recording_that_a_person_stopped_is_not_had(
    end_reason: str | None,
    *,
    expected: bool,
) -> None:
    """It is begun again when the person wants it."""
    assert expected == Consequences(0, end_reason).finished
