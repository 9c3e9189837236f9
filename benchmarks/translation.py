# ruff: noqa: INP001 - a script of its own
"""Measures what a spec costs to become requests, and what an answer of Agora's costs to be read.

`PYTHONPATH=operator:tests .venv/bin/python benchmarks/translation.py` prints, for each kind of
call, the median in microseconds and between which the middle nine tenths lie. The bar is 300.
"""

import base64
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from agora_recording.agora import protocol, wire
from agora_recording.agora.errors import AgoraError
from agora_recording.agora.protocol import Access, Operation, Request, Task
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.storage import Storage
from agora_recording.translate import requests
from agora_recording.translate.placement import acquire_request
from agora_recording.translate.secrets import SecretValues, needs_of
from answers.answer import ANSWERS, Answer
from e2e.objects import RECORDING, STORAGE

BATCHES = 200
CALLS = 50
"""Calls of a batch, which is timed as one."""
BAR = 300
"""Microseconds that a call may cost."""
WAYS: dict[str, dict[str, object]] = {
    "mix": RECORDING["spec"],
    "individual": {
        **{name: value for name, value in RECORDING["spec"].items() if name != "mix"},
        "individual": {"snapshots": {}},
    },
}
"""Full specs, by their mode."""
ACCESS = Access("https://api.agora.io", "customer", "secret")
SALT = base64.b64encode(bytes(32)).decode()


def main() -> int:
    """Print what each call costs; 1 if one is beyond the bar."""
    worst = 0.0
    for name, call in calls():
        low, middle, high = measured(call)
        worst = max(worst, middle)
        sys.stdout.write(f"{name:40} {middle:7.1f} us  ({low:.1f} to {high:.1f})\n")
    sys.stdout.write(f"slowest {worst:.1f} us, may be {BAR}\n")
    return 0 if worst <= BAR else 1


def calls() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is measured, with its name."""
    for mode, members in WAYS.items():
        spec, storage = CloudRecordingSpec.model_validate(members), Storage.model_validate(STORAGE)
        secrets = secrets_of(spec, storage)
        task = Task("0" * 32, spec.channel, spec.uid or 1, mode, "resource")
        yield f"read a spec: {mode}", partial(CloudRecordingSpec.model_validate, members)
        yield f"acquire: {mode}", partial(acquire_request, spec, ())
        yield f"start: {mode}", partial(start, task, spec, storage, secrets)
        yield f"what Agora should know: {mode}", partial(requests.wanted, spec)
    sent = protocol.start(task, requests.start_request(spec, storage, secrets))
    for operation in (Operation.ACQUIRE, Operation.START, Operation.QUERY, Operation.STOP):
        answer = max((a for a in ANSWERS if fits(a, operation)), key=lambda a: len(a.content))
        yield f"answer to {operation}: {answer.row['name']}", partial(read, sent, answer)


def fits(answer: Answer, operation: Operation) -> bool:
    """Return whether an answer to a call is one as they come every day: not huge."""
    return (
        answer.operation == operation and answer.outcome == "Success" and "times" not in answer.row
    )


def secrets_of(spec: CloudRecordingSpec, storage: Storage) -> SecretValues:
    """Return what the Secrets hold."""
    known = {"salt": SALT, "stsExpiration": "1900000000"}
    return {
        purpose: {held: known.get(held, held) for held in need.keys}
        for purpose, need in needs_of(spec, storage).items()
    }


def start(task: Task, spec: CloudRecordingSpec, storage: Storage, secrets: SecretValues) -> str:
    """Return the body of a start as it is sent."""
    return json.dumps(protocol.start(task, requests.start_request(spec, storage, secrets)).body)


def read(sent: Request, answer: Answer) -> object:
    """Return what an answer tells; as in the client, it is quoted without what was sent."""
    hidden = protocol.secrets(ACCESS, sent)
    try:
        body = protocol.read(answer.operation, answer.http, answer.content, {}, hidden=hidden)
    except AgoraError as error:
        return error
    return wire.server_response(body)


def measured(call: Callable[[], object]) -> tuple[float, float, float]:
    """Return the 5th percentile, the median and the 95th of the cost of a call in microseconds."""
    costs = [timed(call) for _ in range(BATCHES)]
    cuts = statistics.quantiles(costs, n=20)
    return cuts[0], cuts[9], cuts[18]


def timed(call: Callable[[], object]) -> float:
    """Return the mean cost of the calls of a batch in microseconds."""
    began = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - began) / CALLS * 1e6


if __name__ == "__main__":
    sys.exit(main())
