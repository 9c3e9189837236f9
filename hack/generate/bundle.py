"""The install bundle: the chart, rendered by Helm, for people who install without Helm."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from generate.text import YAML_HEADER

PATH: Final = "deploy/install.yaml"
"""Where the bundle is, below the root of the repository."""

CHART: Final = "charts/agora-recording-operator"
"""Where the chart is, below the root of the repository."""

_RELEASE: Final = "agora-recording-operator"
_NAMESPACE: Final = "agora-recording-system"
_VALUES: Final = ("namespace.create=true", "crds.keep=false")  # the latter is a matter of Helm

_OF_HELM: Final = ("# Source:", "helm.sh/", "app.kubernetes.io/managed-by: Helm")
"""How lines begin that are true only of what Helm installs."""


def render(chart: Path, helm: Path, values: Sequence[str] = ()) -> str:
    """Return the bundle that Helm makes of a chart, with further values if there are any.

    Raises:
        RuntimeError: If Helm refuses the chart; the message is Helm's.
    """
    sets = [word for value in (*_VALUES, *values) for word in ("--set", value)]
    command = [str(helm), "template", _RELEASE, str(chart), "--namespace", _NAMESPACE, *sets]
    command.append("--no-hooks")  # they are a matter of Helm, too
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"helm template failed: {result.stderr.strip()}")
    lines = result.stdout.splitlines(keepends=True)
    return YAML_HEADER + "".join(each for each in lines if not each.lstrip().startswith(_OF_HELM))


def with_templates(chart: Path, templates: dict[str, str], folder: Path) -> Path:
    """Return a copy of a chart, made in `folder`, that holds these templates."""
    copy = folder / chart.name
    shutil.copytree(chart, copy)
    for name, text in templates.items():
        (copy / "templates" / name).write_text(text)
    return copy
