"""What a process makes of the attempts that it finds in a status."""

import pytest

from agora_recording.crd.status import Attempt
from agora_recording.domain.observation import Trail
from agora_recording.domain.topic import Topic
from agora_recording.reconcile.memory import Memory
from builders import attempt, recording, running

EVERY = frozenset(Topic)
FOUND = [
    ("a recording of the first spec", running(), 1, frozenset[str]()),
    ("a recording whose spec was edited, once or more", running(), 2, EVERY),
    ("a start of an edited spec: to repeat it tells all", attempt(), 2, frozenset[str]()),
]


@pytest.mark.parametrize(
    ("found", "generation", "unsure"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND]
)
def test_what_agora_may_not_have_been_told(
    found: Attempt, generation: int, unsure: frozenset[str]
) -> None:
    """A late update of the last process may have come after it was stored (protocol 22)."""
    memory = Memory(recording(found, generation=generation))

    assert memory.trails == {"r1": Trail(found, stored=True, unsure=unsure)}
