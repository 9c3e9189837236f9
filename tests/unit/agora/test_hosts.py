"""Which host is called: by what is known of them, and over sockets that refuse, hang and break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from itertools import count, pairwise
from typing import Final
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora import errors
from agora_recording.agora.client import AgoraClient
from agora_recording.agora.hosts import HOSTS, RETRY_SECONDS, Hosts, Route, Table, only
from agora_recording.agora.protocol import Access, Task
from agora_recording.agora.wire import AcquireRequest
from agora_recording.crd.project import Area
from agora_recording.translate.requests import start_request
from builders import APP, spec, storage
from testbed.simulator import Simulator

ACQUIRE: AcquireRequest = {"scene": 0, "resourceExpiredHour": 720}
HERE, THERE = Area.INTERNATIONAL, Area.MAINLAND_CHINA
ONE, TWO, THREE = (f"https://{name}.agora.test" for name in ("one", "two", "three"))
FAR, FARTHER = (f"https://{name}.china.test" for name in ("far", "farther"))
TABLE: Final[Table] = {HERE: (ONE, TWO, THREE), THERE: (FAR, FARTHER)}
URLS: Final = (*TABLE[HERE], *TABLE[THERE])
REGIONS: Final = {
    HERE: {
        "api-us-west-1",
        "api-us-east-1",
        "api-ap-southeast-1",
        "api-ap-northeast-1",
        "api-eu-west-1",
        "api-eu-central-1",
    },
    THERE: {"api-cn-east-1", "api-cn-north-1"},
}
DOMAINS: Final = {"agora.io", "sd-rtn.com"}
START: Final = start_request(spec(), storage(), {"accessKey": "key", "secretKey": "secret"})
NUMBERS: Final = count()
REFUSING: Final = "http://127.0.0.1:1"
"""Nobody listens there."""


class Watch:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def watch() -> Watch:
    """The clock of the hosts under test."""
    return Watch()


@pytest.fixture
def hosts(watch: Watch) -> Hosts:
    """Three hosts here, two there."""
    return Hosts(TABLE, watch)


def place(url: str) -> tuple[str, str]:
    """Return the place and the domain that a host is named after."""
    name, _, domain = str(urlsplit(url).hostname).partition(".")
    return name, domain


@pytest.mark.parametrize("area", Area)
def test_an_area_has_all_its_places_under_both_domains(area: Area) -> None:
    """Each regional host, and the one host of no region that Agora calls first there."""
    first = {HERE: ("api", "agora.io"), THERE: ("api", "sd-rtn.com")}[area]
    expected = {(region, domain) for region in REGIONS[area] for domain in DOMAINS} | {first}

    assert first == place(HOSTS[area][0])
    assert expected == {place(url) for url in HOSTS[area]}
    assert len(expected) == len(HOSTS[area])
    assert {urlsplit(url).scheme for url in HOSTS[area]} == {"https"}


def test_no_host_is_in_two_areas() -> None:
    """Else a call could leave its area without a word."""
    assert not set(HOSTS[HERE]) & set(HOSTS[THERE])


@pytest.mark.parametrize("area", Area)
def test_the_next_host_is_elsewhere(area: Area) -> None:
    """Whether the network to a place fails or a domain's names, the next host avoids it."""
    neighbours = [(place(one), place(next_)) for one, next_ in pairwise(HOSTS[area])]

    assert all(one[0] != next_[0] for one, next_ in neighbours)
    assert sum(one[1] == next_[1] for one, next_ in neighbours) == {HERE: 0, THERE: 1}[area]


def test_urls_of_a_setting_stand_for_every_area() -> None:
    """In the order given; without them the hosts are Agora's."""
    assert only("http://a:1,http://b:2") == dict.fromkeys(Area, ("http://a:1", "http://b:2"))
    assert only(None) == HOSTS


def test_a_host_is_called_as_long_as_it_can_be_reached(hosts: Hosts) -> None:
    """Also one that is not the first of its area: there the attempt was made."""
    assert hosts.first(HERE) == ONE
    assert [hosts.near(url) for url in URLS] == list(URLS)
    assert [hosts.anywhere(url) for url in URLS] == list(URLS)


def test_the_next_host_is_called_while_one_is_lost(hosts: Hosts) -> None:
    """In the order of the area, from its first one on."""
    hosts.lost(TWO)

    assert hosts.near(TWO) == ONE
    assert hosts.near(ONE) == ONE

    hosts.lost(ONE)

    assert hosts.near(TWO) == THREE
    assert hosts.near(ONE) == THREE
    assert hosts.near(FAR) == FAR


def test_only_what_is_new_may_leave_the_area(hosts: Hosts) -> None:
    """And only when all of the area's own hosts are lost."""
    hosts.lost(ONE)
    hosts.lost(TWO)

    assert hosts.anywhere(ONE) == THREE

    hosts.lost(THREE)

    assert hosts.anywhere(ONE) == FAR
    assert hosts.near(ONE) in TABLE[HERE]


