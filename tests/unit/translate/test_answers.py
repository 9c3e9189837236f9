from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora import wire
from agora_recording.domain.observation import Answer
from agora_recording.translate import answers


@pytest.mark.parametrize(
    ("since_epoch", "expected"),
    [
        (1_700_000_000_500, datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC)),
        (1_700_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (0, None),
        (None, None),
    ],
)
def test_moments(since_epoch: int | None, expected: datetime | None) -> None:
    """Milliseconds or seconds since the epoch; 0 is Agora's word for none."""
    assert expected == answers.moment(since_epoch)


@given(st.integers())
def test_no_moment_breaks_a_cycle(milliseconds: int) -> None:
    """A number that is no time says nothing."""
    answers.moment(milliseconds)


def response(status: int | None, state: str | None = None) -> wire.ServerResponse:
    """Return a reply of a query, with what the recorder of a web page says if it is one."""
    extensions = () if state is None else (wire.Extension("web_recorder_service", state),)
    return wire.ServerResponse(status=status, extensions=extensions)


@pytest.mark.parametrize(
    ("status", "state", "expected"),
    [
        (5, None, 5),
        (None, None, None),
        (0, "init", 1),
        (0, "inProgress", 5),
        (4, "inProgress", 5),
        (None, "inProgress", 5),
        (6, "inProgress", 6),
        (4, "exit", 8),
        (20, "exit", 20),
        (3, "of another release", 3),
    ],
)
def test_a_web_page_is_recorded_when_its_recorder_says_so(
    status: int | None, state: str | None, expected: int | None
) -> None:
    """The status may lag behind, even at 0; whichever says more is the newer one."""
    found = answers.answer(response(status, state))

    assert expected == (found.status if found else None)


def test_a_page_says_whether_it_is_on_hold_and_how_its_stream_does() -> None:
    """In whatever order its services come; of a channel nothing is said."""
    held = wire.Extension("web_recorder_service", "inProgress", on_hold=True)
    stream = wire.Extension("rtmp_publish_service", outputs=("onhold",))
    page = wire.ServerResponse(status=4, extensions=(stream, held))

    assert answers.answer(page) == Answer(5, on_hold=True, outputs=("Onhold",))
    assert answers.answer(response(4)) == Answer(4)


def test_a_reply_lists_files_and_upload_wherever_they_stand() -> None:
    """At the top, or in the services of a web recording."""
    mp4, index = wire.File("a.mp4"), wire.File("a.m3u8")
    web = wire.ServerResponse(
        extensions=(
            wire.Extension("upload_service", uploading_status="backuped"),
            wire.Extension("web_recorder_service", files=(mp4, index)),
        )
    )
    mix = wire.ServerResponse(files=(mp4, index), uploading_status="unknow")

    assert [f.name for f in answers.files(web)] == [f.name for f in answers.files(mix)]
    assert [f.name for f in answers.files(web)] == ["a.m3u8", "a.mp4"]
    assert (answers.uploading_status(web), answers.uploading_status(mix)) == (
        "Backuped",
        "Unknown",
    )
