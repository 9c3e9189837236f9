"""kopf watches, and does nothing else."""

import re
from pathlib import Path
from typing import Any

import kopf
import pytest

import agora_recording
from agora_recording.kube.scope import EVERYWHERE, Scope
from agora_recording.kube.watch import SILENCE_SECONDS, WATCH_SECONDS, registry

SOURCE = Path(agora_recording.__file__).parent
FORBIDDEN = (
    "create",
    "update",
    "delete",
    "resume",
    "field",
    "timer",
    "daemon",
    "validate",
    "mutate",
)


SOMEWHERE = Scope(("lessons",))


def made(scope: Scope = EVERYWHERE) -> tuple[kopf.OperatorRegistry, list[tuple[str, Any]]]:
    """Return the registry, and what its handlers hand over."""
    handed: list[tuple[str, Any]] = []
    return registry(scope, lambda plural, event: handed.append((plural, event))), handed


def handlers(of: kopf.OperatorRegistry, name: str) -> list[Any]:
    """Return the handlers of one of kopf's internal registries."""
    return list(getattr(of, name)._handlers)  # noqa: SLF001 - kopf shows them nowhere else


def called(handler: Any) -> str:  # noqa: ANN401 - of any kind
    """Return the name of a handler's function."""
    return str(handler.id).rsplit(".", maxsplit=1)[-1].split("/")[0]


@pytest.mark.parametrize("scope", [EVERYWHERE, SOMEWHERE])
def test_only_watching_handlers_are_registered(scope: Scope) -> None:
    """Handlers of changes, timers and daemons lose money (decision 0002)."""
    registered, _ = made(scope)

    assert handlers(registered, "_changing") == []
    assert handlers(registered, "_spawning") == []
    assert handlers(registered, "_webhooks") == []
    watched = {called(h) for h in handlers(registered, "_watching")}
    assert {f"see_{plural}" for _, _, plural in scope.watched} == watched
    known = {called(h) for h in handlers(registered, "_indexing")}
    assert {f"know_{plural}" for _, _, plural in scope.watched} - known == {"know_cloudrecordings"}
    activities = {(h.activity.value, called(h)) for h in handlers(registered, "_activities")}
    assert {("startup", "configure"), ("authentication", "login")} == activities


@pytest.mark.parametrize("word", FORBIDDEN)
def test_the_source_uses_no_other_decorator(word: str) -> None:
    """Not in any file of the package."""
    pattern = re.compile(rf"kopf\.(on\.)?{word}\b")
    users = [path.name for path in SOURCE.rglob("*.py") if pattern.search(path.read_text())]

    assert users == []


def test_kopf_is_set_up_to_watch_only() -> None:
    """No scanning, no Events of its own, and no watch that is silent for ever."""
    registered, _ = made()
    configure = next(h for h in handlers(registered, "_activities") if called(h) == "configure")
    settings = kopf.OperatorSettings()
    configure.fn(settings=settings)

    assert settings.scanning.disabled
    assert not settings.posting.enabled
    assert settings.watching.server_timeout == WATCH_SECONDS
    assert settings.watching.inactivity_timeout == SILENCE_SECONDS


def test_events_are_handed_over_as_they_come() -> None:
    """Plural, type and object."""
    registered, handed = made()
    event = {"type": "ADDED", "object": {"metadata": {"name": "standup"}}}
    for handler in handlers(registered, "_watching"):
        handler.fn(event=event)

    assert sorted((plural, event) for _, _, plural in EVERYWHERE.watched) == sorted(handed)
