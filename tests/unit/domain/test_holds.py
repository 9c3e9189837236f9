"""What people read of an object that is held up or stalled answers their three questions."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from agora_recording.agora.errors import Refused, Said
from agora_recording.bucket.place import Obstacle
from agora_recording.domain import action as act
from agora_recording.domain import need
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import Observation, Problem
from agora_recording.domain.reason import Health, Reason
from agora_recording.domain.summary import summarise
from agora_recording.kube.events import NOTE_LENGTH
from agora_recording.reconcile.means import AGORA_KEYS
from agora_recording.translate.answers import problem
from unit.domain.hold import Hold, hindered, look
from unit.domain.holds import HOLDS
from unit.domain.project_holds import PROJECT_HOLDS, ProjectHold
from unit.domain.situations import LEAVING, LIVE, LOST, STOPPED, WIPED, sent
from unit.domain.unknown_holds import UNKNOWN_HOLDS

GOLDEN = Path(__file__).parents[2] / "e2e" / "golden"
"""What kubectl describes of each row."""
MOST = 200
"""Characters of a message; more is not read at three in the morning."""
MISSING = (
    need.no_project("default"),
    need.no_cluster_project("default"),
    need.no_secret("agora-rest", AGORA_KEYS),
    need.no_key("agora-rest", AGORA_KEYS[1]),
    need.no_access("agora-rest"),
    problem(Refused("acquire", Said(401, None, "Unauthorized"))),
    problem(Refused("acquire", Said(403, None, "Forbidden"))),
)
"""For want of which nothing can be asked of Agora."""
STATES: dict[str, Callable[[Problem], Observation]] = {
    "wanted": lambda missing: look(target=missing),
    "running": lambda missing: look(LIVE, target=missing),
    "to be stopped": lambda missing: look(LIVE, target=missing, of=STOPPED),
    "to go": lambda missing: look(LIVE, target=missing, of=LEAVING),
    "wiped": lambda missing: look(target=missing, of=WIPED),
}
RECORDINGS = (*HOLDS, *UNKNOWN_HOLDS)
EVERY = (*RECORDINGS, *PROJECT_HOLDS)

each = pytest.mark.parametrize("hold", EVERY, ids=lambda hold: hold.name)


def message(hold: Hold | ProjectHold) -> str:
    """Return what its condition Ready says."""
    return hold.decision.message if isinstance(hold, Hold) else hold.problem.message


def messages(hold: Hold | ProjectHold) -> dict[str, str]:
    """Return what each of its conditions says."""
    status = summarise(hold.seen, hold.decision) if isinstance(hold, Hold) else hold.status
    return {c.type: c.message for c in status.conditions}


@each
def test_an_object_says_until_when_and_what_to_do(hold: Hold | ProjectHold) -> None:
    """Each row names the words by which Ready, or beside it Recording, does."""
    said = " ".join(messages(hold).values())

    assert hold.until in said
    assert hold.remedy in said


@each
def test_a_message_is_the_golden_one(hold: Hold | ProjectHold) -> None:
    """A change of words is seen before a real API server shows it."""
    lines = (GOLDEN / f"{hold.name}.txt").read_text(encoding="utf-8").splitlines()

    assert message(hold) in {line.partition("Message:")[2].strip() for line in lines}


@each
def test_each_message_can_be_read_at_a_glance(hold: Hold | ProjectHold) -> None:
    """Of each condition: few whole sentences on one line, which fit into an Event too."""
    for said in messages(hold).values():
        assert len(said) <= MOST
        assert len(said.encode()) <= NOTE_LENGTH
        assert said == " ".join(said.split())
        assert said.endswith(".")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("missing", MISSING, ids=lambda missing: missing.message[:20])
def test_what_is_missing_can_be_read_at_a_glance_whatever_runs(
    missing: Problem, state: str
) -> None:
    """What becomes of the recording meanwhile is added to it."""
    seen = STATES[state](missing)
    said = decide(seen)

    assert said.reason is missing.reason
    assert len(said.message) <= MOST


@pytest.mark.parametrize("obstacle", Obstacle, ids=lambda obstacle: obstacle.name)
def test_why_a_bucket_is_not_searched_can_be_read_at_a_glance(obstacle: Obstacle) -> None:
    """Beside what is not known for want of it."""
    searched = hindered(
        look(LOST, trails=[sent(LOST, started=True)], searchable=True),
        act.FindSid(LOST),
        Problem(Reason.SID_UNKNOWN, obstacle),
    )
    said = {c.type: c.message for c in summarise(searched, decide(searched)).conditions}

    assert said["Recording"].endswith(f"The bucket cannot be searched: {obstacle}")
    assert len(said["Recording"]) <= MOST


def test_every_reason_that_holds_an_object_up_has_a_text() -> None:
    """A new reason cannot come without a row, and so without a golden text."""
    shown = {hold.decision.reason for hold in RECORDINGS}
    shown |= {hold.problem.reason for hold in PROJECT_HOLDS}

    assert {reason for reason in Reason if reason.health is not Health.READY} == shown


def test_no_two_rows_have_the_same_name() -> None:
    """The name is that of a file and of an object."""
    assert Counter(hold.name for hold in EVERY).most_common(1)[0][1] == 1


@pytest.mark.parametrize("hold", RECORDINGS, ids=lambda hold: hold.name)
def test_the_status_says_what_was_decided(hold: Hold) -> None:
    """Ready, and Stalled or Reconciling, bear reason and message as they were decided."""
    status = summarise(hold.seen, hold.decision)
    said = {c.message for c in status.conditions if c.type in {"Ready", "Stalled", "Reconciling"}}

    assert said == {hold.decision.message}


def test_a_probe_does_not_change_what_is_said() -> None:
    """Else each probe would tell people that all begins anew, and then not."""
    names = ("sid-unknown-deleted-probing", "sid-unknown-deleted-probed")
    before, after = (hold for hold in UNKNOWN_HOLDS if hold.name in names)

    assert (before.decision.reason, message(before)) == (after.decision.reason, message(after))
