"""Searching a real S3 server."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agora_recording.bucket import Bucket, BucketError, Place
from agora_recording.bucket.place import Obstacle
from agora_recording.bucket.storage import opened
from testbed.s3 import S3

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SID = "0123456789abcdef" * 2
OTHER = "fedcba9876543210" * 2


async def upload(place: Place, names: Iterable[str]) -> None:
    """Put files with these names into the bucket, several at a time."""
    import obstore  # noqa: PLC0415 - the listing is what should load it first

    store = opened(place, None)
    turns = asyncio.Semaphore(50)

    async def put(name: str) -> None:
        async with turns:
            await obstore.put_async(store, name, b"#EXTM3U\n")

    await asyncio.gather(*(put(name) for name in names))


async def test_a_recording_is_found(place: Place) -> None:
    """By its index file, in the folder of the place."""
    await upload(place, [f"team/standup/{SID}_room.m3u8", f"team/standup/{SID}_room_1.ts"])

    assert await Bucket().find_sids(place, "room", LONG_AGO) == (SID,)


async def test_an_empty_folder_has_no_recording(place: Place) -> None:
    """That is an answer, not an error."""
    assert await Bucket().find_sids(place, "room", LONG_AGO) == ()


@pytest.mark.parametrize("prefix", [None, "team", "team/standup"])
async def test_only_the_folder_itself_is_searched(place: Place, prefix: str | None) -> None:
    """Neither those above it nor those below."""
    folders = {None: "", "team": "team/", "team/standup": "team/standup/"}
    sids = {name: str(number) * 32 for number, name in enumerate(folders)}
    await upload(place, [f"{folders[name]}{sids[name]}_room.m3u8" for name in folders])

    found = await Bucket().find_sids(replace(place, prefix=prefix), "room", LONG_AGO)

    assert found == (sids[prefix],)


@pytest.mark.parametrize(
    "channel", ["room", "a b!#$%&()+-:;<=.>?@[]^_{}|~,z", "100%25", "#", "a__uid_s_1__uid_e_audio"]
)
async def test_other_files_are_left_alone(place: Place, channel: str) -> None:
    """Other channels' recordings, slices, and names that look alike."""
    wanted = f"team/standup/{SID}_{channel}.m3u8"
    names = [f"{OTHER}_x{channel}.m3u8", f"{OTHER}_{channel}.ts", f"{OTHER[1:]}_{channel}.m3u8"]
    garbage = ["%41.m3u8", "ü€.m3u8", "\\.m3u8", '"<>&.m3u8', "_.m3u8", ".hidden", "a" * 250]
    await upload(place, [wanted, *(f"team/standup/{name}" for name in names + garbage)])

    assert await Bucket().find_sids(place, channel, LONG_AGO) == (SID,)


async def test_old_recordings_do_not_count(place: Place) -> None:
    """The storage's clock says what is old."""
    await upload(place, [f"team/standup/{SID}_room.m3u8"])
    now = datetime.now(tz=UTC)

    assert await Bucket().find_sids(place, "room", now - timedelta(minutes=1)) == (SID,)
    assert await Bucket().find_sids(place, "room", now + timedelta(minutes=1)) == ()


async def test_all_pages_are_searched(place: Place) -> None:
    """S3 tells a thousand names at a time; the last one may be the one."""
    others = [f"team/standup/{number:032x}_room{number}.m3u8" for number in range(2500)]
    await upload(place, [*others, f"team/standup/{OTHER}_room.m3u8"])

    assert await Bucket().find_sids(place, "room", LONG_AGO) == (OTHER,)


async def test_slices_and_inner_folders_are_passed_over(place: Place) -> None:
    """What follows thousands of them is found, whether or not the index stands before them."""
    slices = [f"team/standup/{SID}_long_{number:017}.ts" for number in range(1500)]
    inner = [f"team/standup/4inner/{number:05}.ts" for number in range(1500)]
    await upload(place, [f"team/standup/{SID}_long.m3u8", *slices, *inner])
    await upload(place, [f"team/standup/{OTHER}_room.m3u8"])

    assert await Bucket().find_sids(place, "room", LONG_AGO) == (OTHER,)
    assert await Bucket().find_sids(place, "long", LONG_AGO) == (SID,)


@pytest.mark.parametrize(
    ("field", "value", "obstacle"),
    [
        ("bucket", "none-of-that-name", Obstacle.NO_SUCH_BUCKET),
        ("secret_key", "another-secret-key", Obstacle.KEYS_REFUSED),
        ("access_key", "another-access-key", Obstacle.KEYS_REFUSED),
        ("endpoint", "http://127.0.0.1:1", Obstacle.UNREACHABLE),
    ],
)
async def test_what_is_wrong_is_told(
    place: Place, field: str, value: str, obstacle: Obstacle
) -> None:
    """In a sentence for people, not in the words of the library."""
    with pytest.raises(BucketError) as caught:
        await Bucket().find_sids(replace(place, **{field: value}), "room", LONG_AGO)

    assert caught.value.reason == obstacle


async def test_one_storage_may_stand_for_all(place: Place, s3: S3) -> None:
    """As a setting of the operator, whatever vendor the object names."""
    await upload(place, [f"team/standup/{SID}_room.m3u8"])
    elsewhere = replace(place, endpoint="http://127.0.0.1:1")

    assert await Bucket(endpoint=f"{s3.url}/").find_sids(elsewhere, "room", LONG_AGO) == (SID,)
