"""What can happen at a step. Each fits any step of its kind: none is made for a certain step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from chaos.world.exchange import Answer, Exchange, Step
from chaos.world.world import World

Strike = Callable[[World, Exchange], Awaitable[Answer]]
Deed = Callable[[World], object]
"""Something that people do."""

OVERLAP: Final = 3.0
"""Seconds for which two processes act side by side."""
FOUND_BY_SID: Final = frozenset({"query", "update", "updateLayout", "stop"})
"""Calls that Agora answers with 404 while a recording moves."""


@dataclass(frozen=True)
class Disturbance:
    """Something that happens at a step."""

    name: str
    strike: Strike
    fits: Callable[[Step], bool] = lambda _step: True
    replicas: int = 1
    """How many processes there are."""


def any_call(step: Step) -> bool:
    """Whether it is a call to Agora."""
    return step.kind == "call"


def any_write(step: Step) -> bool:
    """Whether it is a write to the API server."""
    return step.kind == "write"


def by_sid(step: Step) -> bool:
    """Whether it is a call that names a sid."""
    return step.label in FOUND_BY_SID


def effective(step: Step) -> bool:
    """Whether it is a call that changes anything at Agora."""
    return step.kind == "call" and step.label not in {"acquire", "query"}


def start(step: Step) -> bool:
    """Whether it is a start."""
    return step.label == "start"


def later(seconds: float, deed: Callable[[], object]) -> None:
    """Do something in a while."""
    asyncio.get_running_loop().call_later(seconds, deed)


def kill(*, after: bool, away: float, meanwhile: Deed | None = None) -> Strike:
    """Kill the process there; another comes ``away`` seconds later."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        if after:
            exchange.carry_out()
        world.kill(world.find_process(exchange.process))
        if meanwhile is not None:
            later(away / 2, lambda: meanwhile(world))
        later(away, world.replace)
        await asyncio.Event().wait()  # for ever: the task is cancelled
        raise AssertionError(exchange)

    return strike


def pause(*, after: bool, seconds: float) -> Strike:
    """Stop the process there for a while; a standby takes over if that is long enough."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        answer = exchange.carry_out() if after else None
        process = world.find_process(exchange.process)
        world.journal.say(f"{process.name} is stopped for {seconds:.0f} s")
        process.pause()
        later(seconds, process.resume)
        await process.gate.passage()
        return answer or exchange.carry_out()

    return strike


def people(deed: Deed, *, after: bool) -> Strike:
    """Let people do something right before or right after."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        answer = exchange.carry_out() if after else None
        deed(world)
        return answer or exchange.carry_out()

    return strike


async def lose(world: World, exchange: Exchange) -> Answer:
    """Have the effect, and lose the answer."""
    del world
    exchange.carry_out()
    return await exchange.lose()


async def break_off(world: World, exchange: Exchange) -> Answer:
    """Have the effect, and break the connection before the answer."""
    del world
    exchange.carry_out()
    raise exchange.broke()


async def refuse(world: World, exchange: Exchange) -> Answer:
    """Let nobody connect, once."""
    del world
    raise exchange.refused()


def late(seconds: float) -> Strike:
    """Have the effect only after the client gave up."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        del world
        exchange.carry_out_later(seconds)
        return await exchange.lose()

    return strike


def answer(status: int, code: int | None = None, *, effect: bool = False, **members: Any) -> Strike:
    """Answer something else, with or without the effect."""
    body: dict[str, Any] = {"message": "disturbed", "reason": "disturbed", **members}
    if code is not None:
        body["code"] = code

    async def strike(world: World, exchange: Exchange) -> Answer:
        del world
        if effect:
            exchange.carry_out()
        return Answer(status, body)

    return strike


def outage(server: str, seconds: float) -> Strike:
    """Cut the way to the API server, or to Agora, for a while from there on."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        world.journal.cut(server, seconds)
        raise exchange.refused()

    return strike


