"""Storage credentials that lapse: what begins with them, what is passed on, and who is warned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Decision
from agora_recording.domain.decision import decide
from agora_recording.domain.lapse import LONG_ENOUGH, WARNING
from agora_recording.domain.observation import Observation, Trail
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import Topic
from builders import NOW, TICK, WANTED, ago, observation, running, told, upload

SECOND = timedelta(seconds=1)
FOUR = timedelta(hours=4, minutes=1)
"""Agora's least, and a minute."""
NEWS = {**WANTED, Topic.STORAGE: "v2"}
LONG = NOW + timedelta(hours=12)


def records(lapse: datetime | None, **members: Any) -> Attempt:
    """Return a recording whose storage credentials, which Agora was told, lapse then."""
    given = {"told": told(storage="v1"), "storage_expires_at": lapse}
    return running(**{**given, **members})


def look(attempt: Attempt, **members: Any) -> Observation:
    """Return a look at a recording that need not be asked about yet."""
    quiet = Trail(attempt, stored=True, next_query=TICK + 60)
    given = {"trails": [quiet], "wanted": {**WANTED, Topic.STORAGE: "v1"}}
    return observation(attempt, **{**given, **members})


def renewed(attempt: Attempt, **members: Any) -> Decision:
    """Return what is decided once the Secret of a recording holds something new."""
    return decide(look(attempt, wanted=NEWS, upload=upload(version="v2", **members)))


@pytest.mark.parametrize(
    ("lapse", "begins"),
    [(None, True), (NOW + FOUR, True), (NOW + FOUR - SECOND, False), (ago(1), False)],
)
def test_nothing_begins_with_credentials_that_lapse_within_four_hours(
    lapse: datetime | None, *, begins: bool
) -> None:
    """Agora takes none; people are told before anything is sent."""
    decision = decide(observation(upload=upload(expires_at=lapse)))

    assert isinstance(decision.action, act.Acquire) is begins
    assert (decision.reason is Reason.CREDENTIALS_EXPIRING) is not begins


@pytest.mark.parametrize("lapse", [None, LONG, NOW + LONG_ENOUGH])
def test_renewed_credentials_are_passed_on(lapse: datetime | None) -> None:
    """Whether Agora's lapse or not: a changed Secret is a changed wish."""
    for before in (None, NOW + 2 * SECOND, LONG):
        attempt = records(before)

        assert renewed(attempt, expires_at=lapse).action == act.Tell(attempt, Topic.STORAGE)


def test_credentials_are_passed_on_once() -> None:
    """What Agora was told is no news."""
    seen = look(records(LONG), upload=upload(expires_at=LONG))

    assert decide(seen).action == act.Wait(TICK + 60)
    assert decide(seen).reason is Reason.RECORDING


@pytest.mark.parametrize("lapse", [LONG, NOW + WARNING])
@pytest.mark.parametrize("place", ["another bucket", None])
def test_credentials_of_another_bucket_are_not_passed_on(
    place: str | None, lapse: datetime
) -> None:
    """A project may get another storage while recordings go on into the old one."""
    decision = renewed(records(LONG, storage=place), expires_at=lapse)

    assert decision.action == act.Wait(TICK + 60)
    assert decision.reason is Reason.RECORDING


def test_renewed_credentials_that_do_not_last_are_not_passed_on_and_people_hear() -> None:
    """Agora takes none that lapse within four hours, so it keeps what it has."""
    decision = renewed(records(LONG), expires_at=NOW + LONG_ENOUGH - SECOND)

    assert decision.action == act.Wait(TICK + 60)
    assert decision.reason is Reason.CREDENTIALS_EXPIRING
    assert "four hours or more" in decision.message


def test_a_secret_that_changed_otherwise_only_worries_nobody() -> None:
    """As by a label, while its credentials have four hours or more left."""
    lapse = NOW + 2 * WARNING
    decision = renewed(records(lapse), expires_at=lapse)

    assert decision.action == act.Wait(TICK + 60)
    assert decision.reason is Reason.RECORDING


@pytest.mark.parametrize(
    ("lapse", "warned"),
    [(None, False), (NOW + WARNING, False), (NOW + WARNING - SECOND, True), (ago(9999), True)],
)
def test_people_are_warned_within_the_last_hour_and_after_it(
    lapse: datetime | None, *, warned: bool
) -> None:
    """Nothing is stopped for it, and the text does not change by itself."""
    decision = decide(look(records(lapse), upload=upload(expires_at=lapse)))

    assert decision.action == act.Wait(TICK + 60)
    assert (decision.reason is Reason.CREDENTIALS_EXPIRING) is warned
    if warned:
        assert f"{lapse:%Y-%m-%dT%H:%M:%SZ}" in decision.message
        assert "Renew them in Secret s3, for" in decision.message


def test_people_are_warned_also_when_the_secret_cannot_be_read() -> None:
    """What Agora was told stands in the status."""
    decision = decide(look(records(ago(1)), wanted=WANTED))

    assert "the Secret of storage.credentialsSecretRef" in decision.message


def test_of_another_bucket_the_remedy_is_another() -> None:
    """To renew what is in the Secret would not help."""
    decision = decide(look(records(ago(1), storage="old"), upload=upload(expires_at=LONG)))

    assert decision.reason is Reason.CREDENTIALS_EXPIRING
    assert "change it back" in decision.message


def test_credentials_at_the_last_minute_are_passed_on_before_anybody_is_warned() -> None:
    """The warning is over by itself."""
    attempt = records(NOW + SECOND)

    assert renewed(attempt, expires_at=LONG).action == act.Tell(attempt, Topic.STORAGE)
