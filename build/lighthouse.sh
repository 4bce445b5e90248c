#!/usr/bin/env bash
# Runs one of the scripts beside it that use Lighthouse on public pages of the fictional city. lighthouse.mjs audits their
# accessibility and fails below 100; formspeed.mjs measures the form:
#
#     build/lighthouse.sh bin/beistand 12.8.2 lighthouse.mjs
#
# It brings two hundred packages, so it is no part of frontend/: like the Go tools it is kept outside the repository,
# in a folder for its version, and fetched at the first use.
set -euo pipefail

program=$1 version=$2 script=$3
folder=${XDG_CACHE_HOME:-$HOME/.cache}/beistand/lighthouse-$version
if [ ! -d "$folder/node_modules/lighthouse" ]; then
  mkdir -p "$folder"
  printf '{"private":true,"type":"module"}\n' >"$folder/package.json"
  npm --prefix "$folder" install --no-fund --no-audit --ignore-scripts --save-exact "lighthouse@$version" >&2
fi
cp "$(dirname "$0")/$script" "$folder/$script"
data=$(mktemp -d)
"$program" demo -listen 127.0.0.1:0 -data "$data/d" -reports 0 -json >"$data/out" &
city=$!
trap 'kill "$city"; wait "$city" || true; rm -rf "$data"' EXIT
until grep -q '"ready":true' "$data/out"; do
  kill -0 "$city" # ends here if the program did
  sleep 0.1
done
node "$folder/$script" "$(sed -n 's/.*"public":"\([^"]*\)".*/\1/p' "$data/out" | head -n 1)"
