"""Builds Go programs from a Go module, and says every few seconds how far it is.

Knows nothing about which programs; `testbed.binaries` does.
"""

import hashlib
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

    @property
    def folder(self) -> str:
        """The name of the folder for the result, by the sources, the versions and the flags.

        Of the module's own programs only those of this recipe count: another one beside them is
        none of its business.
        """
        sources = [
            file for package in self.packages for file in (self.module / package).glob("*.go")
        ]
        digest = hashlib.sha256(self.ldflags.encode())
        for file in sorted([*self.module.glob("go.*"), *sources]):
            digest.update(file.read_bytes())
        return f"{self.module.name}-{digest.hexdigest()[:16]}"

    def build(self, into: Path, *, environment: Mapping[str, str], report: Report) -> None:
        """Build the programs into the folder `into`. May be repeated.

        Args:
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
                f"building {self.name} needs Go, and there is no `go` on PATH. Install Go 1.26 or "
                f"newer (https://go.dev/doc/install), or {self.instead}"
            )
        with tempfile.TemporaryDirectory(prefix="agora-gobuild-") as logs:
            toolchain = _Toolchain(go, self, Path(logs), environment, report)
            packages = toolchain.fetch()
            toolchain.compile(into, packages)


def to_stderr(line: str) -> None:
    """Report on stderr, so that stdout stays free for results."""
    print(line, file=sys.stderr, flush=True)


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
        def say(lines: list[str]) -> str:
            return f"building {self.recipe.name}: {progress(lines)}"

        env = {**self.environment, "CGO_ENABLED": "0"}
        log, module = self.logs / step, self.recipe.module
        return run_telling(command, say, log=log, env=env, cwd=module, report=self.report)


def run_telling(
    command: tuple[str, ...],
    progress: Callable[[list[str]], str],
    *,
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    report: Report,
) -> list[str]:
    """Run a command to its end, tell every 10 s how far it is, and return the lines it printed.

    Raises:
        BuildError: If it fails.
    """
    began = time.monotonic()
    with Process(log.name, command, log=log, env=env, cwd=cwd) as process:
        while process.alive:
            seconds = time.monotonic() - began
            report(f"{progress(_lines(log))}, {seconds:.0f} s")
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
