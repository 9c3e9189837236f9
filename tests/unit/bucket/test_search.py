from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.bucket.search import Search

if TYPE_CHECKING:
    from obstore import ObjectMeta

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SID = "0123456789abcdef" * 2
OTHER = "fedcba9876543210" * 2
ODD_CHANNEL = "a b!#$%&()+-:;<=.>?@[]^_{}|~,z"


def file(path: str, written: datetime = NOW) -> "ObjectMeta":
    """Return what a storage tells about one file."""
    return {"path": path, "last_modified": written, "size": 1, "e_tag": None, "version": None}


def found(*files: "ObjectMeta", folder: str = "a/b/", channel: str = "room") -> tuple[str, ...]:
    """Return the sids of a channel among some files written since NOW."""
    search = Search(folder, channel, NOW)
    search.take(files)
    return search.sids


def test_the_label_of_a_page_may_look_like_a_folder() -> None:
    """A page has a label that no channel could have; its index comes before its slices."""
    label = "Townhall 2026/11 \N{EN DASH} München"
    search = Search("a/b/", label, NOW)
    index, part = f"a/b/{SID}_{label}.m3u8", f"a/b/{SID}_{label}_20260101120000000.ts"
    assert index < part
    search.take([file(index), file(part)])

    assert search.sids == (SID,)
    assert search.resume_after(part) == f"a/b/{SID}_Townhall 20260"


@pytest.mark.parametrize(
    "name",
    [
        f"{SID}_room.m3u8",
        f"bak0_{SID}_room.m3u8",
        f"{SID}_room__uid_s_17__uid_e_audio.m3u8",
        f"bak12_{SID}_room__uid_s_4294967295__uid_e_av.m3u8",
    ],
)
def test_an_index_file_gives_the_sid(name: str) -> None:
    """Of mode mix or individual, from before or after a move to another server."""
    assert found(file(f"a/b/{name}")) == (SID,)


@pytest.mark.parametrize(
    "path",
    [
        f"a/b/{SID}_room2.m3u8",
        f"a/b/{SID}_my_room.m3u8",
        f"a/b/{SID}_ROOM.m3u8",
        f"a/b/{SID}_room.m3u8.bak",
        f"a/b/{SID}_room_20260101120000000.ts",
        f"a/b/{SID}_room_0.mp4",
        f"a/b/{SID.upper()}_room.m3u8",
        f"a/b/{SID[:-1]}_room.m3u8",
        f"a/b/0{SID}_room.m3u8",
        f"a/b/c/{SID}_room.m3u8",
        f"a/{SID}_room.m3u8",
        f"a/bb/{SID}_room.m3u8",
        f"{SID}_room.m3u8",
        "a/b/_room.m3u8",
        "a/b/room.m3u8",
        "a/b/.m3u8",
        "a/b/",
        "",
        f"a/b/{SID}_room.m3u8\n",
        f"a/b/{SID}_room__uid_s_x__uid_e_audio.m3u8",
    ],
)
def test_other_files_give_none(path: str) -> None:
    """Other channels' files, other folders', slices, and what looks alike."""
    assert found(file(path)) == ()


@pytest.mark.parametrize("channel", [ODD_CHANNEL, ".*", "room.", "_", "x__uid_s_1__uid_e_audio"])
def test_a_channel_is_taken_literally(channel: str) -> None:
    """Channel names may hold what is special in a pattern."""
    assert found(file(f"{SID}_{channel}.m3u8"), folder="", channel=channel) == (SID,)
    assert found(file(f"{SID}_xroom.m3u8"), folder="", channel=channel) == ()


def test_the_newest_comes_first() -> None:
    """It is the likeliest; of several files of one recording the newest counts."""
    first = file(f"a/b/{SID}_room.m3u8", NOW + timedelta(seconds=1))
    second = file(f"a/b/{OTHER}_room.m3u8", NOW + timedelta(seconds=2))
    moved = file(f"a/b/bak0_{SID}_room.m3u8", NOW + timedelta(seconds=3))

    assert found(first, second) == (OTHER, SID)
    assert found(moved, first, second) == (SID, OTHER)


@pytest.mark.parametrize(("seconds", "counts"), [(-1, False), (0, True), (1, True)])
def test_what_was_written_before_does_not_count(seconds: int, counts: bool) -> None:  # noqa: FBT001 - a column
    """An old recording of the same channel is not the one that is missing."""
    files = [file(f"a/b/{SID}_room.m3u8", NOW + timedelta(seconds=seconds))]

    assert found(*files) == ((SID,) if counts else ())


def test_a_storage_tells_whole_seconds() -> None:
    """A file written in the second in which the search begins is not missed."""
    search = Search("", "room", NOW + timedelta(milliseconds=900))
    search.take([file(f"{SID}_room.m3u8", NOW)])

    assert search.sids == (SID,)


@pytest.mark.parametrize(
    ("last", "further"),
    [
        ("a/b/inner/one.ts", "a/b/inner0"),
        ("a/b/inner/deeper/one.ts", "a/b/inner0"),
        (f"a/b/{SID}_room_2026.ts", f"a/b/{SID}a"),
        (f"a/b/{SID}_room.m3u8", f"a/b/{SID}a"),
        (f"a/b/{OTHER}_room_2026.ts", None),
        (f"a/b/{SID}_room__uid_s_1__uid_e_audio_2026.ts", None),
        (f"a/b/bak0_{SID}_room_2026.ts", None),
        ("a/b/notes.txt", None),
    ],
)
def test_what_cannot_matter_is_passed_over(last: str, further: str | None) -> None:
    """The slices of a recording whose index was seen, and inner folders."""
    search = Search("a/b/", "room", NOW)
    search.take([file(f"a/b/{SID}_room.m3u8")])

    assert search.resume_after(last) == further


SIDS = tuple(digit * 32 for digit in "05af")
TAILS = (".m3u8", "_20260101.ts", "_20260102.ts", "_0.mp4")
TRACKS = ("__uid_s_1__uid_e_audio", "__uid_s_1__uid_e_video", "__uid_s_22__uid_e_audio")


@st.composite
def recordings(draw: st.DrawFn, sid: str) -> list[str]:
    """Return names of files of one recording, some of them missing."""
    channel = draw(st.sampled_from(("room", "rooms", "~", " ")))
    tracks = draw(st.sampled_from((("",), TRACKS)))
    stems = [f"{bak}{sid}_{channel}{track}" for bak in ("", "bak0_") for track in tracks]
    names = [stem + tail for stem in stems for tail in TAILS]
    return draw(st.lists(st.sampled_from(names), unique=True))


FOLDERS = st.lists(
    st.sampled_from(["in/x.ts", "in/y.ts", f"in/{SIDS[0]}_room.m3u8", "in0", "zz", "bak0_/a", "b"]),
    unique=True,
)


@given(st.tuples(*(recordings(sid) for sid in SIDS)), FOLDERS, st.integers(1, 5))
def test_passing_over_misses_nothing(
    owned: tuple[list[str], ...], others: list[str], size: int
) -> None:
    """Paging with leaps finds the same sids as looking at each name."""
    names = sorted(f"top/{name}" for name in [*others, *(one for some in owned for one in some)])
    everything, leaping = Search("top/", "room", NOW), Search("top/", "room", NOW)
    everything.take([file(name) for name in names])
    while names:
        page = names[:size]
        leaping.take([file(name) for name in page])
        further = leaping.resume_after(page[-1]) or page[-1]
        assert further >= page[-1]
        names = [name for name in names if name > further]

    assert leaping.sids == everything.sids
