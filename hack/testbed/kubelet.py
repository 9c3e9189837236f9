"""`python -m testbed.kubelet`: runs the pods of our images as processes, in a kubelet's place.

kwok plays the nodes, and the pods of all other images. A pod's processes end with this one. It also
answers `kubectl logs`, and writes down where Services lead.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
from pathlib import Path
from typing import Final

import httpx

from testbed.nodeapi import NodeApi
from testbed.podlogs import HOST, PodLogs
from testbed.pods import Pod, Surroundings
from testbed.podspec import Manifest, is_ours
from testbed.services import table_of, write_table

_AGAIN_AFTER: Final = 0.3  # seconds
_LOG: Final = logging.getLogger("kubelet")


class Kubelet:
    """Watches the pods that are on a node, and lets each of ours live."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._pods: dict[str, tuple[Pod, asyncio.Task[None]]] = {}  # by the object's uid

    async def keep_services(self) -> None:
        """Keep the table of Services true, for ever."""
        written = None
        while True:
            backends = [backend for pod, _ in self._pods.values() if (backend := pod.backend)]
            table = table_of(await self._around.api.services(), backends)
            if table != written:
                write_table(self._around.services, table)
                written = table
            await asyncio.sleep(_AGAIN_AFTER)

    async def run(self) -> None:
        """Watch for ever; an API server that is away is asked again."""
        while True:
            try:
                await self._watch()
            except httpx.HTTPError as error:
                _LOG.warning("Watching again after %s", type(error).__name__)
            await asyncio.sleep(_AGAIN_AFTER)

    async def _watch(self) -> None:
        pods, version = await self._around.api.pods()
        for uid in self._pods.keys() - {pod["metadata"]["uid"] for pod in pods}:
            self._forget(uid)
        for pod in pods:
            self._observe(pod)
        async for kind, pod in self._around.api.changes(version):
            if kind == "DELETED":
                self._forget(pod["metadata"]["uid"])
            else:
                self._observe(pod)

    def _observe(self, manifest: Manifest) -> None:
        uid = manifest["metadata"]["uid"]
        if uid in self._pods:
            self._pods[uid][0].observed(manifest)
        elif is_ours(manifest):
            pod = Pod(manifest, _free_address(), self._around)
            task = asyncio.create_task(pod.run(), name=manifest["metadata"]["name"])
            task.add_done_callback(_complain)
            self._pods[uid] = (pod, task)

    def _forget(self, uid: str) -> None:
        """End what is left of a pod whose object is gone, as after a forced deletion."""
        if uid in self._pods:
            pod, _ = self._pods.pop(uid)
            pod.vanished()


def _free_address() -> str:
    """Return a loopback address; other testbeds on this machine hardly have the same."""
    second, third, fourth = (random.randint(1, 254) for _ in range(3))  # noqa: S311
    return f"127.{second}.{third}.{fourth}"


def _complain(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        _LOG.error("Pod %s ended with %r", task.get_name(), error, exc_info=error)


async def run(kubeconfig: Path, images: Path, directory: Path) -> None:
    """Run pods until this process is ended."""
    alone = httpx.Limits(max_keepalive_connections=0)  # a probe of the kubelet reuses no connection
    async with httpx.AsyncClient(limits=alone, trust_env=False) as probing:
        api, services = NodeApi(kubeconfig), directory / "services.json"
        write_table(services, {})
        await api.announce(HOST, await PodLogs(directory).start())
        kubelet = Kubelet(Surroundings(api, images, directory, services, probing))
        async with asyncio.TaskGroup() as group:
            group.create_task(kubelet.run())
            group.create_task(kubelet.keep_services())


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m testbed.kubelet", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True, help="the administrator's")
    parser.add_argument("--images", type=Path, required=True, help="JSON: what each image runs")
    parser.add_argument("--directory", type=Path, required=True, help="for the pods' logs")
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level="INFO")
    logging.getLogger("httpx").setLevel("WARNING")
    asyncio.run(run(**vars(parser.parse_args())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
