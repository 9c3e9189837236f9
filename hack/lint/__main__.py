"""`python -m lint`: judges the chart with all values of tests/e2e/values."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lint import exceptions, findings, tools
from testbed.binaries import find_or_build_helm
from testbed.gobuild import BuildError, MissingToolError

ROOT: Final = Path(__file__).parents[2]
CHART: Final = ROOT / "charts" / findings.CHART
VALUES: Final = tuple(sorted((ROOT / "tests" / "e2e" / "values").glob("*.yaml")))
OLDEST: Final = "v1.32"
"""The oldest Kubernetes that the chart is for."""
OPTIONAL: Final = ("container-ports-check", "container-seccomp-profile")
"""What kube-score checks if it is told to. The rest of that wants pods to get no more than they are
sure of."""
NAMESPACE: Final = "recording"


def main() -> int:
    """Run all linters and return the exit code: 1 if any of them complains."""
    steps = {
        "helm lint": helm_lint,
        "helm-unittest": unit_tests,
        "kube-score": kube_score,
        "checkov": checkov,
    }
    try:
        return max([_step(name, lint) for name, lint in steps.items()])
    except (BuildError, MissingToolError, findings.UnjudgedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def helm_lint() -> list[str]:
    """Return what Helm says of the chart with values that it finds something in."""
    helm = find_or_build_helm()
    words = (helm, "lint", "--strict", "--quiet", CHART, "--values")
    return [said for values in VALUES if (said := _complaint(*words, values))]


def unit_tests() -> list[str]:
    """Return what helm-unittest says unless all suites in the chart's own folder pass."""
    suites = len([*(CHART / "tests").glob("*_test.yaml")])
    said = _output(tools.helm_unittest(), "--strict", CHART)
    passed = suites and f"Test Suites: {suites} passed, {suites} total" in said
    return [] if passed else [said]


def kube_score() -> list[str]:
    """Return what kube-score finds that it may not, or does not find that it may."""
    program = tools.kube_score()
    options = ["--output-format", "json", "--kubernetes-version", OLDEST]
    options += [word for check in OPTIONAL for word in ("--enable-optional-test", check)]
    found = []
    for values in VALUES:
        score = _output(program, "score", *options, "-", stdin=_rendered(values))
        found += findings.of_kube_score(score, values.stem)
    return _judged(found, "kube-score")


def checkov() -> list[str]:
    """Return the same of checkov, which is told of no network and asks for nothing there."""
    python = tools.checkov()
    options = ("--framework", "kubernetes", "--skip-download", "--compact", "--soft-fail")
    with tempfile.TemporaryDirectory() as folder:
        for values in VALUES:
            (Path(folder) / values.name).write_text(_rendered(values), encoding="utf-8")
        words = ("-m", "checkov.main", "--directory", folder, *options, "--output", "json")
        said = _output(python, *words, "--quiet")
    return _judged(findings.of_checkov(said, len(VALUES)), "checkov")


def _judged(found: list[findings.Finding], linter: str) -> list[str]:
    path = Path(__file__).with_name(f"{linter}.toml")
    return exceptions.complaints(found, exceptions.read(path))


def _step(name: str, lint: Callable[[], list[str]]) -> int:
    """Run a linter; return 1 if it complains."""
    began = time.monotonic()
    complaints = lint()
    for each in complaints:
        print(each)
    verdict = f"{len(complaints)} complaints" if complaints else "ok"
    print(f"{name}: {verdict}, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if complaints else 0


def _rendered(values: Path) -> str:
    """Return all manifests of some values, of a release that is called as they are.

    Checkov, which sees the manifests of all values, then takes none for those of others.
    """
    place = ("--namespace", NAMESPACE, "--kube-version", OLDEST)
    helm = find_or_build_helm()
    return _output(helm, "template", values.stem, CHART, *place, "--values", values)


def _complaint(*command: str | Path) -> str:
    """Return what a command prints if it fails, and else nothing."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip() if done.returncode else ""


def _output(*command: str | Path, stdin: str = "") -> str:
    """Return what a command prints, whatever it thinks of what it is given.

    Raises:
        UnjudgedError: If it prints nothing.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False, input=stdin)
    if not done.stdout.strip():
        raise findings.UnjudgedError(f"{command[0]} printed nothing: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
