"""The command line says of good and bad files what the golden texts say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.offline.commands import main
from agora_recording.offline.kinds import judged, kinds
from unit.offline.command_line import FILES, run

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "deploy/samples"
PROJECT = SAMPLES / "2-project.yaml"
REWRITE = bool(os.environ.get("REWRITE_GOLDEN"))
HOW = 'if it reads well: REWRITE_GOLDEN=1 make test ARGS="tests/unit/offline"'

CASES = {
    f"{command}-{Path(name).stem}": [command, "-v", "-f", name]
    for command in ("validate", "plan")
    for name in sorted(path.name for path in FILES.iterdir())
} | {
    "validate-json": ["validate", "-o", "json", "-v", "list.json", "foreign.yaml"],
    "plan-json": ["plan", "-o", "json", "-v", "-f", "good.yaml"],
    "plan-namespace": ["plan", "-n", "team", "-f", "references.yaml", "-f", "alone.yaml"],
    "validate-missing": ["validate", "none.yaml", "list.json"],
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_is_golden(case: str) -> None:
    """Every word of it is read by a person before it changes."""
    code, out, err = run(*CASES[case])
    said = f"exit code {code}\n--- standard output\n{out}--- standard error\n{err}"
    golden = GOLDEN / f"{case}.txt"
    if REWRITE:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(said)

    assert said == golden.read_text(), HOW


def test_no_golden_text_is_left_over() -> None:
    """Each belongs to a case."""
    assert {path.stem for path in GOLDEN.iterdir()} == CASES.keys()


def test_the_samples_are_valid() -> None:
    """They are what people begin with."""
    assert run("validate", "-f", str(SAMPLES))[:2] == (0, "")


@pytest.mark.parametrize("sample", sorted(SAMPLES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_each_sample_can_be_planned(sample: Path) -> None:
    """With the project of its own, or else with that of the first samples."""
    code, text, _ = run("plan", "-o", "json", "-f", str(sample), "-f", str(PROJECT))
    wanted = sample.read_text().count("kind: CloudRecording\n")

    assert code == 0
    assert [len(plan["calls"]) for plan in json.loads(text)["plans"]] == [3] * wanted


def test_standard_input_is_a_file_too() -> None:
    """For what Helm or Kustomize render."""
    command = [sys.executable, "-m", "agora_recording", "validate", "-f", "-"]
    text = (FILES / "bad.yaml").read_text()
    environment = os.environ | {"PYTHONPATH": str(ROOT / "operator")}
    ran = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, env=environment
    )

    assert ran.returncode == 1
    assert ran.stdout.startswith("<stdin>:4: CloudRecording/Stand_up: metadata.name: ")


def test_a_command_ends_quietly_when_its_reader_has_enough() -> None:
    """As before ``| head``: no traceback."""
    command = f"{sys.executable} -m agora_recording plan -o json -f good.yaml | head -c 1"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "operator")}
    ran = subprocess.run(
        ["/bin/bash", "-c", f"for n in 1 2 3; do {command}; done"],
        cwd=FILES,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )

    assert "Traceback" not in ran.stderr
    assert "Exception" not in ran.stderr
    assert ran.stdout == "{" * 3


def test_the_commands_start_without_what_runs_the_operator() -> None:
    """People run them at each commit: loading kopf alone would take longer than all of it."""
    names = ["kopf", "kubernetes", "httpx", "aiohttp", "obstore", "prometheus_client"]
    code = (
        "import sys; from agora_recording.__main__ import run; "
        f"code = run(['plan', '-f', 'good.yaml']); "
        f"sys.exit(code or str([n for n in {names} if n in sys.modules]))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "operator")}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=FILES,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )

    assert ran.stderr.splitlines()[-1] == "[]"


def test_a_command_without_files_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing checked must not look like nothing wrong."""
    with pytest.raises(SystemExit) as stopped:
        main(["validate"])

    assert stopped.value.code == 2
    assert "give the files with -f" in capsys.readouterr().err


Json = dict | list | str | float | bool | None

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=9,
)
MEMBERS = st.sampled_from(["mix", "layout", "video", "storage", "channel", "uid", "name", "custom"])
NESTED = st.recursive(JSON, lambda inner: st.dictionaries(MEMBERS, inner, max_size=4), max_leaves=9)


@given(
    kind=st.sampled_from(sorted(kinds())),
    spec=NESTED,
    metadata=JSON | st.dictionaries(st.sampled_from(["name", "labels", "namespace"]), JSON),
    status=JSON,
)
def test_no_object_is_too_odd_to_be_judged(
    kind: str,
    spec: Json,
    metadata: Json,
    status: Json,
) -> None:
    """Whatever a file holds, the answer is a verdict and no traceback."""
    head = {"apiVersion": "recording.agora.io/v1alpha1", "kind": kind}
    causes = judged(kinds()[kind], head | {"metadata": metadata, "spec": spec, "status": status})

    assert all(each.message and isinstance(each.field, str) for each in causes)
