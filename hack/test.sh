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

if (($#)); then
  tests "$@"
  exit
fi
step "lint" .venv/bin/ruff check .
step "format" .venv/bin/ruff format --check .
step "types" .venv/bin/mypy
step "layers" .venv/bin/lint-imports --no-logo
step "control plane (built the first time)" .venv/bin/python -m testbed build
step "Helm (built the first time)" .venv/bin/python -m testbed helm
step "generated files" make --no-print-directory verify
echo "=== tests"
tests --coverage-page=check --durations=8 # its summary, with the time it took, is the last line
