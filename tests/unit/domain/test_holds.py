"""What people read of an object that is held up or stalled answers their three questions."""

from collections import Counter
from pathlib import Path

import pytest

from agora_recording.domain.reason import Health, Reason
from agora_recording.domain.summary import summarise
from agora_recording.kube.events import NOTE_LENGTH
from unit.domain.hold import Hold
from unit.domain.holds import HOLDS
from unit.domain.project_holds import PROJECT_HOLDS, ProjectHold
from unit.domain.unknown_holds import UNKNOWN_HOLDS

GOLDEN = Path(__file__).parents[2] / "e2e" / "golden"
"""What kubectl describes of each row."""
MOST = 520
"""Characters of a message; more is not read at three in the morning."""
RECORDINGS = (*HOLDS, *UNKNOWN_HOLDS)
EVERY = (*RECORDINGS, *PROJECT_HOLDS)

each = pytest.mark.parametrize("hold", EVERY, ids=lambda hold: hold.name)


def message(hold: Hold | ProjectHold) -> str:
    """Return what its condition Ready says."""
    return hold.decision.message if isinstance(hold, Hold) else hold.problem.message


@each
def test_a_message_says_until_when_and_what_to_do(hold: Hold | ProjectHold) -> None:
    """Each row names the words by which its message does."""
    said = message(hold)

    assert hold.until in said
    assert hold.remedy in said


@each
def test_a_message_is_the_golden_one(hold: Hold | ProjectHold) -> None:
    """A change of words is seen before a real API server shows it."""
    lines = (GOLDEN / f"{hold.name}.txt").read_text(encoding="utf-8").splitlines()

    assert message(hold) in {line.partition("Message:")[2].strip() for line in lines}


@each
def test_a_message_can_be_read_at_a_glance(hold: Hold | ProjectHold) -> None:
    """Few whole sentences on one line, which fit into an Event too."""
    said = message(hold)

    assert len(said) <= MOST
    assert len(said.encode()) <= NOTE_LENGTH
    assert said == " ".join(said.split())
    assert said.endswith(".")


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
