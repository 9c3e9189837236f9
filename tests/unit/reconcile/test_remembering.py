"""What a process remembers of an object: what it may do next, and what only it knows."""

import pytest

from agora_recording.domain.action import Ending
from agora_recording.domain.observation import Recording, Trail
from agora_recording.reconcile.memory import Memories, Memory
from builders import attempt, recording, running

ENDED = Trail(attempt("r2"), ending=Ending.STOPPED)
ENDED_LIVE = Trail(running("r2"), ending=Ending.STOPPED)
LEAVING = recording(deleting=True)


@pytest.mark.parametrize(
    ("seen", "trails", "expected"),
    [
        (recording(), [], True),
        (LEAVING, [], False),
        (recording(attempt()), [], True),
        (recording(attempt(), deleting=True), [], True),
        (recording(running()), [], False),
        (recording(running(), attempt("r2", number=2)), [], True),
        (recording(), [Trail(attempt())], True),
        (LEAVING, [Trail(attempt())], True),
        (recording(), [Trail(running())], False),
        (recording(), [ENDED], True),
        (LEAVING, [ENDED], False),
        (recording(running()), [ENDED], False),
        (recording(), [Trail(running()), Trail(attempt("r3"))], True),
    ],
    ids=[
        "nothing yet",
        "nothing, and deleted",
        "an unknown start",
        "one to be resolved before the object goes",
        "a recording",
        "a recording beside an unknown start",
        "an attempt that is not stored",
        "one of a deleted object",
        "a recording that is not stored",
        "an attempt that is over",
        "one of a deleted object that is over",
        "a recording, another being over",
        "a recording and an attempt that are not stored",
    ],
)
def test_secrets_are_read_anew_when_a_start_may_be_next(
    seen: Recording, trails: list[Trail], *, expected: bool
) -> None:
    """A new attempt must not be made with a copy that somebody has changed."""
    memory = Memory(seen)
    for trail in trails:
        memory.learn(trail)

    assert memory.may_start is expected


def test_a_sid_counts_as_unsaved_until_it_is_stored_or_over() -> None:
    """What is over needs nobody who knows it."""
    memory = Memory(recording(running("stored")))
    memory.learn(Trail(running("new")))
    memory.learn(ENDED_LIVE)
    assert memory.unsaved_sids == {"sid-new"}
    memory.vanish()

    assert memory.unsaved_sids == {"sid-stored", "sid-new"}


def test_an_object_that_vanished_counts_as_deleted() -> None:
    """Nothing begins for it any more, and its recording is stopped without waiting for files."""
    memory = Memory(recording(running()))
    memory.vanish()

    assert memory.recording.gone
    assert memory.recording.deleting


def test_the_same_look_again_is_taken() -> None:
    """The answer to a write and the watch bring one version twice."""
    memory = Memory(recording())
    answer = recording(running())

    assert memory.see(answer)
    assert memory.recording is answer


def test_a_standby_says_whether_a_look_was_news() -> None:
    """An old one wakes nobody, and leaves what is known as it is."""
    memories = Memories()
    memories.standing_by = True
    memories.see(recording(resource_version="10"))

    assert memories.see(recording(running(), resource_version="11"))
    assert not memories.see(recording(resource_version="9"))
    assert not memories.see(recording(running(), resource_version="11"))


def test_what_a_standby_alone_knows_stays_as_it_was() -> None:
    """Whether its attempt was stored tells if a wiped status is to be mended."""
    memory = Memory(recording(attempt()))
    memory.learn(Trail(running(), stored=True, sends=1))
    memory.learn(Trail(running("r2"), sends=1))
    memory.watch(recording(resource_version="11"))

    assert memory.trails["r1"] == Trail(running(), stored=True)
    assert memory.trails["r2"] == Trail(running("r2"), stored=False)


def test_an_object_that_nobody_knew_leaves_nothing_when_it_vanishes() -> None:
    """Nor does one that this process let go itself, whatever it remembers."""
    memories = Memories()
    assert memories.vanish("object-1") is False
    memories.see(recording(running()))
    memory = memories.get("object-1")
    assert memory is not None
    memory.released = True

    assert memories.vanish("object-1") is False
    assert memories.get("object-1") is None
