from hypothesis import given, settings
from hypothesis import strategies as st

from agora_recording.domain.action import Ending
from agora_recording.domain.observation import Pause, Problem, Streak, Trail
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.memory import Memories, Memory
from agora_recording.reconcile.patch import has_new_sid, merge_patch
from builders import attempt, observation, recording, running, status
from unit.reconcile.fake_cluster import applied


def test_the_newest_look_wins_both_ways() -> None:
    """Watch and answers overtake each other; versions are compared as numbers."""
    memory = Memory(recording(resource_version="10"))

    assert not memory.see(recording(resource_version="9"))
    assert memory.see(recording(resource_version="100"))
    assert not memory.see(recording(resource_version="99"))
    assert memory.recording.resource_version == "100"


def test_an_old_look_is_no_news() -> None:
    """The same version again wakes nobody."""
    memories = Memories()

    assert memories.see(recording())
    assert not memories.see(recording())
    assert memories.see(recording(resource_version="11"))


def test_what_was_never_stored_nor_sent_is_forgotten() -> None:
    """The intent that met a conflict; what was sent stays."""
    memory = Memory(recording())
    memory.learn(Trail(attempt("unsent"), acquired=1))
    memory.learn(Trail(attempt("sent"), acquired=1, sends=1))
    memory.learn(Trail(attempt("stored"), acquired=1, stored=True))
    memory.forget_unstored()

    assert {"sent", "stored"} == memory.trails.keys()


def test_what_another_process_owned_is_unknown_even_to_its_maker() -> None:
    """The other may have sent the start, and this one made itself the owner again (protocol 4)."""
    unsent = attempt(owner="me")
    memory = Memory(recording(unsent))
    memory.learn(Trail(unsent, acquired=1, stored=True, ending=Ending.REFUSED))
    memory.pauses["start/r1"] = Pause(9.0, 1, Problem(Reason.IN_USE, ""), 1)
    memory.see(recording(unsent, resource_version="11"))
    assert "r1" in memory.trails

    memory.see(recording(attempt(owner="other"), resource_version="12"))
    memory.see(recording(unsent, resource_version="13"))
    assert memory.trails == {"r1": Trail(unsent, stored=True)}
    assert memory.pauses == {}


def test_a_sid_is_remembered_whoever_owns_its_attempt() -> None:
    """It is what a stop needs."""
    memory = Memory(recording(attempt(owner="me")))
    memory.learn(Trail(attempt(owner="me", sid="s"), sends=1, stored=True))
    memory.see(recording(attempt(owner="other"), resource_version="12"))

    assert memory.trails["r1"].attempt.sid == "s"


def test_an_end_is_forgotten_once_it_is_stored() -> None:
    """Until then the status could still list it."""
    memory = Memory(recording(running()))
    memory.learn(Trail(running(), stored=True, ending=Ending.NEVER_SENT))
    memory.see(recording(running(), resource_version="11"))
    assert "r1" in memory.trails

    memory.see(recording(resource_version="12"))
    assert memory.trails == {}


def test_a_vanished_object_is_kept_while_it_may_run() -> None:
    """Only with nothing open is it forgotten."""
    memories = Memories()
    memories.see(recording(running()))

    assert memories.vanish("object-1")
    memory = memories.get("object-1")
    assert memory is not None
    assert memory.recording.gone
    memory.learn(Trail(running(), ending=Ending.STOPPED))
    assert not memories.vanish("object-1")
    assert len(memories) == 0


def test_a_start_in_flight_keeps_a_vanished_object() -> None:
    """Although its status never listed it."""
    memories = Memories()
    memories.see(recording())
    memory = memories.get("object-1")
    assert memory is not None
    memory.learn(Trail(attempt(), sends=1))

    assert memories.vanish("object-1", recording(resource_version="20"))


def test_a_wiped_attempt_is_still_seen() -> None:
    """Whatever was seen in a status is remembered until it is proven over (protocol 18)."""
    memory = Memory(recording(running()))
    memory.see(recording(resource_version="11"))
    seen = observation(trails=memory.trails.values())

    assert [a.resource_id for a in seen.attempts] == ["r1"]


values = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
documents = st.dictionaries(st.sampled_from("abcd"), values, max_size=4)


@settings(deadline=None)
@given(documents, documents)
def test_a_patch_turns_one_into_the_other(
    before: dict[str, object], after: dict[str, object]
) -> None:
    """Applied as RFC 7386 says, and empty if nothing changed."""
    patch = merge_patch(before, after)

    assert after == applied(before, patch)
    assert (before == after) == (not patch)


def test_a_patch_removes_by_null_and_replaces_lists() -> None:
    """RFC 7386, appendix A."""
    before = {"a": 1, "b": {"c": 2, "d": 3}, "e": [1, 2]}

    assert merge_patch(before, {"b": {"c": 2}, "e": [2]}) == {"a": None, "b": {"d": None}, "e": [2]}
    assert merge_patch(before, {**before, "b": "c"}) == {"b": "c"}


def test_a_new_sid_is_noticed() -> None:
    """In whichever entry it is; a known one is no news."""
    assert has_new_sid(status(attempt()), status(attempt(sid="s")))
    assert has_new_sid(status(), status(attempt(sid="s")))
    assert not has_new_sid(status(attempt(sid="s")), status(attempt(sid="s"), attempt("b")))


def test_after_another_may_have_led_only_a_sid_that_is_stored_nowhere_counts() -> None:
    """No streak, no answer, no pause, and no "never sent" (protocol 22)."""
    stored = attempt("stored", sid="sid-1")
    memory = Memory(recording(status=status(stored)))
    streak = Streak(1.0, 100.0, 5)
    memory.learn(Trail(stored, stored=True, absence=streak, next_query=500.0))
    memory.learn(Trail(attempt("unsent"), acquired=1, stored=True))
    memory.learn(Trail(attempt("unsaved", sid="sid-2"), acquired=1, sends=1, absence=streak))
    memory.pauses["acquire"] = Pause(1000.0, 3, Problem(Reason.TARGET_IN_USE, "busy"), 1)
    memory.outdated = True
    memory.begin_anew()

    assert memory.trails == {
        "unsaved": Trail(attempt("unsaved", sid="sid-2")),
        "stored": Trail(stored, stored=True),
    }
    assert memory.pauses == {}
    assert memory.unsaved_sids == {"sid-2"}
    assert not memory.outdated
