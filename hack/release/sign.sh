#!/usr/bin/env bash
# `make sign`: sign all that was pushed, and what is published beside it, with cosign and no key of ours;
# the images also get the bill of materials. It can be run where CI vouches for who it is.
set -euo pipefail
cd "$(dirname "$0")/../../dist"
while read -r name; do
  pushed=${name%:*@*}@${name#*@} # without the tag
  cosign sign --yes "$pushed"
  [[ $pushed == */charts/* ]] || cosign attest --yes --type cyclonedx --predicate sbom.cdx.json "$pushed"
done <images.txt
for file in install.yaml sbom.cdx.json; do
  cosign sign-blob --yes --bundle "$file.sigstore.json" "$file"
done
