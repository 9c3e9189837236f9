"""What is left of an object that vanishes."""

import pytest

from agora_recording.domain.observation import Recording, Trail
from agora_recording.reconcile.memory import Memories
from builders import attempt, recording

UNHELD = recording(attempt(), finalizers=())


def test_what_vanishes_before_it_was_held_leaves_nothing_to_ask_about() -> None:
    """No start is sent before the finalizer is on: to repeat it would be the first (protocol 3)."""
    memories = Memories()
    memories.see(UNHELD)

    assert not memories.vanish("object-1")
    assert memories.get("object-1") is None


@pytest.mark.parametrize(
    "looks",
    [
        [recording(attempt()), recording(attempt(), finalizers=(), resource_version="11")],
        [recording(attempt(sid="s"), finalizers=())],
    ],
    ids=["it was held", "it was started"],
)
def test_what_may_run_is_asked_about_although_its_object_was_torn_away(
    looks: list[Recording],
) -> None:
    """Somebody took the finalizer off by hand."""
    memories = Memories()
    for look in looks:
        memories.see(look)

    assert memories.vanish("object-1", looks[-1])
    memory = memories.get("object-1")
    assert memory is not None
    assert len(memory.recording.status.attempts) == 1


def test_the_last_look_at_an_object_tells_what_may_run() -> None:
    """The watch may bring its end before anything else of what happened lately."""
    memories = Memories()
    memories.see(recording())
    last = recording(attempt(sid="s"), finalizers=(), resource_version="11")

    assert memories.vanish("object-1", last)
    memory = memories.get("object-1")
    assert memory is not None
    assert memory.unsaved_sids == {"s"}


def test_what_this_process_sent_is_asked_about_although_it_was_never_seen_held() -> None:
    """The finalizer's write may have had its effect, and its answer and its event been lost."""
    memories = Memories()
    memories.see(UNHELD)
    memory = memories.get("object-1")
    assert memory is not None
    memory.learn(Trail(attempt(), sends=1, stored=True))

    assert memories.vanish("object-1")
    assert set(memory.trails) == {"r1"}
    assert len(memory.recording.status.attempts) == 1
