#!/usr/bin/env bash
# `make test`: every check and every test, with a time per step; ends in pytest's summary.
# With arguments: only pytest, with these arguments.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { # step NAME COMMAND...: run a command, say how long it took
  local name=$1 began=$SECONDS
  shift
  echo "=== $name"
  "$@"
  echo "--- $name: $((SECONDS - began)) s"
}

tests() { .venv/bin/python -m pytest "$@"; }
at_once=(--numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder)

if (($#)); then
  tests "$@"
  exit
fi
step "lint" .venv/bin/ruff check .
step "format" .venv/bin/ruff format --check .
step "types" .venv/bin/mypy
step "layers" .venv/bin/lint-imports --no-logo
step "control plane, nodes and Helm (built the first time)" .venv/bin/python -m testbed.needs --get
step "chart (what judges it is built the first time)" .venv/bin/python -m lint
step "generated files" make --no-print-directory verify
echo "=== tests"
tests "${at_once[@]}" --coverage-page=check --durations=8 # the last line is its summary, with the time
