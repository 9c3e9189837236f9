"""The life of one pod as a process of this machine: configured, started, probed, restarted, ended.

What a kubelet does with a container, by the same rules and times; only its walls are missing.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from testbed.credentials import write_kubeconfig
from testbed.nodeapi import NodeApi
from testbed.podspec import (
    ConfigurationError,
    Image,
    ImageMissingError,
    Manifest,
    Probe,
    Sources,
    command_of,
    container_of,
    environment_of,
    probe_of,
    read_images,
    sources_of,
    token_seconds,
)
from testbed.podstatus import Ended, Standing, now, status_of
from testbed.probes import verdicts
from testbed.processes import Process
from testbed.services import Backend

PID_FILE: Final = "pid"
"""Beside a pod's log: which process it is."""

LOG_FILE: Final = "log"
_CONTAINER: Final = Path(__file__).with_name("container")
_LOOK_EVERY: Final = 0.05  # seconds between two looks at a process
_CONFIGURE_EVERY: Final = 2.0  # seconds; what is missing may come
_FIRST_BACK_OFF: Final = 10.0  # seconds, doubled with each crash, as the kubelet does
_LONGEST_BACK_OFF: Final = 300.0


@dataclass(frozen=True)
class Surroundings:
    """What all pods of this machine share."""

    api: NodeApi
    images: Path
    """The table of images; it is read for each process anew."""

    directory: Path
    """For each pod's log and kubeconfig."""

    services: Path
    """The table of Services, as `container/sitecustomize.py` reads it."""

    probing: httpx.AsyncClient


