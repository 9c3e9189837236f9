# The verbs of this project. CI and people call these and nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
export PYTHONPATH := operator:simulator:hack

help: ## show the verbs
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/ready ## the main job on real parts (KEEP=1 leaves it up for you)
	@$(PY) -m testbed.demo

test: .venv/ready ## all checks and tests (ARGS="-k name" chooses tests, and skips the checks)
	@hack/test.sh $(ARGS)

e2e: .venv/ready ## install with Helm on nodes, and run the images (ARGS="-k name": installations of that name)
	@hack/e2e.sh $(ARGS)

e2e-deps: .venv/ready ## get what make e2e needs and is not there
	@$(PY) -m testbed.needs --get

chaos: .venv/ready ## fail every step in every way, and let the books judge (QUICK=1: a part)
	@hack/chaos.sh

agreement: .venv/ready ## ask the API server, the models and the simulator about 15,000 random specs
	@AGREEMENT=full $(PY) -m pytest tests/agreement --durations=3

coverage: .venv/ready ## run what proves a field or a code, and write docs/reference/coverage.md
	@$(PY) -m pytest -q --coverage-page=write

mutants: .venv/ready ## change the code in small ways: tests must fail (ARGS=rules: by the books)
	@$(PY) -m mutation $(ARGS)

lint-chart: .venv/ready ## judge the chart: helm lint, helm-unittest, kube-score, checkov, the API server
	@$(PY) -m lint
	@$(PY) -m pytest -q tests/e2e/test_values.py

check: .venv/ready ## lint, types and layers
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

format: .venv/ready ## format the code and mend what can be mended
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

generate: .venv/ready ## write crds/, the generated parts of the chart, deploy/ and docs/reference/
	@$(PY) -m generate

verify: .venv/ready ## prove that what is generated is fresh
	@$(PY) -m generate --check

image: ## build the images (REGISTRY, VERSION, PYTHON=base, PUSH=1: see hack/image/build.sh)
	@hack/image/build.sh

image-test: .venv/ready ## build the images without a daemon and run them as shipped
	@IMAGE_TEST=1 $(PY) -m pytest tests/image $(ARGS)

image-deps: ## install what image-test needs (Debian)
	@hack/image/deps.sh

chart: .venv/ready ## package chart and manifests into dist/ (REGISTRY, VERSION, PUSH=1)
	@hack/release/chart.sh

sbom: .venv/ready ## name all locked packages in dist/sbom.cdx.json
	@hack/release/sbom.sh

notes: .venv/ready ## write the news fragments into dist/notes.md
	@mkdir -p dist && $(PY) -m release.notes >dist/notes.md

sign: ## sign what image and chart pushed, and the files beside it (cosign, in CI)
	@hack/release/sign.sh

version: ## print the version of this checkout
	@hack/release/version.sh

ifndef ARGS # which choose from the installations alone; image-test takes its own
e2e: image-test
endif
e2e-deps: image-deps

lock: .venv/ready ## choose the dependencies' versions anew
	@for name in runtime dev build release lint; do (cd requirements && ../.venv/bin/uv pip compile --quiet --upgrade \
	  --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" $$name.in -o $$name.txt); done

clean: ## remove the virtual environment and caches of this checkout
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

.venv/ready: requirements/dev.txt
	@echo "Installing the locked dependencies into .venv …"
	@python3 -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.PHONY: help lint-chart demo test e2e e2e-deps image image-test image-deps chart sbom notes sign version chaos agreement coverage mutants check format generate verify lock clean
