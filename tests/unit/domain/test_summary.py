"""What the status says, member by member."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from agora_recording.crd.status import Attempt, CloudRecordingStatus, Query, RecordedFile
from agora_recording.domain.action import Ending
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import Answer, Observation, Trail
from agora_recording.domain.summary import FILES_KEPT, summarise
from builders import APP, NOW, ago, attempt, observation, running, status
from unit.domain.situations import (
    DEAD,
    INTENDED,
    LEAVING,
    LIVE,
    LOST,
    NEW,
    STARTED,
    STOPPED,
    TOLD,
    WIPED,
    fresh,
    sent,
)

HLS, MP4 = RecordedFile(name="a.m3u8"), RecordedFile(name="a.mp4")
STOPPED_LIVE = Trail(LIVE, stored=True, ending=Ending.STOPPED, ended_at=NOW)
SECOND = running("r2", number=2)


def made(seen: Observation) -> CloudRecordingStatus:
    """Return the status that is written."""
    return summarise(seen, decide(seen))


def after(before: dict[str, Any], *attempts: Attempt, **members: Any) -> CloudRecordingStatus:
    """Return the status that follows one with these members."""
    return made(observation(*attempts, of={"status": status(*attempts, **before)}, **members))


HELD = running("r2", number=2, mode="web", told={"hold": "OnHold"})
WRITTEN = running(mode="web", told={"hold": "Writing"})
SHOWN_ON_HOLD = observation(
    WRITTEN, trails=[Trail(WRITTEN, stored=True, answer=Answer(5, on_hold=True))]
)
PHASES = [
    ("nothing has begun", observation(), "Pending"),
    ("a resource is acquired", observation(NEW, trails=[fresh(NEW)]), "Starting"),
    ("its start was sent", observation(LOST, trails=[sent(LOST)]), "Starting"),
    ("its sid is known", observation(STARTED), "Starting"),
    ("it is confirmed", observation(LIVE), "Recording"),
    ("it is on hold beside another start", observation(DEAD, HELD), "OnHold"),
    ("Agora says that it is on hold", SHOWN_ON_HOLD, "OnHold"),
    ("it is to be stopped", observation(INTENDED), "Stopping"),
    ("it is deleted", observation(LIVE, of=LEAVING), "Stopping"),
    ("a start is unknown and unwanted", observation(DEAD, of=STOPPED), "Stopping"),
    ("it is stopped", observation(of=STOPPED), "Stopped"),
    ("it ended by itself", observation(of={"status": status(end_reason="Idle")}), "Completed"),
]


@pytest.mark.parametrize(
    ("seen", "expected"), [row[1:] for row in PHASES], ids=[row[0] for row in PHASES]
)
def test_the_phase_is_one_word_for_people(seen: Observation, expected: str) -> None:
    """Each state has its word."""
    assert expected == made(seen).phase


def test_the_newest_attempt_says_what_is_recorded() -> None:
    """Its pinned members are shown, whatever the spec says by now."""
    shown = made(observation(DEAD, running("r2", number=2, channel="before", uid=9)))

    assert (shown.mode, shown.app_id) == ("Mix", APP)
    assert (shown.channel, shown.uid) == ("before", 9)
    assert (shown.resource_id, shown.sid) == ("r2", "sid-r2")
    assert shown.started_at == ago(590)
    assert shown.settled is None


def test_nothing_open_leaves_no_ids() -> None:
    """They lock the spec; what was recorded stays to be read."""
    shown = after({"resource_id": "r1", "sid": "sid-r1", "channel": "standup", "uid": 7})

    assert (shown.resource_id, shown.sid, shown.settled) == (None, None, True)
    assert (shown.channel, shown.uid) == ("standup", 7)


def test_once_the_last_attempt_is_over_the_record_is_settled() -> None:
    """The finalizer may go by that word, though the process that wrote it is gone."""
    assert made(observation(LIVE, trails=[STOPPED_LIVE], of=STOPPED)).settled is True


def test_a_lost_record_is_not_said_to_be_settled() -> None:
    """Else the next look would let the object go."""
    assert made(observation(of=WIPED)).settled is None


@pytest.mark.parametrize(("resource_id", "expected"), [("r1", "kept"), ("r0", None), (None, None)])
def test_a_sid_is_shown_for_its_own_resource(resource_id: str | None, expected: str | None) -> None:
    """Of another attempt it would be a wrong one."""
    shown = after({"resource_id": resource_id, "sid": "kept"}, LOST, trails=[sent(LOST)])

    assert expected == shown.sid


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (0, "NotStarted"),
        (1, "Initialised"),
        (2, "Starting"),
        (3, "PartlyReady"),
        (4, "Ready"),
        (5, "InProgress"),
        (6, "StopRequested"),
        (7, "Stopped"),
        (8, "Exited"),
        (20, "AbnormalExit"),
        (99, "Unknown"),
    ],
)
def test_the_answer_of_a_query_is_shown_as_a_word(state: int, word: str) -> None:
    """Agora's numbers mean nothing to people."""
    trail = replace(TOLD, answer=Answer(state, ago(30)))
    shown = made(observation(LIVE, trails=[trail]))

    assert shown.query == Query(status=state, state=word, slice_start_time=ago(30))


