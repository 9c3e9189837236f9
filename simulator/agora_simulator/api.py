"""The HTTP face of the simulated Agora API.

Comes before everything: reads requests, notes them in the ledger, lets faults happen, and
writes the answers. Knows no rule of recordings.
"""

import json
from http import HTTPStatus
from typing import Final, assert_never

from aiohttp import web

from agora_simulator import replies
from agora_simulator.calls import Call, Operation, route
from agora_simulator.faults import Fault, FaultName
from agora_simulator.ledger import CallRecord, body_target, shown_request
from agora_simulator.replies import Reply
from agora_simulator.simulation import Simulation

NOTIFICATION_HOSTS: Final = frozenset({("GET", "/v1/ncs/ip"), ("GET", "/v2/ncs/ip")})
"""Who asks from which addresses notifications come: pages have both paths, without an App ID."""
THIS_HOST: Final = Reply(
    HTTPStatus.OK, {"data": {"service": {"hosts": [{"primaryIP": "127.0.0.1"}]}}}
)


class AgoraApi:
    """Answers the requests of clients as Agora would."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or close its connection if a fault says so."""
        text = await request.read()
        reply = await self._reply(request, text)
        if reply is None:
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        return web.Response(
            status=reply.status,
            body=reply.content,
            headers={"Content-Type": "application/json", **reply.headers},
        )

    async def _reply(self, request: web.BaseRequest, text: bytes) -> Reply | None:
        call = route(request.method, request.path)
        if call is None:
            answer = _without_call(request)
            self._noted(None).answered(answer)
            return answer
        valid = True
        if call.operation is not Operation.QUERY:
            call, valid = _with_body(call, text)
        record = self._noted(call)
        reply = self._turned_away(call, request.headers.get("Authorization"), valid=valid)
        if reply is None:
            reply = await self._served(call, record)
        record.answered(reply)
        return reply

    def _noted(self, call: Call | None) -> CallRecord:
        record = self._record(call)
        self._simulation.calls.append(record)
        return record

    def _record(self, call: Call | None) -> CallRecord:
        now = self._simulation.now()
        if call is None:
            return CallRecord(at=now, operation=None, target=None)
        known = self._simulation.world.target_of(call)
        return CallRecord(
            at=now,
            operation=call.operation,
            target=body_target(call.app_id, call.body) or known,
            app_id=call.app_id,
            resource_id=call.resource_id,
            sid=call.sid,
            client_request=shown_request(call.body),
        )

    def _turned_away(self, call: Call, authorization: str | None, *, valid: bool) -> Reply | None:
        simulation = self._simulation
        now = simulation.clock.now()
        refusal = simulation.gateway.refusal(call, authorization, simulation.settings, now)
        if refusal is None and not valid:
            return replies.not_json()
        return refusal

    async def _served(self, call: Call, record: CallRecord) -> Reply | None:
        channel = record.target.channel if record.target else None
        fault = self._simulation.faults.draw(call.operation, channel)
        if fault is None:
            return await self._carried_out(call, record)
        return await self._faulty(fault, call, record)

    async def _carried_out(self, call: Call, record: CallRecord) -> Reply:
        settings = self._simulation.settings
        reply = self._simulation.carry_out(call, record)
        if not _waits_for_upload(call, reply):
            return reply
        await self._simulation.clock.sleep(
            min(settings.stop_seconds, settings.sync_stop_limit_seconds)
        )
        if settings.stop_seconds > settings.sync_stop_limit_seconds:
            return replies.upload_too_slow(settings.sync_stop_limit_status)
        return reply

    async def _faulty(self, fault: Fault, call: Call, record: CallRecord) -> Reply | None:
        match fault.name:
            case FaultName.DELAY:
                await self._simulation.clock.sleep(fault.seconds or 0)
                return await self._carried_out(call, record)
            case FaultName.LOSE_ANSWER:
                self._simulation.carry_out(call, record)
                return _unfinished(fault)
            case FaultName.LATE_EFFECT:
                self._simulation.carry_out_later(call, record, fault.seconds or 0)
                return _unfinished(fault)
            case FaultName.LATE_ANSWER:
                reply = await self._carried_out(call, record)
                await self._simulation.clock.sleep(fault.seconds or 0)
                return reply
            case FaultName.MOVE:
                return await self._moved(call, record, fault.seconds or 0)
            case _:
                return _without_effect(fault)

    async def _moved(self, call: Call, record: CallRecord, seconds: float) -> Reply:
        """Let the recording move before the call finds it, or after a stop that this undoes."""
        simulation = self._simulation
        if call.operation is Operation.STOP and simulation.settings.stop_undone_by_move:
            reply = await self._carried_out(call, record)
            simulation.move(call.sid, seconds)
            return reply
        simulation.move(call.sid, seconds)
        return await self._carried_out(call, record)


def _without_effect(fault: Fault) -> Reply | None:
    match fault.name:
        case FaultName.REFUSE | FaultName.DROP_BEFORE:
            return None
        case FaultName.SERVER_ERROR:
            return replies.INTERNAL_ERROR
        case FaultName.NOT_FOUND:
            return replies.NO_WORKER
        case FaultName.RATE_LIMITED:
            return replies.rate_limited(fault.seconds)
        case FaultName.ANSWER:
            return Reply(fault.status or HTTPStatus.OK, fault.body or {}, text=fault.text)
        case (
            FaultName.DELAY
            | FaultName.LOSE_ANSWER
            | FaultName.LATE_EFFECT
            | FaultName.LATE_ANSWER
            | FaultName.MOVE
        ):
            raise ValueError(f"{fault.name} has an effect")
        case _:
            assert_never(fault.name)


def _without_call(request: web.BaseRequest) -> Reply:
    if (request.method, request.path) not in NOTIFICATION_HOSTS:
        return replies.NO_ROUTE
    return THIS_HOST if request.headers.get("Authorization") else replies.UNAUTHORIZED


def _unfinished(fault: Fault) -> Reply | None:
    return None if fault.status is None else replies.unfinished(fault.status)


def _with_body(call: Call, text: bytes) -> tuple[Call, bool]:
    try:
        return call.with_body(json.loads(text)), True
    except ValueError:
        return call, False


def _waits_for_upload(call: Call, reply: Reply) -> bool:
    if call.operation is not Operation.STOP or reply.status != HTTPStatus.OK:
        return False
    # Only a synchronous stop says what became of the files.
    return bool(reply.body.get("serverResponse"))
