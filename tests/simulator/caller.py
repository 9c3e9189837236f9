"""A world without HTTP, and requests to it."""

from dataclasses import replace
from typing import Any

from agora_simulator.calls import Call, Operation
from agora_simulator.ledger import recording_entry
from agora_simulator.replies import Reply
from agora_simulator.settings import Settings
from agora_simulator.world import World
from simulator.client import START

NOW = 1_000_000.0


def body(request: object, channel: str = "room", uid: str = "7") -> dict[str, object]:
    """Return a whole POST body."""
    return {"cname": channel, "uid": uid, "clientRequest": request}


class Caller:
    """Calls to a world without HTTP."""

    def __init__(self, mode: str = "mix", **settings: Any) -> None:
        self.world = World(Settings(**settings))
        self.mode = mode

    def acquired(self, channel: str, uid: str, **request: object) -> Reply:
        """Return the answer of an acquire."""
        whole = body(request, channel, uid)
        return self.world.carry_out(Call(Operation.ACQUIRE, "app", body=whole), NOW)

    def entry(self, now: float = NOW) -> dict[str, Any]:
        """Return the first recording as the ledger shows it."""
        return recording_entry(self.world.recordings(now)[0], now)

    def acquire(self, now: float = NOW, channel: str = "room", **request: object) -> str:
        """Return a resource id."""
        call = Call(Operation.ACQUIRE, "app", body=body(request, channel))
        return str(self.world.carry_out(call, now).body.get("resourceId"))

    def start(
        self, resource: str, now: float = NOW, request: object = START, channel: str = "room"
    ) -> Reply:
        """Start a resource."""
        call = Call(Operation.START, "app", resource, mode=self.mode, body=body(request, channel))
        return self.world.carry_out(call, now)

    def begin(self, now: float = NOW, request: object = START, channel: str = "room") -> Call:
        """Start a recording and return the query for it."""
        return self.query_of(self.start(self.acquire(now, channel), now, request, channel))

    def query_of(self, started: Reply) -> Call:
        """Return the query for what a start began."""
        ids = (str(started.body["resourceId"]), str(started.body["sid"]))
        return Call(Operation.QUERY, "app", *ids, self.mode)

    def response(self, query: Call, now: float) -> Any:  # noqa: ANN401 - JSON
        """Return the serverResponse of a query."""
        return self.world.carry_out(query, now).body["serverResponse"]

    def stop(self, query: Call, now: float, **request: object) -> Reply:
        """Stop what a query asks about."""
        call = replace(query, operation=Operation.STOP, body=body(request))
        return self.world.carry_out(call, now)


def changed(path: str, value: object) -> dict[str, object]:
    """Return a start request with one member set, or removed by None."""
    request: dict[str, Any] = {
        name: dict(part) if isinstance(part, dict) else part for name, part in START.items()
    }
    *parents, last = path.split(".")
    part = request
    for parent in parents:
        part = part.setdefault(parent, {})
    part[last] = value
    if value is None:
        del part[last]
    return request
