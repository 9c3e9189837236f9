#!/usr/bin/env bash
# `make image`: build both images, and push them with PUSH=1.
#   REGISTRY  what their names begin with; default localhost
#   VERSION   their tag; default the chart's appVersion
#   ENGINE    docker or buildah; default docker if it has buildx
#   PYTHON    the base; default the Dockerfile's
#   TARGETS   which of them; default "operator simulator"
#   PLATFORMS for docker: such as linux/amd64,linux/arm64; only with PUSH=1
# What is pushed is added to dist/images.txt, with its digest.
set -euo pipefail
cd "$(dirname "$0")/../.."
registry=${REGISTRY:-localhost}
registry=${registry,,} # as registries want it; owners of repositories are free
version=${VERSION:-$(hack/release/version.sh)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
if [[ ! ${ENGINE:-} ]] && docker buildx version &>/dev/null; then ENGINE=docker; fi
: "${ENGINE:=buildah}"
command -v "$ENGINE" >/dev/null || {
  echo "there is neither docker with buildx nor buildah; \`make image-deps\` installs the latter" >&2
  exit 1
}
options=(--build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH")
label=org.opencontainers.image
options+=(--label "$label.version=$version" --label "$label.revision=$(git rev-parse HEAD)")
[[ ! ${GITHUB_REPOSITORY:-} ]] ||
  options+=(--label "$label.source=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY")
[[ ! ${PYTHON:-} ]] || options+=(--build-arg "PYTHON=$PYTHON")

with_docker() { # with_docker TARGET NAME
  local output=type=docker,rewrite-timestamp=true
  [[ ! ${PUSH:-} ]] || output=type=image,push=true,rewrite-timestamp=true
  docker buildx build "${options[@]}" --target "$1" --tag "$2" --provenance=false \
    ${PLATFORMS:+--platform "$PLATFORMS"} --output "$output" --metadata-file dist/metadata.json .
  [[ ! ${PUSH:-} ]] ||
    digest=$(sed -n 's/.*"containerimage.digest": "\(.*\)".*/\1/p' dist/metadata.json)
}

with_buildah() { # with_buildah TARGET NAME
  # Without layers between the steps nothing is kept from one build to the next.
  buildah build "${options[@]}" --target "$1" --tag "$2" --layers=false \
    --timestamp "$SOURCE_DATE_EPOCH" .
  [[ ! ${PUSH:-} ]] || { buildah push --digestfile dist/digest "$2" && digest=$(<dist/digest); }
}

mkdir -p dist
for target in ${TARGETS:-operator simulator}; do
  name=$registry/agora-recording-$target:$version
  "with_$ENGINE" "$target" "$name"
  [[ ! ${PUSH:-} ]] || echo "$name@${digest:?the registry told no digest}" >>dist/images.txt
done
