#!/bin/sh
# Installs gv on a machine without Node: downloads the one file that fits this system, checks its SHA-256, and has it
# set itself up (`gv setup`) in GV_ROOT, by default ~/.gv. Needs no sudo; typed again, it brings up to date.
#
#   sh install.sh [words for gv setup, such as --no-profiles]
#
# GV_DOWNLOAD_BASE is the address of the folder with gv-<os>-<arch>.gz and SHA256SUMS, where it isn't the release's own.
# The sums come from the same server: they tell a broken download, not a server that lies.
set -eu

# Written by scripts/standalone.mjs --base.
release=''

fail() { # <fact> <line to type>...
  printf 'gv: %s\n' "$1" >&2
  shift
  [ $# = 0 ] || printf '    %s\n' "$@" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

by_npm='with Node 20.19 or newer from your system, npm installs it: see docs/install-gv.md'

platform() { # prints Go's name of this system
  os=$(uname -s) arch=$(uname -m)
  case $os in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    MINGW* | MSYS* | CYGWIN*) fail "native Windows is not served yet" "use WSL: wsl --install   then the same there" ;;
    *) fail "there is no gv for $os in one file" "$by_npm" ;;
  esac
  # A shell that Rosetta translates says x86_64 on Apple silicon.
  [ "$os,$(sysctl -n sysctl.proc_translated 2>/dev/null || :)" != darwin,1 ] || arch=arm64
  case $arch in
    x86_64 | amd64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "there is no gv for $arch in one file: it is for x86-64 and ARM of 64 bits" "$by_npm" ;;
  esac
  [ "$os,$(getconf LONG_BIT 2>/dev/null || :)" != linux,32 ] ||
    fail "this system is one of 32 bits on a kernel of 64, and gv in one file is for 64" "$by_npm"
  case $os,$(ldd --version 2>&1 || :) in
    linux,*musl*) fail "this system's C library is musl, and the Node in gv's one file needs glibc" \
      "$by_npm (Alpine: apk add nodejs npm)" ;;
  esac
  printf '%s-%s\n' "$os" "$arch"
}

fetch() { # <address> <file>
  if has curl; then
    curl -fsSL -o "$2" "$1"
  elif has wget; then
    wget -q -O "$2" "$1"
  else
    fail "there is neither curl nor wget to download with" "install one of them, then the same again"
  fi || fail "$1 could not be downloaded; why is said above" \
    "is that address right, and the network there? another one: GV_DOWNLOAD_BASE=https://... sh install.sh"
}

sum_of() { # <file>: prints its SHA-256
  if has sha256sum; then
    sum=$(sha256sum <"$1")
  elif has shasum; then
    sum=$(shasum -a 256 <"$1")
  elif has openssl; then
    sum=$(openssl dgst -sha256 -r <"$1")
  else
    fail "there is none of sha256sum, shasum and openssl to check the download with" "install one of them, then the same again"
  fi
  printf '%s\n' "${sum%% *}"
}

listed() { # <name>: prints the SHA-256 that SHA256SUMS has of it
  while read -r sum name; do
    [ "$name" != "$1" ] || printf '%s\n' "$sum"
  done <"$folder/SHA256SUMS"
}

install_gv() {
  base=${GV_DOWNLOAD_BASE:-$release}
  base=${base%/}
  [ -n "$base" ] || fail "it isn't said where gv's files are" "GV_DOWNLOAD_BASE=https://... sh install.sh"
  [ -n "${GV_ROOT:-${HOME-}}" ] || fail "HOME isn't set, so gv has no place" "export HOME=/your/home   then the same again"
  platform=$(platform)
  has gzip || fail "there is no gzip to unpack the download with" "install it, then the same again"
  folder=$(mktemp -d "${TMPDIR:-/tmp}/gv-install-XXXXXX")
  trap 'rm -rf "$folder"' EXIT
  trap 'exit 130' INT TERM HUP

  fetch "$base/SHA256SUMS" "$folder/SHA256SUMS"
  name=gv-$platform
  expected=$(listed "$name.gz")
  [ -n "$expected" ] || fail "$base has no $name.gz in its SHA256SUMS: there is no gv for $platform there" "$by_npm"
  program=${GV_ROOT:-$HOME/.gv}/lib/node-$platform
  if [ -x "$program" ] && [ "$(sum_of "$program")" = "$(listed "$name")" ]; then
    echo "gv is that one already"
  else
    echo "downloading $base/$name.gz"
    fetch "$base/$name.gz" "$folder/$name.gz"
    found=$(sum_of "$folder/$name.gz")
    [ "$found" = "$expected" ] || fail "$base/$name.gz is not the file that SHA256SUMS has; nothing was installed" \
      "expected $expected" "     got $found" "a download that broke off, or a stale copy: the same again, or another GV_DOWNLOAD_BASE"
    program=$folder/gv
    gzip -dc "$folder/$name.gz" >"$program"
    chmod 755 "$program"
    TMPDIR=$folder "$program" --version >"$folder/said" 2>&1 || fail "what was downloaded doesn't start on this system:" "$(cat "$folder/said")" \
      "its Node needs glibc 2.28, libstdc++ and a TMPDIR that programs may run in; else $by_npm"
  fi
  TMPDIR=$folder "$program" setup "$@"
}

# Called at the end, so that half of this file does nothing.
install_gv "$@"
