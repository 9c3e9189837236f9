"""What the documentation says is true of this checkout."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agora_recording.agora.protocol import Task, stop
from agora_recording.crd.clusterproject import ClusterAgoraProjectSpec
from agora_recording.crd.model import API_VERSION
from agora_recording.crd.project import AgoraProjectSpec
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.domain.reason import Reason
from agora_recording.kube.permissions import IN_NAMESPACES
from agora_recording.telemetry import Metrics

ROOT = Path(__file__).parents[3]
README = ROOT / "README.md"
CHINESE = ROOT / "docs/zh/quick-start.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
REASONS = CHINESE.read_text().partition("\n| 原因 |")[2]
"""The table of reasons of the Chinese quick start."""
PAGES = [README, CONTRIBUTING, *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("changes/*"))]
SPECS = {
    "CloudRecording": CloudRecordingSpec,
    "AgoraProject": AgoraProjectSpec,
    "ClusterAgoraProject": ClusterAgoraProjectSpec,
}
PACKAGE = "operator/agora_recording"

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks of a page in a language."""
    pattern = rf"^ *```{language}\n(.*?)^ *```$"
    return re.findall(pattern, page.read_text(), re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def links(page: Path) -> Iterator[str]:
    """Yield the targets of all links of a page."""
    text = prose(page)
    yield from re.findall(r"\]\(([^)\s]+)\)", text)
    yield from re.findall(r"^\[[^]]+\]: (\S+)$", text, re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return the anchors that the headings of a page have on GitHub."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def manifests(page: Path) -> list[dict[str, Any]]:
    """Return the objects of a page that are of a kind of ours."""
    documents = [each for text in blocks(page, "yaml") for each in yaml.safe_load_all(text)]
    return [each for each in documents if each and each.get("apiVersion") == API_VERSION]


def folders(root: Path) -> list[Path]:
    """Return the folders in a folder that belong to the project, not what is built into dist/."""
    found = (path for path in root.iterdir() if path.is_dir() and path.name != "dist")
    return sorted(path for path in found if re.fullmatch(r"\.ci|[a-z]\w*", path.name))


@each_page
def test_relative_links_lead_somewhere(page: Path) -> None:
    """To a file that exists, and to a heading that it has."""
    for link in links(page):
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        file = (page.parent / target).resolve() if target else page

        assert file.exists(), link
        assert not anchor or anchor in anchors(file), link


@each_page
def test_named_paths_exist(page: Path) -> None:
    """A path in the prose is one of this checkout."""
    named = re.findall(
        r"`((?:operator|simulator|crds|charts|deploy|docs|changes|hack|tests|benchmarks|"
        r"requirements)/[\w./-]*)`",
        prose(page),
    )

    assert [path for path in named if not (ROOT / path).exists()] == []


@each_page
def test_named_verbs_exist(page: Path) -> None:
    """Each `make` verb is one of the Makefile's."""
    verbs = set(re.findall(r"^([a-z0-9-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page.read_text()
    named = set(re.findall(r"(?:`|^)make ([a-z0-9-]+)", text, re.MULTILINE))

    assert named <= verbs


@each_page
def test_named_settings_and_metrics_exist(page: Path) -> None:
    """A metric in a table is one that the operator serves."""
    served = {
        sample.name for family in Metrics().registry.collect() for sample in family.samples
    } | {family.name for family in Metrics().registry.collect()}
    served |= {f"{name}_total" for name in served}
    named = re.findall(
        r"^\| `((?:agora|workqueue|event|kube)_\w+)` \|", page.read_text(), re.MULTILINE
    )

    assert set(named) <= served


def test_the_readme_shows_a_project_and_a_recording() -> None:
    """The shortest manifest is whole."""
    assert [each["kind"] for each in manifests(README)] == ["AgoraProject", "CloudRecording"]


def test_the_chinese_quick_start_shows_the_same() -> None:
    """No manifest that is not in the README, and no command that is not on an English page."""
    english = [block for page in PAGES if page != CHINESE for block in blocks(page, "sh")]

    assert [each["kind"] for each in manifests(CHINESE)] == ["AgoraProject", "CloudRecording"]
    assert [each for each in manifests(CHINESE) if each not in manifests(README)] == []
    assert [block for block in blocks(CHINESE, "sh") if block not in english] == []


@pytest.mark.parametrize("reason", re.findall(r"^\| (`\w+`.*?) \|", REASONS, re.MULTILINE))
def test_the_chinese_quick_start_names_only_reasons_that_there_are(reason: str) -> None:
    """A word that changes is changed there too."""
    words = re.findall(r"`(\w+)`", reason)

    assert words
    assert [word for word in words if word not in list(Reason)] == []


@each_page
def test_manifests_are_valid(page: Path) -> None:
    """With no field that the model does not know."""
    for manifest in manifests(page):
        model = SPECS[manifest["kind"]]
        written = manifest["spec"]
        read = model.model_validate(written)

        assert unknown(written, read.model_dump(mode="json", by_alias=True)) == []


def unknown(written: dict[str, Any], known: dict[str, Any], inside: str = "") -> list[str]:
    """Return the paths of members that were written and not understood."""
    found = [f"{inside}{name}" for name in written if name not in known]
    for name, value in written.items():
        if isinstance(value, dict) and isinstance(known.get(name), dict):
            found += unknown(value, known[name], f"{inside}{name}.")
    return found


def test_unknown_fields_are_found() -> None:
    """Models ignore what they do not know; this test does not."""
    assert unknown({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}) == ["a.c"]


@pytest.mark.parametrize("folder", folders(ROOT), ids=lambda folder: folder.name)
def test_the_map_names_each_top_level_folder(folder: Path) -> None:
    """A newcomer finds each in CONTRIBUTING."""
    assert f"\n| `{folder.name}/` |" in CONTRIBUTING.read_text()


@pytest.mark.parametrize("folder", folders(ROOT / PACKAGE), ids=lambda folder: folder.name)
def test_the_map_names_each_folder_of_the_operator(folder: Path) -> None:
    """Each folder has its row, which names no module that is not there."""
    row = re.search(
        rf"^\| `{PACKAGE}/{folder.name}/` \| (.*)$", CONTRIBUTING.read_text(), re.MULTILINE
    )

    assert row is not None
    assert [
        name for name in re.findall(r"`(\w+\.py)`", row[1]) if not (folder / name).exists()
    ] == []


def test_the_map_names_each_module_of_the_package() -> None:
    """Those that lie in no folder."""
    modules = {path.name for path in (ROOT / PACKAGE).glob("[a-z]*.py")}

    assert {name for name in modules if f"`{PACKAGE}/{name}`" not in CONTRIBUTING.read_text()} == (
        set()
    )


@pytest.mark.parametrize("reason", [each.value for each in Reason])
def test_troubleshooting_speaks_of_each_reason(reason: str) -> None:
    """Whoever looks a reason up finds it."""
    text = (ROOT / "docs/how-to/troubleshooting.md").read_text()

    assert f"`{reason}`" in text or f"**{reason}.**" in text


def test_the_stop_by_hand_is_the_operators_stop() -> None:
    """A person who must stop a recording by hand asks for the same path."""
    task = Task("$APP_ID", "CHANNEL", 1, "mix", "$RESOURCE_ID")
    path = stop(task, "$SID", async_stop=True).path

    assert path in (ROOT / "docs/guarantees.md").read_text()


def test_secrets_are_read_by_name_only() -> None:
    """The README says so."""
    verbs = [each.verbs for each in IN_NAMESPACES if "secrets" in each.resources]

    assert verbs == [("get",)]
