"""What the settings refuse, and what they are when nobody sets them."""

from typing import Any

import pytest
from pydantic import ValidationError

from agora_recording.settings import Settings


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"lease_duration": "PT8S"}, "renew_deadline"),
        ({"renew_deadline": "PT12S"}, "renew_deadline"),
        ({"renew_deadline": "PT1S"}, "retry_period"),
        ({"retry_period": "PT8S"}, "retry_period"),
        ({"retry_period": "PT0S"}, "retry_period"),
        ({"lease_duration": "PT0.5S"}, "lease_duration"),
    ],
)
def test_times_of_the_election_that_contradict_each_other_are_refused(
    given: dict[str, Any], named: str
) -> None:
    """A leader must cease before others begin, and renew before it ceases."""
    with pytest.raises(ValidationError) as refused:
        Settings(**given)

    assert [fault["loc"] for fault in refused.value.errors()] == [(named,)]


def test_other_times_are_accepted_together() -> None:
    """All three can be changed, in either direction."""
    for duration, deadline, retry in (("PT3S", "PT2S", "PT0.2S"), ("PT60S", "PT40S", "PT10S")):
        given: dict[str, Any] = {"lease_duration": duration, "renew_deadline": deadline}
        settings = Settings(**given, retry_period=retry)

        assert settings.lease_duration > settings.renew_deadline > settings.retry_period


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1",
        "https://agora.test",
        "http://one.test:1,https://two.test,http://[::1]:3",
    ],
)
def test_agora_has_one_url_or_several(url: str) -> None:
    """With commas between them, and nothing else."""
    assert Settings(agora_url=url).agora_url == url


@pytest.mark.parametrize(
    "url",
    ["", "agora.test", "http://", "http://one.test/", "http://one.test,", "http://one.test,two"],
)
def test_what_is_no_url_of_agora_is_refused(url: str) -> None:
    """Before anything is called there."""
    with pytest.raises(ValidationError, match="agora_url"):
        Settings(agora_url=url)


def test_outside_a_pod_the_lease_is_in_the_namespace_of_the_bundle() -> None:
    """Where `deploy/` puts the role for it."""
    assert Settings().namespace == "agora-recording-system"
    assert Settings().pod_name is None
