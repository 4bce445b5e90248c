#!/usr/bin/env bash
# Looks for what a make target needs and installs what is missing with apt-get, where it may:
#
#     build/need.sh go gcc node browser fonts
#
# It changes nothing that is already there and fetches nothing but packages of the distribution. What it cannot
# install it names, with the command that would; then it ends with code 1.
set -euo pipefail

NODE_MINOR=20.19 # frontend/package.json, engines
GO_LEAST=1.21    # from here on the go command fetches the toolchain that go.mod names

missing=0

say() { printf 'beistand: %s\n' "$*" >&2; }

# install PACKAGE…: yes if they are there afterwards
install() {
  local apt=(apt-get)
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || return 1
    apt=(sudo apt-get)
  fi
  say "installing $* with apt-get"
  local log
  log=$(mktemp)
  if ! { "${apt[@]}" update && DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# lack WHAT PACKAGE…: says what is missing and how to get it
lack() {
  local what=$1
  shift
  say "$what is missing and could not be installed here"
  say "hint: apt-get install $*"
  missing=1
}

# least HAVE WANT: yes if version HAVE is at least WANT
least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

need_go() {
  command -v go >/dev/null || install golang-go || true
  local have
  have=$(go env GOVERSION 2>/dev/null | sed 's/^go//') || true
  [ -n "$have" ] && least "$have" "$GO_LEAST" || lack "Go $GO_LEAST or later" golang-go
}

# The race detector is the one thing that needs a C compiler; the product does not.
need_gcc() {
  command -v "${CC:-gcc}" >/dev/null || install gcc libc6-dev || lack "a C compiler, for go test -race," gcc libc6-dev
}

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null || install nodejs npm || true
  local have
  have=$(node --version 2>/dev/null | sed 's/^v//') || true
  if [ -z "$have" ] || ! least "$have" "$NODE_MINOR"; then
    lack "Node $NODE_MINOR or later (found: ${have:-none})" nodejs npm
    say "hint: if the distribution has an older one, take it from nodejs.org"
  elif ! command -v npm >/dev/null; then
    lack npm npm
  fi
}

# The browser that Playwright drives: CHROMIUM, else the distribution's. Where it has Chromium's headless shell too, most
# tests take half as long; without it they run as well.
need_browser() {
  local shell=/usr/bin/chromium-headless-shell
  [ -n "${CHROMIUM:-}" ] || [ -x "$shell" ] || install chromium "${shell##*/}" || true
  [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || install chromium && [ -x "${CHROMIUM:-/usr/bin/chromium}" ] && return
  lack "Chromium, for the tests in a browser," chromium
  say "hint: or set CHROMIUM to the path of one that is there"
}

# The committed pictures of pages are taken with these fonts, and Arabic is one of the form's languages: without a font
# for it, there are boxes and widths are wrong.
need_fonts() {
  local found=""
  ! command -v fc-list >/dev/null || found=$(fc-list : family | grep -cxE 'Noto Sans|Noto Sans Arabic' || true)
  [ "${found:-0}" -ge 2 ] || install fontconfig fonts-noto-core || lack "the fonts Noto Sans and Noto Sans Arabic" fontconfig fonts-noto-core
}

need_libreoffice() {
  command -v soffice >/dev/null || install libreoffice-calc-nogui || lack "LibreOffice Calc" libreoffice-calc-nogui
}

for thing in "$@"; do
  case $thing in
    go | gcc | node | browser | fonts | libreoffice) "need_$thing" ;;
    *)
      say "do not know how to look for $thing"
      exit 2
      ;;
  esac
done
exit "$missing"
