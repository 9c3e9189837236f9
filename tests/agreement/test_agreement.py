"""The API server, the models and Agora accept the same specs, as far as one object can tell.

`AGREEMENT=full` judges many more; `make agreement` does.
"""

import itertools
import json
import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from pydantic import ValidationError

from agora_recording.crd.recording import CloudRecordingSpec
from agreement.agora import refusal, unchecked
from agreement.exceptions import TOLERATED, Tolerated, tolerated
from agreement.specs import slipped, valid
from e2e.kubeapi import Answer, KubeApi
from e2e.objects import RECORDING

Object = dict[str, Any]

FULL = os.environ.get("AGREEMENT") == "full"
VALID = 10_000 if FULL else 300
INVALID = 5_000 if FULL else 150
LIMIT = 3600 if FULL else 600
"""Seconds that a test may take on a machine that has other work."""
AT_ONCE = 8
"""Questions to the API server at a time."""
ROUND = 1000
"""Specs that Hypothesis makes before it forgets what it has made, which takes memory."""
SHOWN = 3
"""The simplest of those that are judged differently."""


@dataclass(frozen=True)
class Verdict:
    """What was said of a spec."""

    spec: Object
    server: Answer
    agora: str | None
    """Why it cannot be recorded, if it cannot."""

    def __str__(self) -> str:
        """Return all of it, to be read in a failure."""
        said = "accepted" if self.server.accepted else self.server.body["message"]
        return f"{json.dumps(self.spec)}\n  API server: {said}\n  Agora: {self.agora}"


def judged(api: KubeApi, strategy: Any, count: int) -> list[Verdict]:  # noqa: ANN401 - of Hypothesis
    """Return what each judge says of so many different specs, or some more.

    The API server is asked while further specs are made; Agora gets what it answers.
    """
    asked: dict[str, tuple[Object, Future[Answer]]] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:

        @settings(
            max_examples=min(count, ROUND),
            phases=[Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def ask(spec: Object) -> None:
            text = json.dumps(spec, sort_keys=True)
            if text not in asked:
                asked[text] = spec, pool.submit(created, api, spec)

        rounds = itertools.count()
        while len(asked) < count:
            seed(next(rounds))(ask)()  # else, where Hypothesis sees CI, all rounds are the same
    return [verdict(spec, answer.result()) for spec, answer in asked.values()]


def created(api: KubeApi, spec: Object) -> Answer:
    """Return what the API server says of a spec, as far as it matters."""
    answer = api.create(RECORDING | {"metadata": {"name": "random"}, "spec": spec})
    said = {name: answer.body[name] for name in ("spec", "message") if name in answer.body}
    return Answer(answer.status, said)


def verdict(spec: Object, answer: Answer) -> Verdict:
    """Return what all say of a spec; to Agora goes what the API server makes of it."""
    return Verdict(spec, answer, of_agora(spec, answer))


def of_agora(spec: Object, answer: Answer) -> str | None:
    """Return why a spec cannot be recorded, whatever the API server thinks of it."""
    if not answer.accepted:
        return unchecked(spec)
    try:
        return refusal(CloudRecordingSpec.model_validate(answer.body["spec"]))
    except ValidationError as error:
        return f"the model: {error}"


def simplest(verdicts: Iterable[Verdict]) -> str:
    """Return the simplest of some verdicts; empty if there are none."""
    ordered = sorted(map(str, verdicts), key=len)
    return "\n".join([f"{len(ordered)} disagreements", *ordered[:SHOWN]]) if ordered else ""


@pytest.mark.timeout(LIMIT)
def test_all_accept_what_keeps_every_rule(api: KubeApi) -> None:
    """The API server, the model, and the simulator the requests that it becomes."""
    verdicts = judged(api, valid(), VALID)
    differing = (
        each
        for each in verdicts
        if not each.server.accepted or (each.agora and not tolerated(each.spec, each.agora))
    )

    found = simplest(differing)
    assert not found, found


@pytest.mark.timeout(LIMIT)
def test_the_api_server_refuses_first_what_agora_refuses(api: KubeApi) -> None:
    """With a slip anywhere in a spec: it is refused where it is applied, or does no harm."""
    verdicts = judged(api, slipped(), 100 + 2 * INVALID)
    refused = [each for each in verdicts if not each.server.accepted]
    let_through = (
        each
        for each in verdicts
        if each.server.accepted and each.agora and not tolerated(each.spec, each.agora)
    )

    found = simplest(let_through)
    assert not found, found
    assert len(refused) >= INVALID
    assert len([each for each in refused if each.agora]) >= INVALID // 10


@pytest.mark.parametrize("exception", TOLERATED, ids=lambda exception: exception.name)
def test_an_exception_still_occurs(api: KubeApi, exception: Tolerated) -> None:
    """What can be foreseen by now is refused by the API server."""
    spec = dict(exception.example)
    found = verdict(spec, created(api, spec))

    assert found.server.accepted
    assert found.agora is not None
    assert found.agora.startswith(exception.says)
    assert exception.covers(spec, found.agora)
