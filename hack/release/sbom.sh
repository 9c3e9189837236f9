#!/usr/bin/env bash
# `make sbom`: write dist/sbom.cdx.json, which names each locked package with the hashes of its files.
# The tool is locked too, and run apart from what we develop with.
set -euo pipefail
cd "$(dirname "$0")/../.."
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
mkdir -p dist
.venv/bin/uv run --quiet --no-project --isolated --python .venv/bin/python \
  --with-requirements requirements/release.txt \
  python -W "ignore:The Component this BOM:UserWarning" -m cyclonedx_py requirements requirements/runtime.txt \
  --pyproject pyproject.toml --output-reproducible --output-file dist/sbom.cdx.json
