from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


def steps(workflow: Path) -> list[dict[str, Any]]:
    """Return the steps of all jobs."""
    jobs = yaml.safe_load(workflow.read_text())["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


@each_workflow
def test_actions_are_pinned_by_commit(workflow: Path) -> None:
    """A tag can be moved to other code, which would then sign in our name."""
    used = [step["uses"] for step in steps(workflow) if "uses" in step]

    assert used != []
    assert [name for name in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name)] == []


@each_workflow
def test_workflows_call_what_there_is(workflow: Path) -> None:
    """Each verb is one of the Makefile, each other program one of the checkout."""
    said = "\n".join(step.get("run", "") for step in steps(workflow))
    verbs = re.findall(r"\bmake (?:-s )?([\w-]+)", said)
    makefile = (ROOT / "Makefile").read_text()

    assert [verb for verb in verbs if f"\n{verb}: " not in makefile] == []
    assert verbs != [] or (ROOT / said.strip()).is_file()


def test_chart_and_package_have_one_version() -> None:
    """The tag of a release is compared with the chart's; the wheel has the other."""
    chart = yaml.safe_load((ROOT / "charts/agora-recording-operator/Chart.yaml").read_text())

    assert f'\nversion = "{chart["appVersion"]}"\n' in (ROOT / "pyproject.toml").read_text()
    assert chart["version"] == chart["appVersion"]
