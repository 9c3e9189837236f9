#!/usr/bin/env bash
# `make chaos`: fail each step of each life of a recording, and let the simulator's books judge.
# QUICK=1 plays a part that is always the same, which `make test` plays too.
set -euo pipefail
cd "$(dirname "$0")/.."
book=$(mktemp)
trap 'rm -f "$book"' EXIT
parts=(tests/chaos)
if [[ ! ${QUICK:-} ]]; then
  export CHAOS=full
  parts+=(tests/running/test_begin.py)
fi
verdict=0
CHAOS_BOOK=$book .venv/bin/python -m pytest "${parts[@]}" --durations=3 -o timeout=3600 "$@" || verdict=$?
PYTHONPATH=$PYTHONPATH:tests .venv/bin/python -m chaos.book "$book" || verdict=$?
exit "$verdict"
