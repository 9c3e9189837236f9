#!/usr/bin/env bash
# `make e2e`: installations as people make them, on nodes that run the pods. Builds nothing: it says
# what is missing, and `make e2e-deps` gets that. Arguments are pytest's.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -m testbed.needs
.venv/bin/python -m pytest tests/install --durations=8 "$@"
