"""One operator process and its two wires: to Agora and to the API server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chaos.processes.objects import Scene
from proxy.agora import AgoraReader, before_agora
from proxy.kube import Write, before_kube
from proxy.proxy import Proxy
from testbed.operator import Operator


@dataclass(frozen=True, slots=True)
class Replica:
    """An operator that reaches the world through proxies only."""

    operator: Operator
    agora: Proxy
    kube: Proxy

    @classmethod
    @contextmanager
    def start(
        cls, scene: Scene, name: str, reader: AgoraReader, **settings: str
    ) -> Iterator[Replica]:
        """Start one.

        Args:
            scene: Where it works.
            name: Tells it from other replicas.
            reader: What is known of Agora's resources; all replicas share it.
            settings: The operator's settings, by their names in lower case.
        """
        directory = scene.cluster.directory / name
        directory.mkdir()
        with (
            before_agora(scene.simulator.api, reader) as agora,
            before_kube(scene.cluster, directory) as kube,
            Operator.start(
                scene.cluster, agora.url, server=kube.proxy.url, ca=kube.ca, **settings
            ) as operator,
        ):
            yield cls(operator, agora, kube.proxy)

    def wire_of(self, step: str) -> Proxy:
        """Return the proxy that a step passes through."""
        return self.kube if step in set(Write) else self.agora

    def let_go(self) -> None:
        """Release all that is held, and forget all orders."""
        self.agora.release_all()
        self.kube.release_all()
