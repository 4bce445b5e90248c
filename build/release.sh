#!/usr/bin/env bash
# Makes a release: builds the committed tree twice, in two folders of different depth, compares every byte, and
# writes the program, its checksums and its list of parts to a folder.
#
#     build/release.sh v0.1.0 dist-release
#
# Needs Go and Node, and frontend/node_modules as the lock file says (make modules). Signing SHA256SUMS is the
# owner's: no key is touched here.
set -euo pipefail

version=$1
out=$2
root=$(cd "$(dirname "$0")/.." && pwd)
platforms=${PLATFORMS:-linux/amd64 linux/arm64}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# one NAME: builds everything from the commit in a folder of its own
one() {
  local folder=$work/$1
  mkdir -p "$folder"
  git -C "$root" archive HEAD | tar -x -C "$folder"
  ln -s "$root/frontend/node_modules" "$folder/frontend/node_modules"
  npm --prefix "$folder/frontend" --no-fund --no-audit --no-update-notifier run build >"$work/npm.log" 2>&1 || {
    tail -n 20 "$work/npm.log" >&2
    return 1
  }
  local platform
  for platform in $platforms; do
    (cd "$folder" && CGO_ENABLED=0 GOOS=${platform%/*} GOARCH=${platform#*/} go build -trimpath -buildvcs=false \
      -ldflags="-s -w -buildid= -X main.version=$version" -o "$work/out-${1//\//-}/beistand-${platform%/*}-${platform#*/}" ./cmd/beistand)
  done
}

one a
one b/deeper/than/the/first
first=$work/out-a
second=$work/out-b-deeper-than-the-first
for platform in $platforms; do
  name=beistand-${platform%/*}-${platform#*/}
  cmp "$first/$name" "$second/$name" || {
    echo "release: two builds of $name differ; nothing was written" >&2
    exit 1
  }
done

mkdir -p "$out/data" # empty: deploy/Containerfile gives the volume its owner with it
cp "$first"/beistand-* "$out"/
node "$root/build/sbom.mjs" "$version" "$out"/beistand-* >"$out/beistand.cdx.json"
(cd "$out" && sha256sum beistand-* beistand.cdx.json >SHA256SUMS)
case "$(uname -m)" in x86_64) cp "$out/beistand-linux-amd64" "$out/beistand" ;; aarch64) cp "$out/beistand-linux-arm64" "$out/beistand" ;; esac
cat "$out/SHA256SUMS"
