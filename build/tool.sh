#!/usr/bin/env bash
# Prints the path of a Go tool of one exact version and builds it if it is not there yet:
#
#     build/tool.sh github.com/golangci/golangci-lint/v2/cmd/golangci-lint v2.15.0
#
# Tools are kept outside the repository, in a folder for each version: they would bring hundreds of modules into
# go.mod, and golangci-lint takes minutes to build.
set -euo pipefail

package=$1 version=$2
name=$(basename "$package")
folder=${XDG_CACHE_HOME:-$HOME/.cache}/beistand/$name-$version
if [ ! -x "$folder/$name" ]; then
  printf 'beistand: building %s %s, once; this can take minutes\n' "$name" "$version" >&2
  mkdir -p "$folder"
  GOBIN=$folder go install "$package@$version" >&2
fi
printf '%s\n' "$folder/$name"
