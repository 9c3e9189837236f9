"""The HTTP face of the admin port: looking inside, changing the rules, breaking things."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agora_simulator.faults import Fault
from agora_simulator.ledger import recording_entry
from agora_simulator.recordings import EndReason
from agora_simulator.settings import Seconds
from agora_simulator.simulation import Simulation

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Order(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Advance(_Order):
    """How much time to skip."""

    advance_seconds: Annotated[Seconds, Field(alias="advanceSeconds")]


class Visit(_Order):
    """Who joins or leaves a channel."""

    uid: Annotated[int, Field(ge=1, le=2**32 - 1)]


class Move(_Order):
    """How long a recording is on its way to another server."""

    seconds: Seconds


class Exit(_Order):
    """How a recording ends by itself."""

    abnormal: bool = False


def admin_application(simulation: Simulation) -> web.Application:
    """Return the routes of the admin port."""
    admin = AdminApi(simulation)
    application = web.Application(middlewares=[refuse_broken_orders])
    application.add_routes(admin.routes())
    return application


@web.middleware
async def refuse_broken_orders(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 400 with the broken rule, and never with the value that breaks it."""
    try:
        return await handler(request)
    except ValidationError as broken:
        # Without the input: settings carry secrets.
        first = broken.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        return web.json_response({"message": f"{place}: {first['msg']}"}, status=400)
    except json.JSONDecodeError:
        return web.json_response({"message": "the body is not JSON"}, status=400)


class AdminApi:
    """Does what tests and people order."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def routes(self) -> list[web.RouteDef]:
        """Return what is answered where."""
        return [
            web.get("/healthz", self._health),
            web.get("/admin/ledger", self._ledger),
            web.delete("/admin/ledger", self._reset_ledger),
            web.get("/admin/settings", self._settings),
            web.patch("/admin/settings", self._configure),
            web.get("/admin/clock", self._clock),
            web.post("/admin/clock", self._advance),
            web.get("/admin/faults", self._faults),
            web.post("/admin/faults", self._add_fault),
            web.delete("/admin/faults", self._clear_faults),
            web.delete("/admin/faults/{id:[0-9]+}", self._remove_fault),
            web.post("/admin/channels/{app_id}/{channel}/join", self._join),
            web.post("/admin/channels/{app_id}/{channel}/leave", self._leave),
            web.post("/admin/recordings/{sid}/exit", self._exit),
            web.post("/admin/recordings/{sid}/move", self._move),
        ]

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _ledger(self, request: web.Request) -> web.Response:
        channel, calls = request.query.get("channel"), request.query.get("calls") != "false"
        return web.json_response(self._simulation.ledger(channel, calls=calls))

    async def _reset_ledger(self, _request: web.Request) -> web.Response:
        self._simulation.reset_ledger()
        return web.Response(status=204)

    async def _settings(self, _request: web.Request) -> web.Response:
        return web.json_response(self._simulation.settings.model_dump(mode="json"))

    async def _configure(self, request: web.Request) -> web.Response:
        changed = self._simulation.configure(_members(await request.json()))
        return web.json_response(changed.model_dump(mode="json"))

    async def _clock(self, _request: web.Request) -> web.Response:
        clock = self._simulation.clock
        now = self._simulation.now()
        return web.json_response({"now": now, "offsetSeconds": clock.offset_seconds})

    async def _advance(self, request: web.Request) -> web.Response:
        order = Advance.model_validate(await request.json())
        self._simulation.clock.advance(order.advance_seconds)
        return await self._clock(request)

    async def _faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": self._simulation.faults.listed()})

    async def _add_fault(self, request: web.Request) -> web.Response:
        fault = Fault.model_validate(await request.json())
        return web.json_response(self._simulation.faults.add(fault), status=201)

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._simulation.faults.clear()
        return web.Response(status=204)

    async def _remove_fault(self, request: web.Request) -> web.Response:
        found = self._simulation.faults.remove(int(request.match_info["id"]))
        return web.Response(status=204) if found else _not_found("fault")

    async def _join(self, request: web.Request) -> web.Response:
        visit = Visit.model_validate(await request.json())
        channel = _channel(request)
        present = self._simulation.world.join(channel, visit.uid, self._simulation.now())
        return _members_of(channel, present)

    async def _leave(self, request: web.Request) -> web.Response:
        visit = Visit.model_validate(await request.json())
        channel = _channel(request)
        present = self._simulation.world.leave(channel, visit.uid, self._simulation.now())
        return _members_of(channel, present)

    async def _exit(self, request: web.Request) -> web.Response:
        order = Exit.model_validate(await request.json() if request.can_read_body else {})
        reason = EndReason.ABNORMAL if order.abnormal else EndReason.EXITED
        now = self._simulation.now()
        ended = self._simulation.world.exit(request.match_info["sid"], reason, now)
        if ended is None:
            return _not_found("running recording")
        return web.json_response(recording_entry(ended, now))

    async def _move(self, request: web.Request) -> web.Response:
        order = Move.model_validate(await request.json())
        moved = self._simulation.move(request.match_info["sid"], order.seconds)
        if moved is None:
            return _not_found("running recording")
        return web.json_response(recording_entry(moved, self._simulation.now()))


def _channel(request: web.Request) -> tuple[str, str]:
    return (request.match_info["app_id"], request.match_info["channel"])


def _members_of(channel: tuple[str, str], present: list[int]) -> web.Response:
    app_id, name = channel
    return web.json_response({"appId": app_id, "channel": name, "members": present})


def _not_found(what: str) -> web.Response:
    return web.json_response({"message": f"no such {what}"}, status=404)


def _members(body: object) -> dict[str, object]:
    return _Changes.model_validate({"changes": body}).changes


class _Changes(_Order):
    changes: dict[str, object]
