"""Builds and runs the image without a daemon: buildah, and podman with runc, as root.

They keep their images in a folder of their own, which goes when the tests do.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from testbed.gobuild import MissingToolError
from testbed.processes import Process, exit_on_sigterm
from testbed.statedir import state_directory

HERE: Final = Path(__file__).parent
TOOLS: Final = ("buildah", "mmdebstrap", "podman", "runc")
DRIVERS: Final = ("overlay", "vfs")
"""How images are stored: the second works everywhere, and copies all files for each layer."""
BASE: Final = "localhost/base"
"""The base that the tests build on."""
LIFE_SECONDS: Final = 600
"""No container outlives this, whatever becomes of the test that started it."""
FILES: Final = 1024
"""How many open files, and how many processes, a container may have."""
RESTRICTED: Final = (
    "--read-only",
    "--read-only-tmpfs=false",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    f"--ulimit=nofile={FILES}:{FILES}",
    f"--ulimit=nproc={FILES}:{FILES}",
)
"""As the chart's pods run."""


class Engine:
    """Buildah and podman on one store of images."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._podman = (
            "podman",
            "--runtime=runc",
            "--cgroup-manager=cgroupfs",
            "--events-backend=none",
            f"--tmpdir={directory / 'libpod'}",
        )
        self._environment = next(filter(_can_store, map(self._stored_by, DRIVERS)))

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Engine]:
        """Give one with an empty store; its containers and images go with the block.

        Raises:
            MissingToolError: If one of the tools is not installed.
        """
        if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
            raise MissingToolError(f"there is no {', no '.join(missing)}: run `make image-deps`")
        with exit_on_sigterm(), state_directory() as directory:
            engine = cls(directory)
            try:
                yield engine
            finally:
                engine.podman("rm", "--all", "--force", "--time=0")

    def add_base(self, archive: Path) -> None:
        """Make the base of a root file system."""
        container = self._run("buildah", "from", "scratch").strip()
        self._run("buildah", "add", "--quiet", container, str(archive), "/")
        self._run("buildah", "commit", "--quiet", "--rm", container, BASE)

    def build(self, target: str) -> str:
        """Build one of the images on the base as `make image` does, and return its name."""
        self._run(str(HERE / "build.sh"), TARGETS=target, PYTHON=BASE, VERSION="test")
        return f"localhost/agora-recording-{target}:test"

    def inspect(self, image: str) -> dict[str, Any]:
        """Return what the image says of itself, its layers and its size."""
        (found,) = json.loads(self.podman("image", "inspect", image))
        described: dict[str, Any] = found
        return described

    def podman(self, *arguments: str) -> str:
        """Run podman and return what it prints.

        Raises:
            subprocess.CalledProcessError: If it fails.
        """
        return self._run(*self._podman, *arguments)

    def container(self, name: str, image: str, *arguments: str, options: Sequence[str]) -> Process:
        """Make a container, as restricted as the chart's pods, and return it as a process to start.

        Args:
            name: Of the container.
            image: What it runs.
            arguments: Of the image's entry point.
            options: Of `podman create`, such as what to mount.
        """
        limits = (*RESTRICTED, f"--timeout={LIFE_SECONDS}", "--network=host", f"--name={name}")
        self.podman("create", *limits, *options, image, *arguments)
        command = [*self._podman, "start", "--attach", "--sig-proxy", name]
        log = self.directory / f"{name}.log"
        return Process(name, command, log=log, env=self._environment)

    def run_in(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a running container, and return what came of it."""
        words = (*self._podman, "exec", name, *command)
        return subprocess.run(
            words, env=self._environment, capture_output=True, text=True, check=False
        )

    def pid(self, name: str) -> int:
        """Return the process id, on this machine, of what a container runs."""
        return int(self.podman("container", "inspect", "--format={{.State.Pid}}", name))

    def _stored_by(self, driver: str) -> dict[str, str]:
        """Return an environment in which both tools store with this driver."""
        conf, place = self.directory / f"{driver}.conf", self.directory / driver
        lines = f'driver = "{driver}"\ngraphroot = "{place}/graph"\nrunroot = "{place}/run"\n'
        conf.write_text(f"[storage]\n{lines}", encoding="utf-8")
        chosen = {"ENGINE": "buildah", "BUILDAH_ISOLATION": "chroot"}
        return {**os.environ, **chosen, "CONTAINERS_STORAGE_CONF": str(conf)}

    def _run(self, *command: str, **more: str) -> str:
        done = subprocess.run(
            command, env=self._environment | more, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout


def _can_store(environment: dict[str, str]) -> bool:
    """Say whether buildah can store as the environment tells."""
    asked = subprocess.run(
        ["buildah", "info"], env=environment, stdout=subprocess.DEVNULL, check=False
    )
    return asked.returncode == 0


def debian_base() -> Path:
    """Return the root file system that stands for the image's base, made anew each month."""
    cache = Path.home() / ".cache" / "agora-recording-operator"
    recipe = HERE / "base.sh"
    digest = hashlib.sha256(recipe.read_bytes()).hexdigest()[:16]
    archive = cache / f"image-base-{datetime.now(UTC):%Y-%m}-{digest}.tar"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = archive.with_suffix(f".{os.getpid()}.tar")
        subprocess.run([recipe, unfinished], check=True)
        unfinished.rename(archive)
    return archive
