"""How long 404 must last to prove anything (protocol 11)."""

import pytest

from agora_recording.agora.errors import AgoraError, Ambiguous, NotFound, Refused
from unit.reconcile.fake_agora import error
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World


@in_fake_time
async def test_absence_for_two_minutes_begins_another_recording() -> None:
    """Not before: Agora moves recordings between servers within 90 s (protocol 11)."""
    world = World()
    process = await world.recorded()
    world.agora.running.clear()
    await process.run_for(100)

    assert world.agora.count("acquire") == 1
    await process.run_for(200)
    assert world.agora.count("acquire") == 2
    assert [p.reason for p in world.status.last_attempts] == ["Lost"]


@pytest.mark.parametrize(
    "answer", [error(Ambiguous, 206, 65), error(Refused, 400, 2)], ids=["206/65", "400/2"]
)
@in_fake_time
async def test_another_answer_breaks_a_streak_of_absence(answer: AgoraError) -> None:
    """Only 5xx and a gateway's 404 neither count nor reset (protocol 11)."""
    world = World()
    process = await world.recorded()
    absent = error(NotFound, 404, 404)
    world.agora.order("query", *[absent] * 6, answer)
    await process.run_for(90)
    trail = process.memory.trails["resource-1"]
    assert trail.absence is not None
    while world.agora.trouble["query"]:
        await process.run_for(5)

    assert process.memory.trails["resource-1"].absence is None


@in_fake_time
async def test_an_answer_without_status_breaks_a_streak_of_absence() -> None:
    """Agora found it, whatever it says of it (protocol 11)."""
    world = World()
    process = await world.recorded()
    world.agora.order("query", error(NotFound, 404, 404))
    while world.agora.trouble["query"]:
        await process.run_for(5)
    world.agora.status = None
    await process.run_for(60)

    assert process.memory.trails["resource-1"].absence is None
