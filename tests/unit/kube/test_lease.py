"""Who leads, in fake time: one at a time, and soon another."""

import asyncio
import re

import pytest

from unit.kube.fake_leases import DEADLINE, DURATION, RETRY, FakeServer, Replica, two
from unit.reconcile.fake_time import in_fake_time


@in_fake_time
async def test_who_is_alone_leads_at_once() -> None:
    """And the Lease says so as client-go would write it."""
    server = FakeServer()
    replica = Replica(server, "a").start()

    assert await replica.wait_until_it_leads() < 0.1
    acquired = server.spec["acquireTime"]
    assert server.spec == {
        "holderIdentity": "pod-a_a",
        "leaseDurationSeconds": 12,
        "acquireTime": acquired,
        "renewTime": acquired,
        "leaseTransitions": 0,
    }
    assert re.fullmatch(r"2026-03-01T12:16:40\.\d{6}Z", acquired)
    assert replica.elector.reached


@in_fake_time
async def test_a_killed_leader_is_replaced_when_its_lease_expires() -> None:
    """Within the duration and a second, and not before the dead one would have ceased to lead."""
    for fraction in range(10):
        server = FakeServer()
        leader, other = await two(server)
        await asyncio.sleep(fraction / 10)
        leader.kill()
        took = await other.wait_until_it_leads()

        assert DEADLINE < took <= DURATION + 1
        assert server.spec["leaseTransitions"] == 1
        assert server.spec["acquireTime"] == server.spec["renewTime"]
        other.kill()


@pytest.mark.parametrize("phase", range(5))
@in_fake_time
async def test_who_waits_looks_when_the_lease_expires(phase: int) -> None:
    """However long the retry period is: seldom looks cost only what they overlook."""
    server = FakeServer()
    leader, other = Replica(server, "a").start(), Replica(server, "b", retry=5.0)
    await leader.wait_until_it_leads()
    other.start()
    await asyncio.sleep(60 + phase)
    leader.kill()

    assert await other.wait_until_it_leads() <= DURATION + 5


@in_fake_time
async def test_a_released_lease_is_taken_at_the_next_look() -> None:
    """A restart on purpose costs a retry period at most, and counts as one transition."""
    server = FakeServer()
    leader, other = await two(server)
    await leader.elector.release()

    assert not leader.leads
    assert (server.spec["holderIdentity"], server.spec["leaseDurationSeconds"]) == ("", 1)
    assert await other.wait_until_it_leads() <= RETRY + 0.01
    assert server.spec["leaseTransitions"] == 1
    await asyncio.sleep(60)
    assert other.leads
    assert [leads for _, leads in leader.changes] == [True, False]


@in_fake_time
async def test_who_does_not_lead_releases_nothing() -> None:
    """A standby that ends leaves the leader alone, and so does one that never reached the API."""
    server = FakeServer()
    leader, other = await two(server)
    await other.elector.release()
    cut = Replica(server, "c").start()
    cut.line.cut = True
    await asyncio.sleep(5)
    await cut.elector.release()
    await asyncio.sleep(60)

    assert [leads for _, leads in leader.changes] == [True]
    assert server.spec["leaseTransitions"] == 0


@in_fake_time
async def test_of_two_that_create_the_lease_at_once_one_leads() -> None:
    """The other learns from the conflict."""
    server = FakeServer()
    replicas = [Replica(server, name) for name in "ab"]
    for replica in replicas:
        replica.line.there = 0.1
        replica.start()
    await asyncio.sleep(30)

    assert [replica.leads for replica in replicas] == [True, False]
    assert len(replicas[0].changes) == 1
    assert replicas[1].changes == []


@in_fake_time
async def test_of_many_that_take_an_expired_lease_at_once_one_leads() -> None:
    """The resourceVersion decides."""
    server = FakeServer()
    leader = Replica(server, "a").start()
    await leader.wait_until_it_leads()
    others = [Replica(server, name).start() for name in "bcdef"]
    for other in others:
        other.line.there = 0.05
    await asyncio.sleep(5)
    leader.kill()
    await asyncio.sleep(DURATION + 1)

    assert sum(other.leads for other in others) == 1
    assert sum(len(other.changes) for other in others) == 1
    assert server.spec["leaseTransitions"] == 1


@pytest.mark.parametrize("skew", [-100.0, 100.0])
@in_fake_time
async def test_wall_clocks_do_not_matter(skew: float) -> None:
    """However wrong they are, nobody takes the Lease early or late."""
    server = FakeServer()
    leader, other = Replica(server, "a").start(), Replica(server, "b", skew=skew)
    await leader.wait_until_it_leads()
    other.start()
    await asyncio.sleep(120)
    assert other.changes == []
    leader.kill()

    assert DURATION - RETRY <= await other.wait_until_it_leads() <= DURATION + 1


@in_fake_time
async def test_a_restarted_container_does_not_wait() -> None:
    """In one pod runs one process at a time."""
    server = FakeServer()
    first = Replica(server, "a", pod="same").start()
    await first.wait_until_it_leads()
    first.kill()
    second = Replica(server, "b", pod="same").start()

    assert await second.wait_until_it_leads() < 0.1
    assert server.spec["leaseTransitions"] == 1


@in_fake_time
async def test_the_names_of_hosts_prove_nothing() -> None:
    """Without the pod's name two processes may share a host."""
    server = FakeServer()
    first = Replica(server, "a", pod=None).start()
    await first.wait_until_it_leads()
    first.kill()
    second = Replica(server, "b", pod=None).start()

    assert await second.wait_until_it_leads() > DEADLINE


@in_fake_time
async def test_two_that_were_given_one_pods_name_do_not_take_turns() -> None:
    """A mistake, but not a storm: who comes later keeps it."""
    server = FakeServer()
    first = Replica(server, "a", pod="same").start()
    await first.wait_until_it_leads()
    second = Replica(server, "b", pod="same").start()
    await asyncio.sleep(RETRY + 0.1)
    assert not first.leads
    await asyncio.sleep(60)

    assert second.leads
    assert server.spec["leaseTransitions"] == 1
    assert [leads for _, leads in first.changes] == [True, False]
