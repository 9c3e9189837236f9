"""The proxy does what it is ordered to, and nothing to anything else."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from proxy.agora import before_agora
from proxy.deeds import Moment, answer, delay, drop, lose_answer, take_effect_late
from proxy.proxy import Proxy
from testbed.processes import wait_for
from testbed.simulator import Simulator

BASE = "/v1/apps/app1/cloud_recording"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A simulator of Agora."""
    with Simulator.start(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def proxy(simulator: Simulator) -> Iterator[Proxy]:
    """A proxy before it."""
    with before_agora(simulator.api) as running:
        yield running


@pytest.fixture
def channel(request: pytest.FixtureRequest) -> str:
    """A channel that no other test has."""
    return str(request.node.name)[:60]


def acquire(proxy: Proxy, channel: str) -> httpx.Response:
    """Send a request that has an effect."""
    body = {"cname": channel, "uid": "7", "clientRequest": {}}
    return httpx.post(f"{proxy.url}{BASE}/acquire", json=body, auth=("id", "secret"), timeout=5)


def effects(simulator: Simulator, channel: str) -> int:
    """Return how many took effect."""
    return sum(call["handled"] for call in simulator.calls(channel, "acquire"))


def test_without_an_order_everything_passes(
    proxy: Proxy, simulator: Simulator, channel: str
) -> None:
    """Status, body and headers are the server's own."""
    proxy.order(drop, "start", channel)
    proxy.order(drop, "acquire", "another")

    said = acquire(proxy, channel)

    assert (said.status_code, said.json()["cname"]) == (200, channel)
    assert said.headers["Content-Type"] == "application/json"
    assert effects(simulator, channel) == 1


def test_a_dropped_request_has_no_effect(proxy: Proxy, simulator: Simulator, channel: str) -> None:
    """The connection breaks before the server has seen anything; the next request passes."""
    proxy.order(drop, "acquire", channel)

    with pytest.raises(httpx.RemoteProtocolError):
        acquire(proxy, channel)

    assert simulator.calls(channel) == []
    assert acquire(proxy, channel).is_success


def test_a_lost_answer_leaves_the_effect(proxy: Proxy, simulator: Simulator, channel: str) -> None:
    """The server acts, and its client reads nothing."""
    proxy.order(lose_answer, "acquire", channel)

    with pytest.raises(httpx.RemoteProtocolError):
        acquire(proxy, channel)

    assert effects(simulator, channel) == 1


def test_a_late_effect_comes_after_the_client_gave_up(
    proxy: Proxy, simulator: Simulator, channel: str
) -> None:
    """The connection breaks at once, the effect follows."""
    proxy.order(take_effect_late(0.3), "acquire", channel)

    with pytest.raises(httpx.RemoteProtocolError):
        acquire(proxy, channel)

    assert effects(simulator, channel) == 0
    wait_for(lambda: effects(simulator, channel) == 1, 5, "the effect")


def test_the_nth_request_is_answered_by_the_proxy(
    proxy: Proxy, simulator: Simulator, channel: str
) -> None:
    """The first passes, the second and third are answered without effect."""
    refused = answer(429, {"message": "no"}, **{"Retry-After": "1"})
    order = proxy.order(refused, "acquire", channel, nth=2, times=2)

    said = [acquire(proxy, channel) for _ in range(4)]

    assert [one.status_code for one in said] == [200, 429, 429, 200]
    assert said[1].headers["Retry-After"] == "1"
    assert order.struck == 2
    assert effects(simulator, channel) == 2


def test_a_delayed_request_takes_effect_before_its_answer(
    proxy: Proxy, simulator: Simulator, channel: str
) -> None:
    """A slow network loses nothing."""
    proxy.order(delay(0.2), "acquire", channel)

    said = acquire(proxy, channel)

    assert said.elapsed.total_seconds() >= 0.2
    assert effects(simulator, channel) == 1


@pytest.mark.parametrize(("moment", "effect"), [(Moment.BEFORE, 0), (Moment.AFTER, 1)])
def test_a_held_request_goes_on_when_it_is_told_to(
    proxy: Proxy, simulator: Simulator, channel: str, moment: Moment, effect: int
) -> None:
    """Held before its effect it has none yet; released, it ends as if nothing had been."""
    held = proxy.hold("acquire", channel, moment)
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(acquire, proxy, channel)
        held.wait()
        assert effects(simulator, channel) == effect
        assert not asking.done()

        held.release()

        assert asking.result().is_success
    assert effects(simulator, channel) == 1


def test_a_request_outlives_its_client(proxy: Proxy, simulator: Simulator, channel: str) -> None:
    """Released after its client is gone, a held request still takes effect."""
    held = proxy.hold("acquire", channel, Moment.BEFORE)
    body = {"cname": channel, "uid": "7", "clientRequest": {}}
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{proxy.url}{BASE}/acquire", json=body, auth=("id", "secret"), timeout=0.3)
    wait_for(lambda: held.abandoned, 5, "the proxy to notice")
    assert effects(simulator, channel) == 0

    held.release()

    wait_for(lambda: effects(simulator, channel) == 1, 5, "the effect")


def test_cut_connections_break_and_new_ones_pass(proxy: Proxy, channel: str) -> None:
    """A held request is torn from its client."""
    held = proxy.hold("acquire", channel, Moment.AFTER)
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(acquire, proxy, channel)
        held.wait()

        assert proxy.cut() >= 1

        assert isinstance(asking.exception(), httpx.TransportError)
    assert acquire(proxy, channel).is_success


def test_frozen_connections_stay_open_and_silent(proxy: Proxy, channel: str) -> None:
    """As behind a firewall that forgot them; connections opened afterwards pass."""
    body = {"cname": channel, "uid": "7", "clientRequest": {}}
    with httpx.Client(base_url=proxy.url, auth=("id", "secret"), timeout=0.5) as client:
        client.post(f"{BASE}/acquire", json=body).raise_for_status()
        assert proxy.freeze() == 1

        with pytest.raises(httpx.ReadTimeout):
            client.post(f"{BASE}/acquire", json=body)

        assert client.post(f"{BASE}/acquire", json=body).is_success