def test_a_lost_host_is_tried_again_after_a_while(hosts: Hosts, watch: Watch) -> None:
    """By one call; the others go elsewhere until it was answered."""
    hosts.lost(ONE)
    watch.now += RETRY_SECONDS - 0.1

    assert hosts.near(ONE) == TWO

    watch.now += 0.1

    assert [hosts.near(ONE) for _ in range(3)] == [ONE, TWO, TWO]

    hosts.reached(ONE)

    assert [hosts.near(ONE) for _ in range(3)] == [ONE, ONE, ONE]


def test_a_host_that_is_lost_again_is_left_alone_as_long_again(hosts: Hosts, watch: Watch) -> None:
    """Counted from when it was lost, and whoever tried it."""
    hosts.lost(ONE)
    watch.now += RETRY_SECONDS
    hosts.near(ONE)
    watch.now += 5
    hosts.lost(ONE)
    watch.now += RETRY_SECONDS - 1

    assert hosts.near(ONE) == TWO


def test_lost_hosts_are_tried_in_turn(hosts: Hosts, watch: Watch) -> None:
    """If there is no other, waiting helps nobody; none is tried all the time."""
    for url in TABLE[HERE]:
        hosts.lost(url)
        watch.now += 1
    tried = []
    for _ in range(6):
        tried.append(hosts.near(THREE))
        watch.now += 1

    assert tried == [ONE, TWO, THREE, ONE, TWO, THREE]


def test_a_host_of_no_area_has_no_other(hosts: Hosts) -> None:
    """The operator was told to call this one, or its settings were others once."""
    own = "https://private.test"
    hosts.lost(own)

    assert hosts.near(own) == own
    assert hosts.anywhere(own) == own


def test_a_route_to_a_url_of_its_own_goes_nowhere_else() -> None:
    """Although it is a host of Agora's, and whatever a status says."""
    one, two = HOSTS[HERE][:2]
    route = Route.only_to(one)
    route.hosts.lost(one)

    assert route.acquire() == one
    assert route.about(one) == one
    assert route.about(two) == one


def test_a_route_trusts_no_place_that_is_not_agoras(hosts: Hosts) -> None:
    """An attempt stands in a status, where others may write what they like."""
    route = Route(ONE, hosts, allow_cross_area=True)

    assert hosts.known() >= {*URLS, *HOSTS[HERE], *HOSTS[THERE]}
    assert route.about("https://evil.test") == ONE
    assert [route.about(url) for url in (TWO, FAR, HOSTS[THERE][1])] == [TWO, FAR, HOSTS[THERE][1]]


def test_a_route_leaves_its_area_only_if_it_may(hosts: Hosts) -> None:
    """And only to begin something."""
    for url in TABLE[HERE]:
        hosts.lost(url)

    assert Route(ONE, hosts, allow_cross_area=True).acquire() == FAR
    assert Route(ONE, hosts, allow_cross_area=True).about(TWO) in TABLE[HERE]
    assert Route(ONE, hosts).acquire() in TABLE[HERE]


@given(
    happened=st.lists(
        st.one_of(
            st.tuples(
                st.sampled_from(["lost", "reached", "near", "anywhere"]), st.sampled_from(URLS)
            ),
            st.tuples(st.just("later"), st.floats(0, 2 * RETRY_SECONDS)),
        ),
        max_size=60,
    ),
    home=st.sampled_from(URLS),
)
def test_nothing_that_happens_takes_a_call_out_of_its_area(
    happened: list[tuple[str, str | float]], home: str
) -> None:
    """Whatever hosts were lost when: what was made stays, and nothing new leaves without need."""
    watch = Watch()
    hosts = Hosts(TABLE, watch)
    lost: set[str] = set()
    for what, value in happened:
        match what:
            case "later":
                watch.now += float(value)
            case "lost":
                hosts.lost(str(value))
                lost.add(str(value))
            case "reached":
                hosts.reached(str(value))
                lost.discard(str(value))
            case _:
                called = hosts.near if what == "near" else hosts.anywhere
                called(str(value))
    (own,) = (urls for urls in TABLE.values() if home in urls)

    assert hosts.near(home) in own
    assert hosts.anywhere(home) in own or set(own) <= lost


