#!/usr/bin/env bash
# Runs Lighthouse's accessibility audit on public pages of the fictional city and fails below 100:
#
#     build/lighthouse.sh bin/beistand 12.8.2
#
# It brings two hundred packages, so it is no part of frontend/: like the Go tools it is kept outside the repository,
# in a folder for its version, and fetched at the first use.
set -euo pipefail

program=$1 version=$2
folder=${XDG_CACHE_HOME:-$HOME/.cache}/beistand/lighthouse-$version
if [ ! -d "$folder/node_modules/lighthouse" ]; then
  mkdir -p "$folder"
  printf '{"private":true,"type":"module"}\n' >"$folder/package.json"
  npm --prefix "$folder" install --no-fund --no-audit --ignore-scripts --save-exact "lighthouse@$version" >&2
fi
cp "$(dirname "$0")/lighthouse.mjs" "$folder/beistand.mjs"
data=$(mktemp -d)
"$program" demo -listen 127.0.0.1:0 -data "$data/d" -reports 0 -json >"$data/out" &
city=$!
trap 'kill "$city"; wait "$city" || true; rm -rf "$data"' EXIT
for _ in $(seq 100); do
  grep -q '"ready":true' "$data/out" && break
  sleep 0.1
done
node "$folder/beistand.mjs" "$(sed -n 's/.*"public":"\([^"]*\)".*/\1/p' "$data/out" | head -n 1)"
