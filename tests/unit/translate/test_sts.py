"""Temporary storage credentials: when they lapse, and which are of no use."""

from datetime import UTC, datetime

import pytest

from agora_recording.crd.vendor import StorageVendor
from agora_recording.domain.topic import Topic
from agora_recording.translate import requests, sts
from agora_recording.translate.secrets import Purpose, storage_need, unfit
from agora_recording.translate.storage import place, storage_config, upload
from builders import spec, storage

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECONDS = "1796126400"
KEYS = {"accessKey": "access", "secretKey": "secret"}
TEMPORARY = {**KEYS, "stsToken": "the-sts-token", "stsExpiration": SECONDS}
UNREADABLE = [
    "tomorrow",
    "2026-12-01",
    "2026-12-01T12:00:00",
    "1796126400000",
    "-1",
    "9" * 5000,
    "٣٣٣",
    "9999-12-31T23:59:59-23:00",
]


@pytest.mark.parametrize(
    "text",
    [
        SECONDS,
        "2026-12-01T12:00:00Z",
        "2026-12-01T12:00:00+00:00",
        "2026-12-01T14:00:00+02:00",
        "2026-12-01T12:00:00.000Z",
    ],
)
def test_a_lapse_may_be_written_as_vendors_and_tools_do(text: str) -> None:
    """In Unix seconds, or as RFC 3339; Agora is told seconds."""
    keys = {**TEMPORARY, "stsExpiration": text}

    assert sts.expiry(keys) == NOON
    assert sts.unfit(StorageVendor.AMAZON_S3, keys) == {}
    config = storage_config(storage(), keys)
    assert (config["stsToken"], config["stsExpiration"]) == ("the-sts-token", int(SECONDS))


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_lapse_that_cannot_be_read_is_of_no_use(text: str) -> None:
    """A guess would let the upload end unseen. Milliseconds are no seconds."""
    keys = {**TEMPORARY, "stsExpiration": text}
    why = "must be Unix seconds, or like 2026-12-01T09:00:00Z"

    assert sts.unfit(StorageVendor.AMAZON_S3, keys) == {"stsExpiration": why}
    with pytest.raises(ValueError, match=r"^stsExpiration$"):
        sts.expiry(keys)


@pytest.mark.parametrize("vendor", StorageVendor)
def test_temporary_credentials_are_for_the_vendors_that_agora_names(vendor: StorageVendor) -> None:
    """Amazon, Alibaba and Tencent; elsewhere they are refused before anything is sent."""
    takes = vendor in {"AmazonS3", "AlibabaOSS", "TencentCOS"}

    assert (sts.unfit(vendor, TEMPORARY) == {}) is takes
    assert sts.unfit(vendor, KEYS) == {}


@pytest.mark.parametrize("missing", ["stsToken", "stsExpiration"])
def test_token_and_lapse_go_together(missing: str) -> None:
    """One without the other is a slip, whatever it was meant to be."""
    keys = {key: value for key, value in TEMPORARY.items() if key != missing}
    (name,) = sts.unfit(StorageVendor.ALIBABA_OSS, keys)

    assert {name, missing} == {"stsToken", "stsExpiration"}
    assert unfit(Purpose.STORAGE, keys, StorageVendor.ALIBABA_OSS)


def test_a_secret_need_not_be_temporary() -> None:
    """Nothing but the two keys must be there."""
    need = storage_need(storage())

    assert need.required == ("accessKey", "secretKey")
    assert unfit(Purpose.STORAGE, KEYS, need.vendor) == {}
    assert "stsToken" not in storage_config(storage(), KEYS)
    assert sts.expiry(KEYS) is None


def test_an_update_renews_the_credentials_and_changes_nothing_else() -> None:
    """Agora takes the whole storageConfig, as at the start."""
    bucket = storage(prefix="team/standup")
    secrets = {Purpose.STORAGE: TEMPORARY}
    request = requests.update(Topic.STORAGE, spec(), bucket, secrets)

    assert request == {
        "storageConfig": requests.start_request(spec(), bucket, secrets)["storageConfig"]
    }


def test_the_bucket_is_searched_with_the_token() -> None:
    """Keys that are temporary are nothing without it; none of it is shown."""
    there = place(storage(), TEMPORARY)

    assert there.session_token == "the-sts-token"
    assert place(storage(), KEYS).session_token is None
    assert "the-sts-token" not in repr(there)


def test_what_is_kept_of_credentials_says_whether_they_changed_and_nothing_of_them() -> None:
    """The place is the bucket's, the version the Secret's."""
    need = storage_need(storage())
    first = upload(storage(), need, "lessons", TEMPORARY, "u/1")
    other_keys = upload(storage(), need, "lessons", KEYS, "u/1")
    second = upload(storage(), need, "lessons", TEMPORARY, "u/2")
    elsewhere = upload(storage(prefix="a"), need, "lessons", TEMPORARY, "u/1")
    named = storage(
        credentials_secret_ref={"name": "storage", "keys": {"accessKey": "another"}},
    )
    chosen = upload(named, storage_need(named), "lessons", TEMPORARY, "u/1")

    assert first.expires_at == NOON
    assert (first.place, first.version) == (other_keys.place, other_keys.version)
    assert first.place == second.place == chosen.place != elsewhere.place
    assert len({first.version, second.version, chosen.version}) == 3