class Pod:
    """One pod; `run` it as a task, and tell it what `observed` of its object."""

    def __init__(self, manifest: Manifest, ip: str, surroundings: Surroundings) -> None:
        self.ip = ip
        self._manifest = manifest
        self._around = surroundings
        self._standing = Standing(created=now())
        self._deletion = asyncio.Event()
        self._sick = asyncio.Event()
        self._is_gone = False
        metadata = manifest["metadata"]
        self._home = surroundings.directory / f"{metadata['namespace']}_{metadata['name']}"
        self.log = self._home / LOG_FILE
        self.observed(manifest)

    @property
    def backend(self) -> Backend | None:
        """The pod as one behind a Service; None while it is not ready."""
        return Backend(self._manifest, self.ip) if self._standing.ready else None

    def observed(self, manifest: Manifest) -> None:
        """Take note of what has become of the object."""
        self._manifest = manifest
        if "deletionTimestamp" in manifest["metadata"]:
            self._deletion.set()

    def vanished(self) -> None:
        """Take note that the object is gone: the process is killed."""
        self._is_gone = True
        self._deletion.set()

    async def run(self) -> None:
        """Live the pod's life; it ends when the object may be removed, and is."""
        await self.live()
        await self._deletion.wait()
        await self._around.api.remove(self._manifest)

    async def live(self) -> int:
        """Live until no further process follows; return the last exit code, 0 if there was none."""
        code = 0
        self._home.mkdir(exist_ok=True)
        while process := await self._configured():
            code = await self._lived(process)
            if self._deletion.is_set() or not self._is_run_again(code):
                break
            if self._standing.restarts:  # the first follows at once
                await self._back_off()
            self._standing.restarts += 1
        self._standing.over = True
        await self._report()
        return code

    async def _configured(self) -> Process | None:
        """Return the process to start; None if the pod is deleted before there can be one."""
        while not self._deletion.is_set():
            try:
                return await self._process()
            except ConfigurationError as error:
                await self._wait_because(error.reason, str(error))
                await self._undisturbed(_CONFIGURE_EVERY)
        return None

    async def _process(self) -> Process:
        container = container_of(self._manifest)
        image = read_images(self._around.images).get(container["image"])
        if image is None:
            raise ImageMissingError(f"there is no image {container['image']} in the testbed")
        env = environment_of(self._manifest, image, self.ip, await self._sources(container))
        command = command_of(container, image, self.ip, env)
        env = {**self._machine(image), **await self._credentials(), **env}
        return Process(self._home.name, command, log=self.log, env=env, cwd=self._home)

    async def _sources(self, container: Manifest) -> Sources:
        namespace, found = self._manifest["metadata"]["namespace"], {}
        for resource, name, optional in sources_of(container):
            data = await self._around.api.data(namespace, resource, name)
            if data is not None:
                found[resource, name] = data
            elif not optional:
                raise ConfigurationError(f"there is no {name} among the {resource}")
        return found

    def _machine(self, image: Image) -> dict[str, str]:
        """Return what a container has: Python, the code of a checkout, the cluster's DNS."""
        code = [_CONTAINER, image.checkout / "operator", image.checkout / "simulator"]
        path = [str(Path(sys.executable).parent), os.defpath]
        return {
            "PATH": os.pathsep.join(path),
            "PYTHONPATH": os.pathsep.join(map(str, code)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "HOME": str(self._home),
            "TESTBED_SERVICES": str(self._around.services),
            "TESTBED_NAMESPACE": self._manifest["metadata"]["namespace"],
        }

    async def _credentials(self) -> dict[str, str]:
        """Return a variable for the token, which a process cannot have where a pod has it."""
        seconds = token_seconds(self._manifest)
        if seconds is None:
            return {}
        authority = self._home / "ca.crt"
        authority.write_bytes(self._around.api.authority)
        kubeconfig = write_kubeconfig(
            self._home / "kubeconfig",
            server=self._around.api.server,
            ca=authority,
            token=await self._around.api.token(self._manifest, seconds),
            namespace=self._manifest["metadata"]["namespace"],
        )
        return {"KUBECONFIG": str(kubeconfig)}

    async def _lived(self, process: Process) -> int:
        """Start the process, keep the status true while it runs, and return its exit code."""
        began = now()
        self._standing.running_since, self._sick = began, asyncio.Event()
        process.start()
        (self._home / PID_FILE).write_text(str(process.pid), encoding="utf-8")
        probing = asyncio.create_task(self._probe())
        await self._until_over(process)
        probing.cancel()
        with suppress(asyncio.CancelledError):
            await probing
        code = await self._stopped(process)
        self._standing.ended = Ended(code, began, now(), self._last_words(process, code))
        self._standing.running_since, self._standing.started = None, False
        self._set_ready(ready=False)
        return code

    async def _until_over(self, process: Process) -> None:
        await self._report()
        told = (self._deletion, self._sick)
        await _until(lambda: not process.alive or any(each.is_set() for each in told))

    async def _stopped(self, process: Process) -> int:
        """Ask the process to end, wait as long as the pod allows, and kill it then."""
        if process.alive:
            process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(_until(lambda: not process.alive), self._grace())
        process.kill()
        code = process.returncode or 0
        return code if code >= 0 else 128 - code

    def _last_words(self, process: Process, code: int) -> str:
        policy = container_of(self._manifest).get("terminationMessagePolicy")
        return process.tail(80)[-2048:] if code and policy == "FallbackToLogsOnError" else ""

    def _grace(self) -> float:
        """Return the seconds between SIGTERM and SIGKILL: who deletes a pod may have said them."""
        if self._is_gone:
            return 0
        usual = self._manifest["spec"].get("terminationGracePeriodSeconds", 30)
        return float(self._manifest["metadata"].get("deletionGracePeriodSeconds", usual))

    def _is_run_again(self, code: int) -> bool:
        policy = self._manifest["spec"].get("restartPolicy", "Always")
        return policy == "Always" or (policy == "OnFailure" and code != 0)

    async def _back_off(self) -> None:
        doublings = self._standing.restarts - 1
        seconds = min(_FIRST_BACK_OFF * 2**doublings, _LONGEST_BACK_OFF)
        await self._wait_because("CrashLoopBackOff", f"back-off {seconds:g} s")
        await self._undisturbed(seconds)

    async def _wait_because(self, reason: str, message: str) -> None:
        self._standing.waiting = (reason, message)
        await self._report()

    async def _undisturbed(self, seconds: float) -> None:
        """Wait, but not beyond a deletion."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._deletion.wait(), seconds)

    async def _probe(self) -> None:
        """Probe at startup, and then whether it lives and is ready, both as long as it runs."""
        container = container_of(self._manifest)
        startup, liveness, readiness = (
            probe_of(container, kind) for kind in ("startup", "liveness", "readiness")
        )
        if startup and not await anext(self._verdicts_of(startup)):
            self._sick.set()
            return
        self._standing.started = True
        self._set_ready(ready=readiness is None)
        await self._report()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch_life(liveness))
            group.create_task(self._watch_readiness(readiness))

    async def _watch_life(self, probe: Probe | None) -> None:
        async for good in self._verdicts_of(probe):
            if not good:
                self._sick.set()

    async def _watch_readiness(self, probe: Probe | None) -> None:
        async for good in self._verdicts_of(probe):
            if good != self._standing.ready:
                self._set_ready(ready=good)
                await self._report()

    def _verdicts_of(self, probe: Probe | None) -> AsyncIterator[bool]:
        return verdicts(probe, self.ip, self._around.probing)

    def _set_ready(self, *, ready: bool) -> None:
        if ready != self._standing.ready:
            self._standing.ready, self._standing.ready_changed = ready, now()

    async def _report(self) -> None:
        status: dict[str, Any] = status_of(self._manifest, self.ip, self._standing)
        await self._around.api.report(self._manifest, status)


async def _until(predicate: Callable[[], bool]) -> None:
    while not predicate():  # noqa: ASYNC110 - a process tells nobody that it has ended
        await asyncio.sleep(_LOOK_EVERY)
