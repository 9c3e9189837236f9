"""`python -m testbed.needs`: says what `make e2e` needs, and with `--get` gets what is missing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from testbed.binaries import (
    Obtain,
    find_kubectl,
    find_or_build_control_plane,
    find_or_build_helm,
    find_or_build_kwok,
    find_or_build_scheduler,
)
from testbed.cache import NotBuiltError, built_before, built_once
from testbed.gobuild import BuildError, MissingToolError


class Find(Protocol):
    """Finds programs, or obtains them."""

    def __call__(self, *, obtain: Obtain) -> object:
        """Return where they are."""
        ...


BUILT: Final[Mapping[str, Find]] = {
    "the control plane": find_or_build_control_plane,
    "Helm": find_or_build_helm,
    "kube-scheduler": find_or_build_scheduler,
    "kwok": find_or_build_kwok,
}
"""What `make e2e-deps` builds if nobody has installed it."""

INSTALLED: Final[Mapping[str, Callable[[], object]]] = {"kubectl": find_kubectl}
"""What people install; the error says how."""


def lacking(obtain: Obtain) -> list[str]:
    """Return what cannot be had, a line each, with the command that mends it."""
    found = []
    for name, find in BUILT.items():
        try:
            find(obtain=obtain)
        except NotBuiltError:
            found.append(f"{name}: not installed and not built yet; run `make e2e-deps`")
        except (MissingToolError, BuildError) as error:
            found.append(f"{name}: {error}")
    for name, look in INSTALLED.items():
        try:
            look()
        except MissingToolError as error:
            found.append(f"{name}: {error}")
    return found


def main() -> int:
    """Do what the command line asks for, and say what is still lacking."""
    parser = argparse.ArgumentParser(prog="python -m testbed.needs", description=__doc__)
    parser.add_argument("--get", action="store_true", help="build what is missing")
    lines = lacking(built_once if parser.parse_args().get else built_before)
    for line in lines:
        print(f"missing: {line}", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
