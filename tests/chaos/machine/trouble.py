"""What the random schedules draw from."""

from __future__ import annotations

from typing import Final

from chaos.sweep import faults
from chaos.sweep.faults import Strike
from chaos.world.journal import Choice

NETWORK: Final[dict[str, Strike]] = {
    "answer lost": faults.lose,
    "connection broken": faults.break_off,
    "no connection": faults.refuse,
    "late effect 20 s": faults.late(20),
    "late effect 200 s": faults.late(200),
    "409 or 429": faults.answer(429),
    "500": faults.answer(500),
    "500, done": faults.answer(500, effect=True),
    "206/65": faults.answer(206, 65),
    "206/65, done": faults.answer(206, 65, effect=True),
}
"""What can happen to the next request of a kind."""
CRASHES: Final[dict[str, Strike]] = {
    f"kill {'after' if after else 'before'}, away {away} s": faults.kill(after=after, away=away)
    for after in (False, True)
    for away in (2, 40, 360)
}
PAUSES: Final[dict[str, Strike]] = {
    f"paused {'after' if after else 'before'} for {seconds} s": faults.pause(
        after=after, seconds=seconds
    )
    for after in (False, True)
    for seconds in (1, 20, 360)
}
LAYOUTS: Final = {
    "floating": {"type": "Floating"},
    "best fit": {"type": "BestFit"},
    "vertical": {"type": "Vertical", "vertical": {"largeUid": 5}},
}
SUBSCRIPTIONS: Final = {
    "everybody": None,
    "one": {"audio": {"include": [5]}},
    "all but one": {"audio": {"exclude": [6]}, "video": {"exclude": [6]}},
}


def the_next(kind: str) -> Choice:
    """Return what chooses the next write, the next call, or whichever comes first."""
    return lambda _number, step: step.kind in {"write", "call"} and kind in {step.kind, "any"}
