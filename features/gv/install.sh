#!/bin/sh
# A dev container Feature (https://containers.dev/implementors/features/): installs gv and a Go when the image is built,
# as root, and gives both to the container's user. VERSION and PACKAGE are its options.
set -eu

version=${VERSION:-latest}
package=${PACKAGE:-}
user=${_REMOTE_USER:-root}
# The same folder as in containerEnv of devcontainer-feature.json; a test has another.
GV_ROOT=${GV_ROOT:-/usr/local/gv}
export GV_ROOT
profiles=${GV_FEATURE_PROFILES:-/etc/profile.d}
here=$(cd "$(dirname "$0")" && pwd)

fail() { # <fact> <line to type>
  printf 'gv: %s\n    %s\n' "$1" "$2" >&2
  exit 1
}

node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null ||
  fail "this image has no Node 20.19 or newer, which gv needs to install Go" \
    'in devcontainer.json: "features": {"ghcr.io/devcontainers/features/node:1": {}, ...}'

# A released Feature has gv beside it; else npm fetches it from the place that was named. No name is guessed.
if [ -f "$here/dist/gv.cjs" ]; then
  program=$here/dist/gv.cjs
elif [ -n "$package" ]; then
  place=$(mktemp -d)
  trap 'rm -rf "$place"' EXIT
  npm install --global --prefix "$place" --no-audit --no-fund "$package" ||
    fail "npm can't install gv from $package" 'see what npm says above, and the option "package" of this Feature'
  program=$place/lib/node_modules/gv/dist/gv.cjs
  [ -f "$program" ] || fail "what npm installed from $package is not gv" 'see the option "package" of this Feature'
else
  fail "this Feature doesn't know where gv is" \
    'in devcontainer.json, as an option of this Feature: "package": "<what npm install takes>"'
fi

# setup copies gv into its root; nothing else of the package is needed afterwards.
node "$program" setup --no-profiles --quiet
[ "$version" = none ] || "$GV_ROOT/bin/gv" install "$version"

# A login shell sets PATH anew, in /etc/profile.
if [ -d "$profiles" ]; then
  printf '. %s/env\n' "$GV_ROOT" >"$profiles/gv.sh"
fi
# gv writes to no root of another user's.
if [ "$user" != root ]; then
  chown -R "$user" "$GV_ROOT"
fi