def test_an_earlier_answer_is_shown_while_it_records() -> None:
    """A restarted process has asked nothing yet."""
    before = {"query": Query(status=5, state="InProgress")}

    assert after(before, LIVE).query == before["query"]
    assert after(before).query is None


def test_the_end_is_shown_once_it_is_over() -> None:
    """When the last of them ended, and why; not while something runs."""
    first = replace(STOPPED_LIVE, ended_at=ago(60))
    second = Trail(SECOND, stored=True, ending=Ending.ENDED, ended_at=ago(30))
    over = made(observation(LIVE, SECOND, trails=[first, second]))
    again = made(observation(LIVE, SECOND, trails=[second]))

    assert (over.ended_at, over.end_reason) == (ago(30), "Idle")
    assert (again.ended_at, again.end_reason) == (None, None)


def test_an_earlier_end_is_still_shown() -> None:
    """And while nothing but an unknown start is open, which is no recording yet."""
    before = {"ended_at": ago(60), "end_reason": "Idle", "started_at": ago(90)}
    resting, unsure = after(before), after(before, DEAD, trails=[sent(DEAD)])

    assert (resting.ended_at, resting.end_reason, resting.started_at) == (ago(60), "Idle", ago(90))
    assert (unsure.ended_at, unsure.end_reason) == (ago(60), "Idle")


def test_what_was_never_sent_was_no_recording() -> None:
    """It did not end, and is not among the last attempts."""
    unsent = Trail(NEW, acquired=0.0, stored=True, ending=Ending.NEVER_SENT, ended_at=NOW)
    shown = made(observation(NEW, trails=[unsent]))

    assert (shown.ended_at, shown.last_attempts) == (None, ())


def uploaded(trail: Trail, word: str | None) -> Trail:
    """Return the trail of an attempt whose stop said so of the upload."""
    return replace(trail, uploading_status=word)


@pytest.mark.parametrize(
    ("said", "before", "expected"),
    [
        ("Uploaded", "Backuped", "Uploaded"),
        (None, "Backuped", "Backuped"),
        ("Uploaded", None, "Uploaded"),
    ],
)
def test_the_upload_is_what_was_said_of_it_last(
    said: str | None, before: str | None, expected: str
) -> None:
    """A stop that says nothing of it changes nothing."""
    trails = [uploaded(STOPPED_LIVE, said)]

    assert expected == after({"uploading_status": before}, LIVE, trails=trails).uploading_status


def test_the_upload_of_one_of_two_is_told() -> None:
    """Whichever of the attempts that ended at once was told of."""
    trails = [
        uploaded(STOPPED_LIVE, None),
        uploaded(Trail(SECOND, stored=True, ending=Ending.STOPPED, ended_at=NOW), "Uploaded"),
    ]

    assert made(observation(LIVE, SECOND, trails=trails)).uploading_status == "Uploaded"


