"""Installs locked Python packages apart from what we develop with."""

import hashlib
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from testbed.gobuild import Report, run_telling


@dataclass(frozen=True)
class Requirements:
    """What to install, and under which name the result is kept."""

    name: str
    """What people call it."""

    lock: Path
    """Versions and hashes, as `make lock` writes them."""

    @property
    def folder(self) -> str:
        """The name of the folder for the environment, by what is in it and who runs it."""
        digest = hashlib.sha256(self.lock.read_bytes())
        digest.update(sys.version.encode())
        return f"{self.lock.stem}-{digest.hexdigest()[:16]}"

    def build(self, into: Path, *, environment: Mapping[str, str], report: Report) -> None:
        """Make an environment in the folder `into`, whose Python is `bin/python`.

        Raises:
            BuildError: If a package cannot be fetched, or is not the one that was locked.
        """
        uv = str(Path(sys.executable).with_name("uv"))
        make = (uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(into))
        fill = (uv, "pip", "sync", "--require-hashes", "--python", str(into / "bin" / "python"))
        with tempfile.TemporaryDirectory(prefix="agora-pyenv-") as logs:
            for command in (make, (*fill, str(self.lock))):
                run_telling(
                    command,
                    lambda lines: f"installing {self.name}: {lines[-1] if lines else 'begun'}",
                    log=Path(logs) / command[1],
                    env=environment,
                    cwd=into,
                    report=report,
                )
