#!/usr/bin/env bash
# base.sh ARCHIVE: make a base for the image out of Debian's packages alone, where no registry of images
# can be reached. It stands for python:3.11-slim: `python` on PATH, and Python's library not compiled.
# It trusts the certificate authorities that this machine trusts; the image adds none.
set -euo pipefail
certificates=/etc/ssl/certs/ca-certificates.crt
mmdebstrap --quiet --variant=minbase --include=ca-certificates,python3,python3-venv \
  --customize-hook="copy-in $certificates ${certificates%/*}" \
  --customize-hook='printf "[global]\ncert = %s\n" '"$certificates"' >"$1/etc/pip.conf"' \
  --customize-hook='ln -s python3 "$1/usr/bin/python"' \
  --customize-hook='find "$1/usr" -depth -name __pycache__ -exec rm -r {} +' \
  --customize-hook='rm -rf "$1"/usr/share/doc "$1"/usr/share/locale "$1"/var/cache/apt/* "$1"/var/log/*' \
  bookworm "$1" http://deb.debian.org/debian
