"""What the election makes of bad lines, stopped processes and meddling, in fake time."""

import asyncio
import random

import pytest

from agora_recording.reconcile.ports import ForbiddenError
from unit.kube.fake_leases import DEADLINE, DURATION, RETRY, FakeServer, Replica, tick, two
from unit.reconcile.fake_time import FakeTimeLoop, in_fake_time


@in_fake_time
async def test_a_renewal_changes_the_time_of_renewal_only() -> None:
    """One request each retry period, and the answer is no news to anybody."""
    server = FakeServer()
    replica = Replica(server, "a").start()
    await replica.wait_until_it_leads()
    before, requests = dict(server.spec), replica.line.requests
    await asyncio.sleep(100.5)

    changed = {key for key, value in server.spec.items() if before[key] != value}
    assert changed == {"renewTime"}
    assert replica.line.requests == requests + 100
    assert [leads for _, leads in replica.changes] == [True]


@in_fake_time
async def test_a_release_waits_for_a_renewal_under_way() -> None:
    """Else they could conflict, and the others would wait for the Lease to expire."""
    server = FakeServer()
    leader, other = await two(server)
    leader.line.there = 2.0
    await asyncio.sleep(2.0)
    leader.line.there, leader.line.back = 0.0, 1.0
    await leader.elector.release()

    assert await other.wait_until_it_leads() <= RETRY


@in_fake_time
async def test_an_outage_ends_the_work_before_the_lease_does() -> None:
    """Who cannot renew the Lease ceases to work in time for another to begin."""
    server = FakeServer()
    leader, other = await two(server)
    cut = tick()
    leader.line.cut = True
    await other.wait_until_it_leads()

    began, ended = leader.changes
    assert (began[1], ended[1]) == (True, False)
    assert DEADLINE - RETRY <= ended[0] - cut <= DEADLINE
    assert other.changes[0][0] - ended[0] >= DURATION - DEADLINE
    leader.line.cut = False
    await asyncio.sleep(60)
    assert other.leads
    assert not leader.leads


@in_fake_time
async def test_after_an_outage_for_all_the_same_one_goes_on() -> None:
    """Nobody else had the Lease meanwhile, so it has changed hands neither."""
    server = FakeServer()
    leader, other = await two(server)
    leader.line.cut = other.line.cut = True
    await asyncio.sleep(9)
    assert not leader.leads
    leader.line.cut = other.line.cut = False
    await asyncio.sleep(60)

    assert leader.leads
    assert [leads for _, leads in leader.changes] == [True, False, True]
    assert other.changes == []
    assert server.spec["leaseTransitions"] == 0


@in_fake_time
async def test_requests_that_hang_do_not_keep_a_leader() -> None:
    """It ceases at its deadline even while it waits for an answer."""
    server = FakeServer()
    leader, other = await two(server)
    hung = tick()
    leader.line.there = 1000.0
    await other.wait_until_it_leads()

    assert DEADLINE - RETRY <= leader.changes[-1][0] - hung <= DEADLINE
    assert not leader.leads


@in_fake_time
async def test_one_request_that_hangs_does_not_cost_the_lease() -> None:
    """The next one is sent early enough."""
    server = FakeServer()
    leader, other = await two(server)
    leader.line.there = 1000.0
    await asyncio.sleep(1.5)
    leader.line.there = 0.0
    await asyncio.sleep(60)

    assert [leads for _, leads in leader.changes] == [True]
    assert other.changes == []


@in_fake_time
async def test_a_renewal_whose_answer_is_lost_is_found_out() -> None:
    """The conflict with our own write is no reason to step down."""
    server = FakeServer()
    leader, other = await two(server)
    leader.line.deaf = True
    await asyncio.sleep(3)
    leader.line.deaf = False
    await asyncio.sleep(60)

    assert [leads for _, leads in leader.changes] == [True]
    assert other.changes == []


@in_fake_time
async def test_a_takeover_whose_answer_is_lost_is_found_out() -> None:
    """The Lease says that it is ours: then it is."""
    server = FakeServer()
    leader, other = await two(server)
    leader.kill()
    await asyncio.sleep(DURATION - RETRY - 0.2)
    other.line.deaf = True
    await asyncio.sleep(5)
    assert not other.leads
    other.line.deaf = False

    assert await other.wait_until_it_leads() < 2 * RETRY
    assert server.spec["leaseTransitions"] == 1


