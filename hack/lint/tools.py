"""The programs that judge the chart, each at one version, built when they are first needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from testbed.cache import Recipe, built_once
from testbed.gobuild import Recipe as GoProgram
from testbed.gobuild import to_stderr
from testbed.pyenv import Requirements

_HACK: Final = Path(__file__).parents[1]
_WITHOUT_GO: Final = "go without `make lint-chart`"


def helm_unittest() -> Path:
    """Return the program of helm-unittest, which needs no Helm beside it."""
    package = "github.com/helm-unittest/helm-unittest/cmd/helm-unittest"
    return _built(_go_program("helm-unittest", package)) / "helm-unittest"


def kube_score() -> Path:
    """Return the program of kube-score."""
    package = "github.com/zegl/kube-score/cmd/kube-score"
    return _built(_go_program("kube-score", package)) / "kube-score"


def checkov() -> Path:
    """Return the Python that has checkov."""
    lock = _HACK.parent / "requirements" / "lint.txt"
    return _built(Requirements("checkov", lock)) / "bin" / "python"


def _go_program(name: str, package: str) -> Recipe:
    return GoProgram(name, _HACK / name, (package,), "-s -w", _WITHOUT_GO)


def _built(recipe: Recipe) -> Path:
    """Return the folder with what a recipe makes. Raises as ``built_once``."""
    return built_once(recipe, os.environ, to_stderr)
