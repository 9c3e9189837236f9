"""Vendors, regions, and keys that lapse."""

from dataclasses import replace
from typing import Any

import pytest

from agora_simulator.calls import Call, Operation
from agora_simulator.recordings import EndReason
from simulator.caller import NOW, Caller, body
from simulator.client import START, STORAGE

HOUR = 3600
LAPSE = int(NOW) + 4 * HOUR
TEMPORARY = {"stsToken": "the-sts-token", "stsExpiration": LAPSE}


def stored(**members: object) -> dict[str, Any]:
    """Return a start request with some members of storageConfig changed."""
    return {**START, "storageConfig": {**STORAGE, **members}}


def renewal(query: Call, **members: object) -> Call:
    """Return an update that renews the keys."""
    storage = {"storageConfig": {**STORAGE, **TEMPORARY, **members}}
    return replace(query, operation=Operation.UPDATE, body=body(storage))


@pytest.mark.parametrize(
    ("vendor", "last"), [(0, 3), (1, 25), (1, 28), (2, 27), (3, 19), (4, 9), (7, 15), (8, 7)]
)
def test_each_vendor_has_regions_of_its_own(vendor: int, last: int) -> None:
    """Up to the last number that Agora's pages list."""
    replies = []
    for region in (0, last, last + 1):
        caller = Caller()
        request = stored(vendor=vendor, region=region)
        replies.append(caller.start(caller.acquire(), request=request))

    assert [reply.code for reply in replies] == [None, None, 2]
    assert "region" in str(replies[-1].body["reason"])


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"vendor": 9}, "vendor"),
        ({"vendor": "1"}, "vendor"),
        ({"vendor": 5, "region": -1}, "region"),
        ({"bucket": ""}, "bucket"),
        ({"vendor": 7, "stsToken": "the-sts-token"}, "stsToken"),
        ({"stsToken": "the-sts-token", "stsExpiration": LAPSE - 1}, "stsExpiration"),
        ({"stsExpiration": "soon"}, "stsExpiration"),
        ({"vendor": 2, "extensionParams": {"sse": "kms"}}, "sse"),
        ({"extensionParams": {"sse": "des"}}, "sse"),
        ({"vendor": 3, "extensionParams": {"tag": "x"}}, "tag"),
        ({"extensionParams": {"endpoint": "minio.local"}}, "endpoint"),
        ({"vendor": 11, "extensionParams": {"endpoint": "https://minio.local"}}, "endpoint"),
        (
            {"vendor": 11, "region": 1, "extensionParams": {"endpoint": "minio.local"}},
            "region",
        ),
        ({"fileNamePrefix": ["a/b"]}, "fileNamePrefix"),
        ({"fileNamePrefix": [""]}, "fileNamePrefix"),
    ],
)
def test_storage_beyond_a_limit_is_refused(members: dict[str, object], named: str) -> None:
    """With the name of the member and none of the values."""
    caller = Caller()
    reply = caller.start(caller.acquire(), request=stored(**members))

    assert (reply.code, named in str(reply.body["reason"])) == (2, True)
    assert "the-" not in str(reply.body)


@pytest.mark.parametrize(
    "members",
    [
        {"vendor": 5, "region": 99},
        {"vendor": 6, "region": 0},
        {"vendor": 1, "extensionParams": {"sse": "aes256", "tag": "class"}},
        {"vendor": 2, "extensionParams": {"tag": "class"}},
        {"vendor": 11, "extensionParams": {"endpoint": "a.storage.example:9000/v1/s3"}},
        TEMPORARY,
        {"vendor": 3, **TEMPORARY},
        {"stsToken": "the-sts-token"},
        {"fileNamePrefix": ["a" * 63, "b" * 63]},
    ],
)
def test_storage_at_a_limit_is_taken(members: dict[str, object]) -> None:
    """Each vendor has what it has."""
    caller = Caller()

    assert caller.start(caller.acquire(), request=stored(**members)).status == 200


