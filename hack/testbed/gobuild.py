"""Builds Go programs from a Go module, and says every few seconds how far it is.

Knows nothing about which programs; `testbed.binaries` does.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from testbed.processes import Process

Report = Callable[[str], None]
"""Takes one line about the progress, without a line end."""

PROGRESS_EVERY = 10.0
"""Seconds between two reports on the same step."""


class MissingToolError(RuntimeError):
    """A program that must already be on this machine is not; the message names the remedy."""


class BuildError(RuntimeError):
    """The Go toolchain refused; the message carries the end of its output."""


@dataclass(frozen=True)
class Recipe:
    """What to build, from where, and under which name the result is kept."""

    name: str
    """What people call the result: "the control plane"."""

    module: Path
    """The folder with go.mod."""

    packages: tuple[str, ...]
    """The main packages; each becomes a program of the same name."""

    ldflags: str
    """Flags for the linker, which carry the versions that the programs report."""

    instead: str
    """What somebody without Go can do: completes "Install Go, or ..."."""


def to_stderr(line: str) -> None:
    """Report on stderr, so that stdout stays free for results."""
    print(line, file=sys.stderr, flush=True)


def build(recipe: Recipe, into: Path, *, environment: Mapping[str, str], report: Report) -> None:
    """Build the recipe's programs into the folder `into`. May be repeated.

    Args:
        recipe: What to build.
        into: An existing folder.
        environment: For the toolchain; its PATH is where `go` is looked for.
        report: Gets a line at the start and at least every 10 s.

    Raises:
        MissingToolError: If there is no `go`.
        BuildError: If Go cannot fetch or compile the packages.
    """
    go = shutil.which("go", path=environment.get("PATH", ""))
    if go is None:
        raise MissingToolError(
            f"building {recipe.name} needs Go, and there is no `go` on PATH. Install Go 1.26 or "
            f"newer (https://go.dev/doc/install), or {recipe.instead}"
        )
    with tempfile.TemporaryDirectory(prefix="agora-gobuild-") as logs:
        toolchain = _Toolchain(go, recipe, Path(logs), environment, report)
        packages = toolchain.fetch()
        toolchain.compile(into, packages)


@dataclass(frozen=True)
class _Toolchain:
    go: str
    recipe: Recipe
    logs: Path
    environment: Mapping[str, str]
    report: Report

    def fetch(self) -> int:
        """Download what is missing of the modules and return the number of packages to compile."""
        command = (self.go, "list", "-deps", *self.recipe.packages)
        lines = self._run("fetch", command, lambda lines: f"{_downloads(lines)} modules fetched")
        return len(lines) - _downloads(lines)

    def compile(self, into: Path, packages: int) -> None:
        """Compile and link; Go prints each package that its own cache does not hold."""
        flags = ("-v", "-trimpath", "-buildvcs=false", "-ldflags", self.recipe.ldflags)
        command = (self.go, "build", *flags, "-o", f"{into}/", *self.recipe.packages)
        self._run(
            "compile",
            command,
            lambda lines: f"{len(lines)} of at most {packages} packages",
        )

    def _run(
        self, step: str, command: tuple[str, ...], progress: Callable[[list[str]], str]
    ) -> list[str]:
        log = self.logs / step
        env = {**self.environment, "CGO_ENABLED": "0"}
        began = time.monotonic()
        with Process(step, command, log=log, env=env, cwd=self.recipe.module) as process:
            while process.alive:
                seconds = time.monotonic() - began
                done = progress(_lines(log))
                self.report(f"building {self.recipe.name}: {done}, {seconds:.0f} s")
                _let_run(process, PROGRESS_EVERY)
        if process.returncode != 0:
            raise BuildError(f"`{' '.join(command)}` failed:\n{process.tail()}")
        return _lines(log)


def _let_run(process: Process, seconds: float) -> None:
    try:
        process.wait(seconds)
    except TimeoutError:
        return


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()


def _downloads(lines: list[str]) -> int:
    return sum(line.startswith("go: ") for line in lines)