def test_the_upload_of_an_earlier_recording_is_not_told_of_the_next() -> None:
    """Its files are not uploaded yet."""
    assert after({"uploading_status": "Uploaded"}, LIVE).uploading_status is None


FILES = [
    ("those of the last answer", {"resource_id": "r1"}, (LIVE,), (HLS,), (HLS,)),
    ("those known before", {"resource_id": "r1", "files": (MP4,)}, (LIVE,), (), (MP4,)),
    ("none of another recording", {"resource_id": "r0", "files": (MP4,)}, (LIVE,), (), ()),
    ("none of an earlier recording", {"files": (MP4,)}, (LIVE,), (), ()),
    ("those of the last recording", {"files": (MP4,)}, (), (), (MP4,)),
]


@pytest.mark.parametrize(
    ("before", "attempts", "files", "expected"),
    [row[1:] for row in FILES],
    ids=[row[0] for row in FILES],
)
def test_files_are_those_of_the_recording(
    before: dict[str, Any],
    attempts: tuple[Attempt, ...],
    files: tuple[RecordedFile, ...],
    expected: tuple[RecordedFile, ...],
) -> None:
    """Never those of another."""
    trails = [replace(TOLD, answer=Answer(5, files=files))] if attempts else []

    assert expected == after(before, *attempts, trails=trails).files


def test_files_of_what_is_over_are_those_that_its_stop_listed() -> None:
    """The last answer of the last attempt; 64 at most."""
    many = tuple(RecordedFile(name=f"{n}.ts") for n in range(FILES_KEPT + 1))
    trails = [
        replace(STOPPED_LIVE, answer=Answer(7, files=(MP4,))),
        Trail(
            SECOND, stored=True, ending=Ending.STOPPED, ended_at=NOW, answer=Answer(7, files=many)
        ),
    ]
    shown = made(observation(LIVE, SECOND, trails=trails, of=STOPPED))

    assert shown.files == many[:64]


@pytest.mark.parametrize(
    ("trail", "reason", "ended_at", "index_file"),
    [
        (STOPPED_LIVE, "Stopped", NOW, None),
        (replace(STOPPED_LIVE, attempt=INTENDED), "User", NOW, None),
        (replace(STOPPED_LIVE, ended_at=None), "Stopped", NOW, None),
        (replace(STOPPED_LIVE, answer=Answer(7, files=(HLS, MP4))), "Stopped", NOW, "a.m3u8"),
        (replace(STOPPED_LIVE, answer=Answer(7), ended_at=ago(5)), "Stopped", ago(5), None),
    ],
    ids=["by itself", "for a reason", "at no known time", "with files", "without files"],
)
def test_a_past_attempt_tells_how_it_ended(
    trail: Trail, reason: str, ended_at: datetime, index_file: str | None
) -> None:
    """Its number, ids, times, why it ended, and where its recording is."""
    (entry,) = made(observation(LIVE, trails=[trail], of=STOPPED)).last_attempts

    assert (entry.number, entry.resource_id, entry.sid) == (1, "r1", "sid-r1")
    assert (entry.started_at, entry.ended_at) == (ago(590), ended_at)
    assert (entry.reason, entry.index_file) == (reason, index_file)


def test_a_past_attempt_tells_which_beginning_it_continued() -> None:
    """The next one has its time from there too."""
    continued = running(continues_from=ago(9000), stop_intended_at=NOW, stop_reason="Limit")
    (entry,) = made(
        observation(LIVE, trails=[replace(STOPPED_LIVE, attempt=continued)])
    ).last_attempts

    assert (entry.reason, entry.continues_from) == ("Limit", ago(9000))


def test_the_generation_is_that_of_what_was_looked_at() -> None:
    """Kubectl wait compares it."""
    seen = observation(attempt(), of={"generation": 7})

    assert made(seen).observed_generation == 7
    assert {c.observed_generation for c in made(seen).conditions} == {7}
