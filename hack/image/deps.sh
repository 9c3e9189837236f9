#!/usr/bin/env bash
# `make image-deps`: install what `make image-test` needs, on Debian and its kin.
set -euo pipefail
sudo=$([[ $EUID == 0 ]] || echo sudo)
$sudo apt-get update -qq
$sudo apt-get install --yes --no-install-recommends buildah conmon mmdebstrap podman runc
