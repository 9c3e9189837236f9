"""The command line of `python -m generate`."""

import argparse
import sys
import tempfile
from pathlib import Path

from generate import bundle, crds, kustomize, reference, roles, schemas, values
from testbed.binaries import find_or_build_helm

_ROOT = Path(__file__).parents[2]
_GENERATED = (
    f"{crds.FOLDER}/*.yaml",
    f"{bundle.CHART}/templates/crd-*.yaml",
    f"{reference.FOLDER}/*",
    f"{schemas.FOLDER}/*",
    f"{kustomize.FOLDER}/*/*.yaml",
    f"{kustomize.FOLDER}/*/*/*.yaml",
)
"""Files that nothing but this program makes: what it no longer makes is stale."""


def main() -> int:
    """Write the generated files, or tell which are stale; return the exit code."""
    parser = argparse.ArgumentParser(prog="generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only tell which files are stale")
    check = parser.parse_args().check
    files = generated(_ROOT, find_or_build_helm())
    stale = [*_different(_ROOT, files), *_left_over(_ROOT, files)]
    if not check:
        _write(_ROOT, files, stale)
        return 0
    if stale:
        print("stale:", *stale, "Run `make generate` and commit the result.", sep="\n  ")
    return 1 if stale else 0


def generated(root: Path, helm: Path) -> dict[str, str]:
    """Return the text of each generated file by its path below the root of the repository."""
    templates = crds.chart_templates() | roles.chart_templates()
    with tempfile.TemporaryDirectory(prefix="agora-generate-") as folder:
        chart = bundle.with_templates(root / bundle.CHART, templates, Path(folder))
        rendered = {bundle.PATH: bundle.render(chart, helm)}
        rendered |= kustomize.files(lambda values: bundle.render(chart, helm, values))
    in_chart = {f"{bundle.CHART}/templates/{name}": text for name, text in templates.items()}
    plain = crds.plain_files() | reference.pages() | schemas.files() | values.files(root)
    return plain | in_chart | rendered


def _different(root: Path, files: dict[str, str]) -> list[str]:
    return [path for path, text in files.items() if _read(root / path) != text]


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def _left_over(root: Path, files: dict[str, str]) -> list[str]:
    found = {str(path.relative_to(root)) for each in _GENERATED for path in root.glob(each)}
    return sorted(found - files.keys() - {reference.PROVED})


def _write(root: Path, files: dict[str, str], stale: list[str]) -> None:
    for path in stale:
        print("writing" if path in files else "removing", path)
        if path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(files[path])
        else:
            (root / path).unlink()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as error:  # of Helm, or of finding it; the message says what to do
        sys.exit(str(error))
