"""Every answer that is text comes over HTTP, through the whole client, as what it is."""

from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from agora_recording.agora import wire
from agora_recording.agora.client import AgoraClient
from agora_recording.agora.errors import AgoraError
from agora_recording.agora.protocol import Access, Operation, Task
from agora_recording.agora.wire import AcquireRequest, LayoutMembers, StartRequest, UpdateRequest
from answers.answer import ANSWERS, Answer
from builders import APP
from testbed.simulator import Simulator
from unit.agora.secretive import ACCESS, BODY, betrayed

NUMBERS = count()
LONGEST = 10_000
"""Characters of a body that is ordered; endless ones are met without HTTP."""
CHOSEN = [
    answer
    for answer in ANSWERS
    if answer.operation is not Operation.KICK and len(answer.text or "") <= LONGEST and answer.text
]
Call = Callable[[Operation], Awaitable[object]]
ACQUIRE: AcquireRequest = {"scene": 0, "resourceExpiredHour": 720}
START: StartRequest = BODY["clientRequest"]  # type: ignore[assignment]
UPDATE: UpdateRequest = {"streamSubscribe": {}}
LAYOUT: LayoutMembers = {"mixedVideoLayout": 1, "backgroundColor": "#000000"}


@pytest.fixture
def call(client: AgoraClient, simulator: Simulator) -> Call:
    """Make any call, whatever it is about."""
    at = Access(simulator.api, ACCESS.customer_id, ACCESS.customer_secret)

    def make(operation: Operation) -> Awaitable[object]:
        channel = f"answers{next(NUMBERS)}"
        task = Task(APP, channel, 7, "mix", "resource")
        made = {
            Operation.ACQUIRE: lambda: client.acquire(at, APP, channel, 7, ACQUIRE),
            Operation.START: lambda: client.start(at, task, START),
            Operation.QUERY: lambda: client.query(at, task, "sid"),
            Operation.UPDATE: lambda: client.update(at, task, "sid", UPDATE),
            Operation.UPDATE_LAYOUT: lambda: client.update_layout(at, task, "sid", LAYOUT),
            Operation.STOP: lambda: client.stop(at, task, "sid", async_stop=True),
        }
        return made[operation]()

    return make


@pytest.mark.parametrize("answer", CHOSEN, ids=lambda answer: answer.id)
async def test_an_answer_over_http_is_what_it_is(
    call: Call, simulator: Simulator, answer: Answer
) -> None:
    """A success returns what was asked for; an error is of its kind, and betrays nothing."""
    simulator.fault("answer", operation=answer.operation, status=answer.http, text=answer.text)
    if answer.outcome == "Success":
        assert asked_for(answer) == await call(answer.operation)
        return
    with pytest.raises(AgoraError) as caught:
        await call(answer.operation)

    assert answer.outcome == caught.typename
    assert not betrayed(str(caught.value))


def asked_for(answer: Answer) -> object:
    """Return what a call returns of a success."""
    match answer.operation:
        case Operation.ACQUIRE:
            return answer.body["resourceId"]
        case Operation.START:
            return answer.body["sid"]
        case Operation.UPDATE | Operation.UPDATE_LAYOUT:
            return None
        case _:
            return wire.server_response(answer.body)
