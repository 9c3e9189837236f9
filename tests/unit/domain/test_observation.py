"""What one look tells: of each attempt, and of the object."""

from dataclasses import replace

import pytest

from agora_recording.crd.recording import DesiredState
from agora_recording.crd.status import Attempt, CloudRecordingStatus
from agora_recording.domain.action import Ending
from agora_recording.domain.observation import FINALIZER, Answer, Observation, Streak, Trail
from builders import (
    ME,
    NOW,
    OTHER,
    TICK,
    ago,
    attempt,
    observation,
    past,
    recording,
    running,
    spec,
    told,
)
from unit.domain.situations import DEAD, GONE, LIVE, NEW, PROBE, WIPED, fresh, sent

TAKEN_AWAY = attempt(owner=OTHER)


@pytest.mark.parametrize(
    ("listed", "trail", "unknown"),
    [
        (NEW, fresh(NEW), False),
        (NEW, sent(NEW), True),
        (NEW, None, True),
        (NEW, Trail(NEW, stored=True, candidates=("maybe",)), True),
        (TAKEN_AWAY, fresh(NEW), True),
        (LIVE, None, False),
        (LIVE, sent(LIVE), False),
    ],
    ids=[
        "acquired and not sent by this process",
        "sent",
        "nothing is remembered of it",
        "only candidates are remembered of it",
        "another process has taken it over",
        "its sid is stored",
        "its sid is stored, and it was sent",
    ],
)
def test_an_attempt_is_unknown_unless_this_process_knows_better(
    listed: Attempt,
    trail: Trail | None,
    *,
    unknown: bool,
) -> None:
    """Without sid, only who acquired it, did not send it and still owns it knows."""
    seen = observation(listed, trails=[trail] if trail else [])

    assert unknown == seen.is_unknown(listed)
    assert unknown == (listed in seen.unknown)


@pytest.mark.parametrize(
    ("seconds", "startable", "dead"),
    [
        (0, True, False),
        (299, True, False),
        (300, False, False),
        (479, False, False),
        (480, False, True),
        (9999, False, True),
    ],
)
def test_a_resource_lives_five_minutes_and_is_dead_after_eight(
    seconds: int,
    *,
    startable: bool,
    dead: bool,
) -> None:
    """In between it can no longer be started, but an earlier start may take effect."""
    made = attempt(acquired_at=ago(seconds))
    seen = observation(made)

    assert (startable, dead) == (seen.is_startable(made), seen.is_dead(made))


def test_what_stands_for_a_wiped_record_cannot_be_started() -> None:
    """It is no resource of Agora's."""
    made = attempt("lost-record-20260301120000")

    assert not observation(made).is_startable(made)


@pytest.mark.parametrize(
    ("members", "trails", "lost"),
    [
        (WIPED, [], True),
        ({**WIPED, "finalizers": ()}, [], False),
        ({**WIPED, "finalizers": ("other",)}, [], False),
        ({**WIPED, "gone": True}, [], False),
        ({**WIPED, "status": CloudRecordingStatus(settled=True)}, [], False),
        ({**WIPED, "status": CloudRecordingStatus(attempts=(NEW,))}, [], False),
        (WIPED, [fresh(NEW)], False),
    ],
    ids=[
        "a finalizer alone",
        "nothing at all",
        "a finalizer of others",
        "the object is gone",
        "the record says that nothing is open",
        "an attempt is open",
        "this process remembers",
    ],
)
def test_a_record_is_lost_if_nothing_but_our_finalizer_is_left(
    members: dict[str, object],
    trails: list[Trail],
    *,
    lost: bool,
) -> None:
    """It is put on after the record, and taken off before it (protocol 18)."""
    assert lost == observation(trails=trails, of=members).record_is_lost


@pytest.mark.parametrize(
    ("stored", "trail", "sid"),
    [
        ("stored", Trail(running(sid="learned"), sends=1), "learned"),
        ("stored", Trail(running(sid="learned"), answer=Answer(5)), "learned"),
        ("stored", Trail(running(sid="learned"), sends=2, answer=Answer(5)), "learned"),
        ("stored", Trail(running(sid="learned")), "stored"),
        ("stored", Trail(running(sid=None), sends=1), "stored"),
        (None, Trail(running(sid="learned")), "learned"),
    ],
    ids=[
        "from the start",
        "from a query",
        "from both",
        "from an earlier status",
        "nothing",
        "from an earlier status that was wiped since",
    ],
)
def test_what_agora_said_prevails_over_the_status(
    stored: str | None, trail: Trail, sid: str
) -> None:
    """A sid that somebody wrote into the status does not replace the one that Agora gave."""
    (informed,) = observation(running(sid=stored), trails=[trail]).attempts

    assert sid == informed.sid


