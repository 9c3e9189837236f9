"""The simulated Agora behind the operator's own client: all but the sockets is shipped code."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

import httpx

from agora_recording.agora import errors
from agora_recording.agora.client import TIMEOUTS, AgoraClient
from agora_recording.agora.errors import Said
from agora_recording.agora.hosts import HOSTS, Hosts
from agora_recording.agora.protocol import Access, Request
from agora_recording.crd.project import Area
from agora_simulator import replies
from agora_simulator.calls import Call, Operation, route
from agora_simulator.clock import Clock
from agora_simulator.ledger import CallRecord, body_target, shown_request
from agora_simulator.settings import Settings
from agora_simulator.simulation import Simulation
from chaos.world.exchange import Answer, Exchange, Step
from chaos.world.gate import Gate
from chaos.world.time import AgoraClock

TRAVEL: Final = 0.05
"""Seconds from a process to Agora, and back."""


class AgoraService:
    """The simulated Agora in virtual time, without its HTTP face."""

    def __init__(self, settings: Settings) -> None:
        self.simulation = Simulation(settings)
        self.simulation.clock = cast("Clock", AgoraClock())
        self._at: dict[str, Area] = {}
        """The area in which each resource was acquired."""
        self.listable = True
        """Whether the bucket of the recordings can be listed."""

    def handle(self, call: Call | None, endpoint: str, authorization: str) -> Answer:
        """Let one call have its effect, and answer it; a cloud knows its own resources only."""
        area = next(area for area, urls in HOSTS.items() if endpoint in urls)
        if call is not None and self._at.get(call.resource_id or "", area) != area:
            return Answer(replies.NO_WORKER.status, replies.NO_WORKER.body)
        reply = self._reply(call, authorization)
        if call is not None and call.operation is Operation.ACQUIRE:
            self._at[str(reply.body.get("resourceId"))] = area
        return Answer(reply.status, reply.body, reply.headers)

    def handle_later(self, call: Call | None, seconds: float) -> None:
        """Let a call have its effect so many seconds later."""
        if call is not None:
            self.simulation.carry_out_later(call, self._noted(call), seconds)

    def _reply(self, call: Call | None, authorization: str) -> replies.Reply:
        if call is None:
            return replies.NO_ROUTE
        simulation = self.simulation
        record, now = self._noted(call), simulation.now()
        refusal = simulation.gateway.refusal(call, authorization, simulation.settings, now)
        reply = refusal or simulation.carry_out(call, record)
        record.answered(reply)
        return reply

    def _noted(self, call: Call) -> CallRecord:
        simulation = self.simulation
        record = CallRecord(
            at=simulation.now(),
            operation=call.operation,
            target=body_target(call.app_id, call.body) or simulation.world.target_of(call),
            app_id=call.app_id,
            resource_id=call.resource_id,
            sid=call.sid,
            client_request=shown_request(call.body),
        )
        simulation.calls.append(record)
        return record


class SimulatedAgora(AgoraClient):
    """The operator's client, whose requests go to the simulation through a process's gate."""

    def __init__(self, service: AgoraService, gate: Gate, hosts: Hosts, process: str) -> None:
        """Make a client of one process; it opens no connection."""
        self._service = service
        self._gate = gate
        self._hosts = hosts
        self._process = process
        self._observe = lambda *_: None

    async def close(self) -> None:
        """Close nothing."""

    async def _exchange(self, access: Access, request: Request) -> httpx.Response:
        call = _call(request)
        authorization = _basic(access)
        operation = request.operation
        exchange = Exchange(
            process=self._process,
            step=Step("call", str(operation)),
            carry_out=lambda: self._service.handle(call, access.endpoint, authorization),
            carry_out_later=lambda seconds: self._service.handle_later(call, seconds),
            patience=TIMEOUTS[operation],
            lost=lambda: errors.Ambiguous(operation, Said(reason="no answer in time")),
            refused=lambda: errors.Unavailable(operation, Said(reason="no connection")),
            broke=lambda: errors.Ambiguous(operation, Said(reason="the connection broke")),
        )
        answer = await self._gate.exchange(exchange, TRAVEL)
        return _response(answer.status, answer.body, answer.headers)


def _call(request: Request) -> Call | None:
    found = route(request.method, request.path)
    if found is None or request.body is None:
        return found
    return replace(found, body=json.loads(json.dumps(request.body)))


def _basic(access: Access) -> str:
    pair = f"{access.customer_id}:{access.customer_secret}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _response(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Response:
    return httpx.Response(status, content=json.dumps(body).encode(), headers=dict(headers))