class Silent:
    """A host on a port of its own that takes connections, and never answers."""

    def __init__(self, scheme: str) -> None:
        self._scheme = scheme
        self.url = ""
        self.taken = 0
        """How many connections it took."""
        self._open: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen on a free port."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.url = f"{self._scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()
            await asyncio.gather(*self._open)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken += 1
        if (task := asyncio.current_task()) is not None:
            self._open.add(task)
        await reader.read()
        writer.close()


@asynccontextmanager
async def silent(scheme: str = "http") -> AsyncIterator[Silent]:
    """Start a host that says nothing; with https it does not even shake hands."""
    host = Silent(scheme)
    async with host.listening():
        yield host


@asynccontextmanager
async def client_of(hosts: Hosts) -> AsyncIterator[AgoraClient]:
    """Make a client that tells ``hosts`` what it meets."""
    client = AgoraClient(hosts, connections=64)
    try:
        yield client
    finally:
        await client.close()


def at(endpoint: str) -> Access:
    """Return how a host is called."""
    return Access(endpoint, "customer", "secret")


def channel() -> str:
    """Return a channel that nobody else uses."""
    return f"hosts{next(NUMBERS)}"


async def acquire(client: AgoraClient, endpoint: str) -> str:
    """Call a host in a way that can be repeated."""
    return await client.acquire(at(endpoint), APP, channel(), 7, ACQUIRE)


async def start(client: AgoraClient, endpoint: str, task: Task) -> str:
    """Call a host in a way that costs money."""
    return await client.start(at(endpoint), task, START)


@pytest.mark.parametrize(
    "first", [REFUSING, "http://api.agora.invalid"], ids=["refuses", "has no address"]
)
async def test_after_a_connection_that_failed_the_next_call_goes_elsewhere(
    simulator: Simulator, first: str
) -> None:
    """It failed as unavailable, since nothing was sent; the next one is answered."""
    hosts = Hosts({HERE: (first, simulator.api), THERE: ()})
    async with client_of(hosts) as client:
        with pytest.raises(errors.Unavailable):
            await acquire(client, hosts.near(first))

        assert hosts.near(first) == simulator.api
        assert await acquire(client, hosts.near(first))


async def call_hanging_hosts(scheme: str, calls: int) -> None:
    """Call an area whose two hosts hang, and see where the calls went."""
    async with silent(scheme) as one, silent(scheme) as two, silent(scheme) as far:
        hosts = Hosts({HERE: (one.url, two.url), THERE: (far.url,)})
        called = []
        async with client_of(hosts) as client:
            for _ in range(calls):
                called.append(hosts.near(one.url))
                with pytest.raises((errors.Unavailable, errors.Ambiguous)):
                    await acquire(client, called[-1])
        called.append(hosts.near(one.url))

    assert called == [one.url, two.url, one.url][: calls + 1]
    assert (one.taken + two.taken, far.taken) == (calls, 0)


async def test_no_call_leaves_an_area_whose_hosts_all_hang() -> None:
    """Whether they do not even shake hands, or take a call and say nothing; each has its turn."""
    await asyncio.gather(call_hanging_hosts("https", 2), call_hanging_hosts("http", 1))


async def test_an_unknown_start_is_sent_to_nobody_else(simulator: Simulator) -> None:
    """Its answer was lost: it began to record, and no other host hears of it from the client."""
    async with silent() as other:
        hosts = Hosts({HERE: (simulator.api, other.url), THERE: ()})
        async with client_of(hosts) as client:
            name = channel()
            resource_id = await client.acquire(at(simulator.api), APP, name, 7, ACQUIRE)
            task = Task(APP, name, 7, "mix", resource_id)
            simulator.fault("lose_answer", channel=name, operation="start", times=1)
            with pytest.raises(errors.Ambiguous):
                await start(client, simulator.api, task)

        assert hosts.near(simulator.api) == simulator.api
        assert other.taken == 0
    assert len(simulator.calls(name, "start")) == len(simulator.recordings(name)) == 1


async def test_the_same_start_at_another_host_makes_no_second_recording(
    simulator: Simulator,
) -> None:
    """The reconciler's repetition bears the same resource, so Agora's exclusion speaks."""
    hosts = Hosts({HERE: (REFUSING, simulator.api), THERE: ()})
    async with client_of(hosts) as client:
        name = channel()
        resource_id = await client.acquire(at(simulator.api), APP, name, 7, ACQUIRE)
        task = Task(APP, name, 7, "mix", resource_id)
        sid = await start(client, simulator.api, task)
        with pytest.raises(errors.Unavailable):
            await start(client, hosts.near(REFUSING), task)
        with pytest.raises(errors.Conflict) as caught:
            await start(client, hosts.near(REFUSING), task)

    assert (201, 7, sid) == (
        caught.value.said.status,
        caught.value.said.code,
        caught.value.said.sid,
    )
    assert len(simulator.recordings(name)) == 1


async def test_a_host_that_answers_is_not_left_whatever_it_says(simulator: Simulator) -> None:
    """Too many calls, an error of the server, a refusal: another host would say the same."""
    hosts = Hosts({HERE: (simulator.api, REFUSING), THERE: ()})
    async with client_of(hosts) as client:
        for status in (401, 404, 429, 500, 503):
            name = channel()
            simulator.fault("answer", channel=name, status=status, body={"message": "no"})
            with pytest.raises(errors.AgoraError):
                await client.acquire(at(simulator.api), APP, name, 7, ACQUIRE)

            assert hosts.near(simulator.api) == simulator.api


@pytest.mark.parametrize("status", [200, 429])
async def test_an_answer_brings_a_host_back(simulator: Simulator, status: int) -> None:
    """A call that was under way when others failed shows that it can be reached."""
    hosts = Hosts({HERE: (simulator.api, REFUSING), THERE: ()})
    hosts.lost(simulator.api)
    name = channel()
    body = {"resourceId": "resource"}
    simulator.fault("answer", channel=name, status=status, body=body)
    async with client_of(hosts) as client:
        with nullcontext() if status == 200 else pytest.raises(errors.Unavailable):
            await client.acquire(at(simulator.api), APP, name, 7, ACQUIRE)

    assert hosts.near(simulator.api) == simulator.api