@in_fake_time
async def test_a_late_answer_counts_from_when_it_was_asked_for() -> None:
    """A process may have been stopped before it read the answer."""
    server = FakeServer()
    leader, _ = await two(server)
    leader.line.back = 3.9
    await asyncio.sleep(10)
    leader.line.back = 1000.0
    sent = tick()
    await asyncio.sleep(3 * DEADLINE)

    assert leader.changes[-1][0] - sent <= DEADLINE


@in_fake_time
async def test_who_was_stopped_for_long_finds_at_its_first_look_that_it_leads_no_more() -> None:
    """All of a process stands still, and then goes on as if nothing had been."""
    server = FakeServer()
    leader = Replica(server, "a").start()
    await leader.wait_until_it_leads()
    loop = asyncio.get_running_loop()
    assert isinstance(loop, FakeTimeLoop)
    loop.stand_still(DEADLINE + 1)

    assert not leader.leads
    await asyncio.sleep(3)
    assert [leads for _, leads in leader.changes] == [True, False, True]


@in_fake_time
async def test_an_expired_lease_is_taken_after_a_look_only() -> None:
    """Who was stopped while it waited has seen no change because it could see none."""
    server = FakeServer()
    leader, other = await two(server)
    other.line.back = 3.0
    await asyncio.sleep(60)

    assert leader.leads
    assert other.changes == []


@in_fake_time
async def test_a_lease_that_somebody_deletes_is_made_again() -> None:
    """By whoever is quicker."""
    server = FakeServer()
    replicas = await two(server)
    server.lease = None
    await asyncio.sleep(5)

    assert sum(replica.leads for replica in replicas) == 1


@in_fake_time
async def test_a_change_of_something_else_does_not_prolong_a_lease() -> None:
    """Such as an annotation that somebody writes again and again."""
    server = FakeServer()
    leader, other = await two(server)
    for _ in range(5):
        server.touch()
        await asyncio.sleep(0.7)
    assert leader.leads
    leader.kill()
    server.touch()
    began = tick()
    while not other.leads:
        await asyncio.sleep(0.5)
        server.touch()
        assert tick() - began < DURATION + 2


@in_fake_time
async def test_who_may_not_create_the_lease_has_not_reached_it() -> None:
    """Not to find it is not enough: a role that lacks a part must show."""
    server = FakeServer()
    replica = Replica(server, "a")
    replica.line.forbidden = {"create"}
    replica.start()
    await asyncio.sleep(60)

    assert not replica.leads
    assert not replica.elector.reached


@in_fake_time
async def test_who_may_not_see_the_lease_does_not_lead_and_keeps_trying() -> None:
    """A role that lacks the permission is mended without a restart."""
    server = FakeServer()
    replica = Replica(server, "a")
    replica.line.trouble = ForbiddenError("403")
    replica.start()
    await asyncio.sleep(60)
    assert not replica.leads
    assert not replica.elector.reached
    replica.line.trouble = None

    assert await replica.wait_until_it_leads() <= RETRY


@pytest.mark.parametrize("seed", range(20))
@in_fake_time
async def test_whatever_goes_wrong_one_leads_at_a_time_and_soon_one_does(seed: int) -> None:
    """Three replicas with bad lines and wrong clocks, of which some die and return."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    server = FakeServer()
    replicas = {n: Replica(server, f"{n}", skew=chance.uniform(-100, 100)) for n in range(3)}
    for replica in replicas.values():
        replica.start()
    for turn in range(60):
        number = chance.randrange(3)
        victim = replicas[number]
        victim.line.cut, victim.line.deaf = chance.random() < 0.3, chance.random() < 0.3
        victim.line.there, victim.line.back = (
            chance.choice([0, 0.01, 0.5, 3, 100]) for _ in range(2)
        )
        if chance.random() < 0.1:
            victim.kill()
            pod = chance.choice(["", f"pod-{number}"])
            replicas[number] = Replica(server, f"{number}-{turn}", pod=pod).start()
        for _ in range(int(chance.expovariate(0.02))):
            await asyncio.sleep(0.1)
            assert sum(replica.leads for replica in replicas.values()) <= 1
    for replica in replicas.values():
        replica.line.mend()
    await asyncio.sleep(100 + DURATION + 1)

    assert sum(replica.leads for replica in replicas.values()) == 1