@pytest.mark.parametrize(
    ("geofence", "vendor", "region", "code"),
    [
        ("CN", 1, 15, None),
        ("CN", 1, 0, 2),
        ("NA", 1, 13, None),
        ("EU", 1, 21, None),
        ("AP", 1, 12, 2),
        ("AP", 3, 1, 2),
        ("CN", 3, 1, None),
        ("AP", 3, 14, None),
        ("CN", 2, 7, None),
        ("AP", 2, 7, None),
        ("EU", 2, 7, 2),
        ("AP", 2, 26, None),
        ("CN", 2, 27, None),
        ("AP", 3, 9, None),
        ("CN", 8, 4, None),
        ("CN", 1, 19, None),
        ("AP", 7, 6, None),
        ("CN", 7, 6, None),
        ("EU", 7, 6, 2),
        ("CN", 4, 5, None),
        ("CN", 4, 3, None),
        ("CN", 4, 6, None),
        ("EU", 4, 3, 2),
        ("EU", 4, 8, None),
        ("CN", 4, 8, 2),
        ("AP", 4, 9, None),
        ("EU", 5, 0, None),
    ],
)
def test_storage_must_lie_within_the_geofence(
    geofence: str, vendor: int, region: int, code: int | None
) -> None:
    """Where its place is known; a setting lets it lie anywhere."""
    request = stored(vendor=vendor, region=region)
    bound, free = Caller(), Caller(geofence_binds_storage=False)

    assert bound.start(bound.acquire(region=geofence), request=request).code == code
    assert free.start(free.acquire(region=geofence), request=request).code is None


def test_lapsed_keys_end_a_recording_abnormally() -> None:
    """To the second, with status 20 while it exits."""
    caller = Caller(exiting_seconds=10)
    query = caller.begin(request=stored(**TEMPORARY))
    (recording,) = caller.world.recordings(LAPSE + 1)

    assert (recording.end_reason, recording.ended_at) == (EndReason.UPLOADER_FAILED, LAPSE)
    assert caller.response(query, LAPSE + 1)["status"] == 20


def test_renewed_keys_keep_a_recording_going() -> None:
    """Until the new ones lapse."""
    caller = Caller()
    query = caller.begin(request=stored(**TEMPORARY))
    renewed = caller.world.carry_out(renewal(query, stsExpiration=LAPSE + 3 * HOUR), NOW + 3 * HOUR)
    (recording,) = caller.world.recordings(LAPSE + 1)
    (ended,) = caller.world.recordings(LAPSE + 9 * HOUR)

    assert (renewed.status, recording.ended_at) == (200, None)
    assert ended.ended_at == LAPSE + 3 * HOUR


def test_a_stop_before_the_keys_lapse_finds_all_files_uploaded() -> None:
    """A second earlier nothing has gone wrong."""
    caller = Caller(sts_lapse="backs_up")
    query = caller.begin(request=stored(**TEMPORARY))
    response = caller.stop(query, LAPSE - 1).body["serverResponse"]

    assert response["uploadingStatus"] == "uploaded"


def test_keys_that_soon_lapse_do_not_renew() -> None:
    """Update has the limit of start."""
    caller = Caller()
    query = caller.begin(request=stored(**TEMPORARY))
    reply = caller.world.carry_out(renewal(query), NOW + 1)

    assert (reply.code, "stsExpiration" in str(reply.body["reason"])) == (2, True)


@pytest.mark.parametrize("renewed", [False, True])
def test_lapsed_keys_may_send_files_to_the_backup(renewed: bool) -> None:  # noqa: FBT001 - a column
    """By a setting; renewing them too late mends nothing for what is there already."""
    caller = Caller(sts_lapse="backs_up")
    query = caller.begin(request=stored(**TEMPORARY))
    if renewed:
        late = renewal(query, stsExpiration=LAPSE + 9 * HOUR)
        assert caller.world.carry_out(late, LAPSE + 60).status == 200
    response = caller.stop(query, LAPSE + 2 * HOUR).body["serverResponse"]

    assert response["uploadingStatus"] == "backuped"


@pytest.mark.parametrize("said", ["uploaded", "backuped", "unknown", "unknow"])
def test_what_becomes_of_the_files_can_be_chosen(said: str) -> None:
    """In all its spellings."""
    caller = Caller(uploading_status=said)
    response = caller.stop(caller.begin(), NOW + 60).body["serverResponse"]

    assert response["uploadingStatus"] == said
