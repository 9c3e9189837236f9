"""The store behind the operator's own client: what ``KubeApi`` sends goes to memory, not to TLS."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final, cast

from kubernetes.aio.client.api_client import ApiClient

from agora_recording.kube.api import TIMEOUT, KubeApi
from chaos.store.answers import Object
from chaos.store.paths import parse
from chaos.store.server import Store
from chaos.world import labels
from chaos.world.exchange import Answer, Exchange, Step
from chaos.world.gate import Gate

TRAVEL: Final = 0.002
"""Seconds from a process to the API server, and back."""


@dataclass(frozen=True, slots=True)
class _Response:
    """What ``ApiClient.call_api`` returns, as far as ``KubeApi`` looks at it."""

    status: int
    content: bytes

    async def read(self) -> bytes:
        return self.content


class MemoryClient:
    """Stands in for ``ApiClient``: the three members that ``KubeApi`` uses."""

    def __init__(self, store: Store, gate: Gate, process: str) -> None:
        self.configuration = SimpleNamespace(host="")
        self._store = store
        self._gate = gate
        self._process = process

    async def update_params_for_auth(self, *_: object) -> None:
        """Add no credentials: the store asks for none."""

    async def call_api(
        self,
        method: str,
        url: str,
        header_params: Mapping[str, str],
        body: Object | None,
        **_: Any,
    ) -> _Response:
        """Carry a request to the store and its answer back."""

        def carry_out() -> Answer:
            answer = self._store.handle(method, url, body, header_params["Accept"])
            return Answer(answer.status, answer.body)

        exchange = Exchange(
            process=self._process,
            step=_step(self._store, method, url, body or {}),
            carry_out=carry_out,
            carry_out_later=lambda seconds: _later(seconds, carry_out),
            patience=TIMEOUT.total or 0.0,
            lost=TimeoutError,
            refused=ConnectionRefusedError,
            broke=ConnectionResetError,
        )
        answer = await self._gate.exchange(exchange, TRAVEL)
        return _Response(answer.status, json.dumps(answer.body).encode())

    async def close(self) -> None:
        """Close nothing."""


def connect(store: Store, gate: Gate, process: str) -> KubeApi:
    """Return the operator's client of the API server, over the store."""
    return KubeApi(cast("ApiClient", MemoryClient(store, gate, process)))


def _later(seconds: float, carry_out: Any) -> None:  # noqa: ANN401 - its answer is dropped
    asyncio.get_running_loop().call_later(seconds, carry_out)


def _step(store: Store, method: str, url: str, body: Object) -> Step:
    if method == "GET":
        return Step("read", url.partition("?")[0])
    place, _ = parse(url)
    return labels.of_write(store, place, body)
