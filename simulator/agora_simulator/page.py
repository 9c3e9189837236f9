"""The page that a recording of mode web shows: when it is ready, held, and streamed elsewhere."""

import math
from dataclasses import dataclass, replace
from typing import Final, Self

from agora_simulator.settings import Settings
from agora_simulator.web import WebRecorder, WebStart

FAILED: Final = 400
"""From this HTTP status on a page is none, and the service quits."""
TRIES: Final = 2
"""A page that does not become ready in time is loaded once more."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which nothing is recorded."""

    since: float
    until: float = math.inf


@dataclass(frozen=True, slots=True)
class Page:
    """A page while it is recorded."""

    ready_at: float
    """When it can be recorded, in Unix seconds; infinite if it never can."""
    pauses: tuple[Pause, ...]
    outputs: tuple[str, ...]
    """The URLs to which it is streamed."""

    @property
    def on_hold(self) -> bool:
        """Whether nothing is recorded at present."""
        return bool(self.pauses) and math.isinf(self.pauses[-1].until)

    def held(self, at: float) -> Self:
        """Return it as it is while nothing is recorded."""
        return self if self.on_hold else replace(self, pauses=(*self.pauses, Pause(at)))

    def resumed(self, at: float) -> Self:
        """Return it as it is when recording goes on."""
        if not self.on_hold:
            return self
        *before, last = self.pauses
        return replace(self, pauses=(*before, replace(last, until=at)))

    def recorded_from(self, at: float) -> float | None:
        """Return the first moment from `at` on at which it is recorded; None if there is none."""
        at = max(at, self.ready_at)
        for pause in self.pauses:
            if pause.since <= at < pause.until:
                at = pause.until
        return None if math.isinf(at) else at


def opened(options: WebStart, now: float, settings: Settings) -> Page:
    """Return the page of a recording that starts now."""
    recorder = options.recorder
    page = Page(_ready_at(recorder, now, settings), (), options.outputs)
    return page.held(now) if recorder.onhold else page


def page_failure(recorder: WebRecorder, now: float, settings: Settings) -> float | None:
    """Return when the service gives a page up that it opens now; None if it does not."""
    if not math.isinf(_ready_at(recorder, now, settings)):
        return None
    waits = 0 if settings.page_status >= FAILED else TRIES * recorder.ready_timeout
    return now + settings.ready_after + waits


def _ready_at(recorder: WebRecorder, now: float, settings: Settings) -> float:
    if settings.page_status >= FAILED:
        return math.inf
    loaded_at = now + settings.ready_after
    if recorder.ready_timeout == 0:
        return loaded_at
    says_after = settings.page_ready_seconds
    if says_after is None or says_after > recorder.ready_timeout:
        return math.inf
    return loaded_at + says_after