def watch_cut(deed: Deed | None) -> Strike:
    """Break the watch there; people do something unseen; a relist comes half a minute later."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        courier = world.find_process(exchange.process).courier
        courier.cut = True
        later(30.0, courier.relist)
        if deed is not None:
            later(10.0, lambda: deed(world))
        return exchange.carry_out()

    return strike


def second_process(*, after: bool) -> Strike:
    """Let another process begin to act there, beside this one."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        answer = exchange.carry_out() if after else None
        world.process()
        later(OVERLAP, world.find_process(exchange.process).kill)
        await asyncio.sleep(0.5)
        return answer or exchange.carry_out()

    return strike


def move_the_lease(*, after: bool) -> Strike:
    """Free the Lease there: a standby takes it while the leader still believes to have it."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        answer = exchange.carry_out() if after else None
        world.people.free_the_lease()
        await asyncio.sleep(5)
        return answer or exchange.carry_out()

    return strike


def stop_and_record(world: World) -> None:
    """Flip desiredState to Stopped and, soon, back."""
    world.people.edit(desiredState="Stopped")
    later(0.2, lambda: world.people.edit(desiredState="Recording"))


DEEDS: Final[dict[str, Deed]] = {
    "layout edited": lambda w: w.people.edit(mix={"layout": {"type": "BestFit"}}),
    "subscription edited": lambda w: w.people.edit(subscription={"audio": {"include": [9]}}),
    "Stopped": lambda w: w.people.edit(desiredState="Stopped"),
    "Stopped, Recording": stop_and_record,
    "deleted": lambda w: w.people.delete(),
    "re-created": lambda w: w.people.recreate(),
    "re-created by force": lambda w: w.people.recreate_by_force(),
    "finalizer off by hand": lambda w: w.people.take_the_finalizer_off(),
    "status wiped": lambda w: w.people.wipe_the_status(),
    "replaced": lambda w: w.people.replace(),
}


def disturbances() -> Iterator[Disturbance]:
    """Yield all of them."""
    for when, after in (("before", False), ("after", True)):
        yield Disturbance(f"kill {when}", kill(after=after, away=2))
        yield Disturbance(f"kill {when}, away 6 min", kill(after=after, away=360))
        for word in ("deleted", "Stopped"):
            name = f"kill {when}, {word} meanwhile"
            yield Disturbance(name, kill(after=after, away=4, meanwhile=DEEDS[word]))
        name = f"kill {when}, deleted meanwhile, away 6 min"
        yield Disturbance(name, kill(after=after, away=360, meanwhile=DEEDS["deleted"]))
        for seconds in (1, 100, 360):
            strike = pause(after=after, seconds=seconds)
            yield Disturbance(f"paused {when} for {seconds} s", strike, replicas=2)
        yield Disturbance(f"Lease moves {when}", move_the_lease(after=after), replicas=2)
        yield Disturbance(f"second process {when}", second_process(after=after))
        for word, deed in DEEDS.items():
            yield Disturbance(f"{word} {when}", people(deed, after=after))
    yield from _bad_answers()
    yield Disturbance("API server gone 60 s", outage("API server", 60), any_write)
    yield Disturbance("Agora gone 60 s", outage("Agora", 60), any_call)
    yield Disturbance("watch cut", watch_cut(None))
    yield Disturbance("watch cut, deleted", watch_cut(DEEDS["deleted"]))


def _bad_answers() -> Iterator[Disturbance]:
    """Yield those that the network and the servers are good for."""
    yield Disturbance("answer lost", lose)
    yield Disturbance("connection broken", break_off)
    yield Disturbance("no connection", refuse)
    yield Disturbance("late effect 20 s", late(20), lambda s: any_write(s) or effective(s))
    for seconds in (100, 290, 340):
        yield Disturbance(f"late effect {seconds} s", late(seconds), start)
    yield Disturbance("409", answer(409), any_write)
    yield Disturbance("404 of a proxy", answer(404), any_write)
    yield Disturbance("429", answer(429))
    yield Disturbance("500", answer(500))
    yield Disturbance("500, done", answer(500, effect=True))
    yield Disturbance("206/65", answer(206, 65), any_call)
    yield Disturbance("206/65, done", answer(206, 65, effect=True), effective)
    yield Disturbance("404/404", answer(404, 404), by_sid)
    yield Disturbance("404 of the gateway", answer(404), any_call)
