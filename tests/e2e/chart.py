"""The chart, as the real Helm renders and installs it."""

import subprocess
from pathlib import Path

import yaml

from e2e.kubeapi import Object
from testbed.controlplane import ControlPlane

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "agora-recording-operator"


def run(helm: Path, *arguments: str, cluster: ControlPlane | None = None) -> str:
    """Run Helm and return what it prints, on stderr too if it fails."""
    environment = cluster.environment() if cluster else None
    command = [str(helm), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return result.stdout + (result.stderr if result.returncode else "")


def objects(helm: Path, *values: str) -> list[Object]:
    """Return all objects that the chart makes."""
    sets = [word for value in values for word in ("--set", value)]
    documents = yaml.safe_load_all(run(helm, "template", "x", str(CHART), *sets))
    return [dict(document) for document in documents if document]


def rendered(helm: Path, kind: str, *values: str) -> Object:
    """Return the object of a kind that the chart makes."""
    (only,) = [each for each in objects(helm, *values) if each["kind"] == kind]
    return only
