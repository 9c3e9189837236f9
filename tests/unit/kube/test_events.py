import asyncio
import re
from collections.abc import Mapping
from typing import Any, cast

import pytest

from agora_recording.domain.reason import Reason
from agora_recording.kube.api import KubeApi
from agora_recording.kube.events import WAITING_MOST, KubeEvents
from agora_recording.reconcile.ports import GoneError, UnreachableError
from builders import recording

NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


class FakeApi:
    """The two requests that events take."""

    def __init__(self) -> None:
        self.created: list[Mapping[str, Any]] = []
        self.patched: list[tuple[str, Mapping[str, Any]]] = []
        self.trouble: list[Exception] = []

    async def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create an Event."""
        del path
        if self.trouble:
            raise self.trouble.pop(0)
        self.created.append(body)
        return {}

    async def merge_patch(self, path: str, patch: Mapping[str, Any]) -> dict[str, Any]:
        """Change an Event."""
        if self.trouble:
            raise self.trouble.pop(0)
        self.patched.append((path, patch))
        return {}


async def told(api: FakeApi, *news: tuple[str, Reason, str]) -> None:
    """Tell news of objects of these names."""
    events = KubeEvents(cast("KubeApi", api), "instance")
    running = asyncio.create_task(events.run())
    for name, reason, note in news:
        events.announce(recording(name=name), reason, note)
        await events.drain()
    running.cancel()


async def test_news_becomes_an_event() -> None:
    """With all that kubectl describe and the API server need."""
    api = FakeApi()
    await told(api, ("standup", Reason.RECORDING, "It records."))
    (event,) = api.created

    assert (
        event["type"],
        event["reason"],
        event["note"],
    ) == ("Normal", "Recording", "It records.")
    assert event["regarding"]["uid"] == "object-1"
    assert event["reportingController"]
    assert event["reportingInstance"]
    assert event["eventTime"].endswith("Z")


async def test_what_a_person_must_mend_is_a_warning() -> None:
    """Stalled reasons stand out."""
    api = FakeApi()
    await told(api, ("standup", Reason.SECRET_NOT_FOUND, "Create it."))

    assert api.created[0]["type"] == "Warning"


async def test_the_same_news_becomes_a_series() -> None:
    """One Event with a count instead of many."""
    api = FakeApi()
    await told(api, *[("standup", Reason.AGORA_UNAVAILABLE, "No answer.")] * 3)

    assert len(api.created) == 1
    assert [patch["series"]["count"] for _, patch in api.patched] == [2, 3]
    assert all(path.endswith(api.created[0]["metadata"]["name"]) for path, _ in api.patched)


async def test_other_news_is_another_event() -> None:
    """Another reason or another note."""
    api = FakeApi()
    await told(
        api,
        ("standup", Reason.STARTING, "One."),
        ("standup", Reason.STARTING, "Two."),
        ("standup", Reason.RECORDING, "Two."),
    )

    assert len(api.created) == 3


async def test_an_event_that_could_not_be_told_ends_nothing() -> None:
    """The next one is told."""
    api = FakeApi()
    api.trouble = [UnreachableError("no answer")]
    await told(api, ("a", Reason.STARTING, "One."), ("b", Reason.STARTING, "Two."))

    assert [event["note"] for event in api.created] == ["Two."]


async def test_a_series_whose_event_is_gone_begins_anew() -> None:
    """Events expire; the user sees the news nevertheless."""
    api = FakeApi()
    events = KubeEvents(cast("KubeApi", api), "instance")
    running = asyncio.create_task(events.run())
    for trouble in ([], [GoneError("expired")], []):
        api.trouble = list(trouble)
        events.announce(recording(), Reason.STARTING, "One.")
        await events.drain()
    running.cancel()

    assert len(api.created) >= 2


@pytest.mark.parametrize("name", ["a" * 199 + "-b", "a" * 199 + ".b", "a" * 253])
async def test_every_event_has_a_name_that_is_taken(name: str) -> None:
    """Whatever the object is called: a DNS subdomain of at most 253 characters."""
    api = FakeApi()
    await told(api, (name, Reason.STARTING, "One."))
    chosen = api.created[0]["metadata"]["name"]

    assert NAME.fullmatch(chosen)
    assert len(chosen) <= 253


async def test_a_note_is_at_most_a_kibibyte() -> None:
    """The API server counts bytes, not characters."""
    api = FakeApi()
    await told(api, ("standup", Reason.STARTING, "…" * 1024))

    assert len(api.created[0]["note"].encode()) <= 1024


async def test_too_much_news_is_dropped_not_waited_for() -> None:
    """To announce never blocks and never fails."""
    events = KubeEvents(cast("KubeApi", FakeApi()), "instance")
    for n in range(WAITING_MOST + 10):
        events.announce(recording(), Reason.STARTING, str(n))
