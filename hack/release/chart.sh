#!/usr/bin/env bash
# `make chart`: write the chart and the plain manifests of a release into dist/; with PUSH=1 the chart also
# goes to oci://REGISTRY/charts, and its digest into dist/images.txt. Both name the images of REGISTRY.
set -euo pipefail
cd "$(dirname "$0")/../.."
registry=${REGISTRY:-localhost}
registry=${registry,,} # as registries want it; owners of repositories are free
version=${VERSION:-$(hack/release/version.sh)}
helm=$(.venv/bin/python -m testbed helm)
mkdir -p dist
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r charts/agora-recording-operator "$work"
values=$work/agora-recording-operator/values.yaml
sed -i "s#repository: agora-recording-#repository: $registry/agora-recording-#" "$values"
grep -q "repository: $registry/" "$values"
"$helm" package "$work/agora-recording-operator" --version "$version" --app-version "$version" --destination dist
sed "s#image: agora-recording-#image: $registry/agora-recording-#" deploy/install.yaml >dist/install.yaml
grep -q "$registry/agora-recording-operator:$version" dist/install.yaml
if [[ ${PUSH:-} ]]; then
  "$helm" push "dist/agora-recording-operator-$version.tgz" "oci://$registry/charts" 2>&1 | tee "$work/said"
  digest=$(sed -n 's/^Digest: *//p' "$work/said")
  echo "$registry/charts/agora-recording-operator:$version@${digest:?helm told no digest}" >>dist/images.txt
fi