def test_what_was_learned_completes_what_is_stored() -> None:
    """A sid and a confirmation that the status has not yet; a stored confirmation stays."""
    found = running(told=told(layout="new"), running_at=NOW)
    learned = replace(sent(NEW), attempt=found)
    (informed,) = observation(NEW, trails=[learned]).attempts
    known = running(running_at=ago(60))
    (kept,) = observation(known, trails=[Trail(running(confirmed_at=NOW, running_at=NOW))]).attempts

    assert (informed.sid, informed.confirmed_at) == ("sid-r1", ago(590))
    assert (informed.told, informed.running_at) == (told(layout="new"), NOW)
    assert (kept.confirmed_at, kept.running_at) == (ago(590), ago(60))


@pytest.mark.parametrize(
    ("ending", "owner", "open_"),
    [
        (None, ME, True),
        (Ending.STOPPED, ME, False),
        (Ending.STOPPED, OTHER, False),
        (Ending.NEVER_SENT, ME, False),
        (Ending.NEVER_SENT, OTHER, True),
        (Ending.REFUSED, OTHER, True),
    ],
)
def test_an_end_known_from_memory_counts_only_for_what_is_ours(
    ending: Ending | None,
    owner: str,
    *,
    open_: bool,
) -> None:
    """Whoever has taken it over may have sent it since (protocol 4)."""
    made = attempt(owner=owner)
    seen = observation(made, trails=[Trail(made, sends=1, ending=ending)])

    assert open_ == bool(seen.attempts)


def test_attempts_are_those_listed_and_those_remembered_oldest_first() -> None:
    """What the status calls past is not open, though it may be remembered."""
    seen = observation(
        attempt("r3", number=3),
        trails=[sent(PROBE), sent(DEAD), sent(attempt("r9", number=9))],
        of={
            "status": CloudRecordingStatus(
                attempts=(attempt("r3", number=3),), last_attempts=(past("r9", number=9),)
            )
        },
    )

    assert [a.resource_id for a in seen.attempts] == ["dead", "probe", "r3"]


def test_an_attempt_that_nothing_was_learned_of_is_a_stored_one() -> None:
    """It is in the status, or nobody would ask about it."""
    assert observation(LIVE).trail(LIVE) == Trail(LIVE, stored=True)


@pytest.mark.parametrize(
    ("members", "leaving"),
    [({}, False), ({"deleting": True}, True), ({"gone": True}, True), (GONE, True)],
)
def test_an_object_leaves_while_it_is_deleted_and_after(
    members: dict[str, object],
    *,
    leaving: bool,
) -> None:
    """Then it wants no recording, whatever its spec says."""
    made = recording(**members)

    assert leaving == made.leaving
    assert leaving == (not observation(of=members).wants_recording)


def test_a_stopped_object_wants_no_recording() -> None:
    """DesiredState is the person's word."""
    seen: Observation = observation(of={"spec": spec(desired_state=DesiredState.STOPPED)})

    assert not seen.wants_recording


@pytest.mark.parametrize(
    ("finalizers", "held"), [((), False), (("other",), False), (("other", FINALIZER), True)]
)
def test_an_object_is_held_by_our_finalizer(
    finalizers: tuple[str, ...],
    *,
    held: bool,
) -> None:
    """Others are other people's business."""
    assert held == recording(finalizers=finalizers).held


def test_a_streak_counts_its_answers_and_its_seconds() -> None:
    """From the first to the last."""
    one = Streak.with_one_more(None, TICK)
    three = Streak.with_one_more(Streak.with_one_more(one, TICK + 5), TICK + 20)

    assert (one.count, one.seconds) == (1, 0)
    assert (three.first, three.last, three.count, three.seconds) == (TICK, TICK + 20, 3, 20)
