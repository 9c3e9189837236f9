"""Minutes of trouble at random moments, with 200 objects that come, change and go."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

import pytest

from chaos.book import enter
from chaos.processes.objects import Scene
from chaos.processes.replica import Replica
from chaos.processes.round import Say
from chaos.processes.trouble import PEACE_SECONDS, Trouble
from proxy.agora import AgoraReader

SECONDS: Final = float(os.environ.get("CHAOS_SECONDS", "600"))
"""How long the trouble lasts."""
SEED: Final = int(os.environ.get("CHAOS_SEED", secrets.randbelow(2**32)))
"""What all moments are drawn from."""
REPLICAS: Final = ("left", "right")
pytestmark = pytest.mark.timeout(SECONDS + 2 * PEACE_SECONDS + 120)


@pytest.fixture
def replicas(scene: Scene) -> Iterator[list[Replica]]:
    """Operators, each behind its own proxies."""
    reader = AgoraReader()
    with ExitStack() as stack:
        yield [
            stack.enter_context(Replica.start(scene, name, reader, poll_interval="PT15S"))
            for name in REPLICAS
        ]


def test_after_minutes_of_trouble_all_is_as_declared(
    scene: Scene, replicas: list[Replica], say: Say
) -> None:
    """Processes are killed, stopped and cut off while 200 objects come, change and go."""
    say(f"trouble for {SECONDS:.0f} s, CHAOS_SEED={SEED}")
    trouble = Trouble(SEED, scene, replicas, say)
    trouble.last(SECONDS)
    seconds = trouble.converge()
    judged = trouble.judge()
    left = trouble.clear_up()
    say(f"as declared after {seconds:.0f} s of peace")
    enter(
        part="processes",
        step=f"200 objects, {SECONDS:.0f} s",
        fault="at random: kills, stops, cuts, API restarts, faults",
        outcome="as declared" if not judged.waiting else f"{judged.waiting} not as declared",
        seconds=seconds,
        duplicates=judged.duplicates,
        leaked=judged.unwanted + judged.stopped + left,
        waiting=judged.waiting,
    )

    found = (judged.duplicates, judged.unwanted, judged.stopped, judged.waiting, left)
    assert found == (0, 0, 0, 0, 0), judged.story
