#!/bin/sh
# bin/gv, the launcher: answers --version, current, which and exec itself by asking lib/shim.sh, in sh and at once,
# and doctor --quick by lib/quick.sh; everything else is `node gv.cjs`, with the Node that setup recorded (a desktop has none on PATH, a project may
# have an old one). All variables are _gv_*, as in shim.sh.
# shellcheck disable=SC2154 # _gv_node and _gv_version come from shim.conf
set +efu

_gv_fail() { # <fact> <line to type>
  printf 'gv: %s\n    %s\n' "$1" "$2" >&2
  exit 127
}

# Not by npx, which runs whatever the registry has of that name. As in src/errors.ts.
# shellcheck disable=SC2016
_gv_again='"$(npm prefix -g)/bin/gv" setup   where npm has gv still; else install it again'

_gv_node_too_old() { # <node>: true unless that Node is one that gv runs on (20.19)
  _gv_word=$("$1" --version 2>/dev/null) || return 0
  case $_gv_word in
    v20.19.* | v20.[2-9][0-9].* | v2[1-9].* | v[3-9][0-9].* | v[1-9][0-9][0-9].*) return 1 ;;
  esac
}

_gv_start_node() {
  if [ ! -x "$_gv_node" ]; then
    # No line of shim.conf holds on another kind of system than the root was set up on.
    _gv_word="the Node that setup recorded is gone: $_gv_node"
    [ -n "$_gv_node" ] || _gv_word="gv was set up on another system, and PATH has no node on this one"
    _gv_node=$(command -v node) || _gv_fail "$_gv_word" \
      "install Node 20.19 or newer, then type: gv setup"
    ! _gv_node_too_old "$_gv_node" || _gv_fail "gv needs Node 20.19 or newer; $_gv_node is older" \
      "install a newer Node, then type: gv setup"
  fi
  [ -f "$_gv_root/lib/$_gv_version/gv.cjs" ] || _gv_fail "$_gv_root/lib/$_gv_version/gv.cjs is missing" \
    "$_gv_again"
  exec "$_gv_node" "$_gv_root/lib/$_gv_version/gv.cjs" "$@"
}

case $0 in
  /*) _gv_root=${0%/bin/*} ;;
  */*) _gv_root=${PWD%/}/$0 _gv_root=${_gv_root%/bin/*} ;;
  *) _gv_root=${PWD%/}/.. ;;
esac
_gv_elsewhere=''
if [ -f "$_gv_root/lib/shim.conf" ]; then
  # shellcheck disable=SC3013 # as in shim.sh
  [ -z "${GV_ROOT-}" ] || [ "$GV_ROOT" = "$_gv_root" ] || [ "$GV_ROOT" -ef "$_gv_root" ] || _gv_elsewhere=y
else
  _gv_root=${GV_ROOT:-${HOME-}/.gv}
fi
_gv_conf=$_gv_root/lib/shim.conf
[ -f "$_gv_conf" ] || _gv_fail "gv is not set up in $_gv_root" "$_gv_again"
# shellcheck source=/dev/null
. "$_gv_conf"

_gv_ask='' _gv_tool=go _gv_given='' _gv_offline=''
case ${0##*/},$_gv_elsewhere,$#,${1-} in
  gv,,1,--version | gv,,1,-V)
    printf 'gv %s\n' "$_gv_version"
    exit
    ;;
  gv,,1,current) _gv_ask=current && set -- ;;
  gv,,1,which) _gv_ask=which && set -- ;;
  gv,,2,which) case $2 in
    '' | [-+]* | */*) ;;
    *) _gv_ask=which _gv_tool=$2 && set -- ;;
  esac ;;
  gv,,2,doctor | gv,,3,doctor) case $2,${3-} in
    --quick,) _gv_ask=quick ;;
    --quick,--offline | --offline,--quick) _gv_ask=quick _gv_offline=y ;;
  esac ;;
  gv,,*,exec) case $#,${2-},${3-} in
    [12],*) ;;
    *,--,?*) _gv_ask=exec _gv_tool=$3 && shift 3 ;;
    3,*) ;;
    *,[!-]*,--) [ -z "$4" ] || { _gv_ask=exec _gv_given=$2 _gv_tool=$4 && shift 4; } ;;
  esac ;;
esac
case $_gv_ask in
  '') _gv_start_node "$@" ;;
  quick)
    # shellcheck source=shims/quick.sh
    . "$_gv_root/lib/quick.sh"
    ;;
  *)
    # shellcheck source=/dev/null
    . "$_gv_root/lib/shim.sh"
    ;;
esac

# What sh can't tell (shim.sh came back): a range, oldstable, ..., or which name a mistyped one is near to.
case $_gv_ask in
  exec) _gv_start_node exec ${_gv_given:+"$_gv_given"} -- "$_gv_tool" "$@" ;;
  which) _gv_start_node which "$_gv_tool" ;;
  *) _gv_start_node current ;;
esac
