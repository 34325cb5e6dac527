# shellcheck shell=sh disable=SC2154,SC3028,SC3044 # what is not assigned here comes from shim.conf and shim.sh; shopt is bash's
# What the hook of an interactive shell does: the bin of the version that applies here first on PATH, then that of its
# tools. Loaded when it is first called, into the shell of a person: options are put back, all names are _gv_*.
#
# The rule is the shim's own, by its functions. It leaves to the shims, which stay on PATH: what those hand to Node, a
# version that is missing or refused, the system's Go, a release up to 1.8 (which wants a GOROOT), strict-pin (which wants a
# GOTOOLCHAIN), a directory that is gone. Where a version stands on PATH, GOROOT is unset: go would believe it.
#
# Of PATH, what is below versions/ and tools/ of the root is the hook's. The rest is the user's, and stays as it is.

# On a system that the root isn't set up on, which platform it is costs a process: the shims may ask.
_gv_platform=''
# shellcheck source=/dev/null
. @GV_ROOT@/lib/shim.conf
[ -n "$_gv_platform" ] || return 0

_gv_decide() { # sets _gv_bin to what goes first on PATH: nothing where the shims decide
  _gv_bin=''
  case $_gv_platform,$_gv_strict${GOTOOLCHAIN_INTERNAL_SWITCH_VERSION-} in
    ?*,) ;;
    *) return 0 ;;
  esac
  case ${GV_VERSION-} in
    '') # _gv_is_here, without the call of a function
      case $PWD/ in [!/]* | */./* | */../*) return 0 ;; esac
      # shellcheck disable=SC3013 # see _gv_on_path
      [ "$PWD" -ef . ] || return 0
      _gv_dir=${PWD%/}
      _gv_walk
      ;;
    *) _gv_pick "$GV_VERSION" ;;
  esac
  case $_gv_state,$_gv_go in
    *,1.[0-8] | *,1.[0-8].* | *,1.[0-8]rc* | *,1.[0-8]beta*) ;;
    found,*) _gv_bin=$_gv_store/$_gv_go/bin:$_gv_tools/$_gv_go/bin ;;
  esac
}

_gv_split() { # sets _gv_others to PATH without what is the hook's, with a colon before it
  _gv_others=:${PATH:+$PATH:}
  while :; do
    case $_gv_others in
      *":$_gv_root/versions/"*) _gv_word=${_gv_others%%":$_gv_root/versions/"*} ;;
      *":$_gv_root/tools/"*) _gv_word=${_gv_others%%":$_gv_root/tools/"*} ;;
      *) break ;;
    esac
    _gv_others=${_gv_others#"$_gv_word:"}
    _gv_others=$_gv_word:${_gv_others#*:}
  done
  _gv_others=${_gv_others%:}
}

_gv_hook() { # brings PATH in line with where one stands
  set -- "$-"
  set +aefu
  case ${ZSH_VERSION:+zsh}${BASH_VERSION:+bash} in
    zsh) emulate -L sh ;; # before anything is set
    bash)
      _gv_odd=''
      case :${BASHOPTS-failglob}: in
        *:failglob:* | *:nocasematch:*)
          ! shopt -q failglob || _gv_odd=f
          ! shopt -q nocasematch || _gv_odd=${_gv_odd}n
          shopt -u failglob nocasematch
          ;;
      esac
      ;;
  esac
  _gv_root=@GV_ROOT@
  _gv_decide
  [ "${PATH-}" = "$_gv_left" ] || _gv_split # which is slow
  _gv_left=$_gv_bin$_gv_others
  [ -n "$_gv_bin" ] || _gv_left=${_gv_others#:}
  [ "${PATH-}" = "$_gv_left" ] || PATH=$_gv_left
  [ -z "$_gv_bin" ] || [ -z "${GOROOT+set}" ] || unset GOROOT
  case $_gv_odd in f*) shopt -s failglob ;; esac
  case $_gv_odd in *n) shopt -s nocasematch ;; esac
  case $1 in *[aefu]*) _gv_put_back "$1" ;; esac
}

_gv_odd='' _gv_ask=hook _gv_tool=go _gv_root=@GV_ROOT@ _gv_conf=@GV_ROOT@/lib/shim.conf
# shellcheck source=shims/shim.sh
. @GV_ROOT@/lib/shim.sh
_gv_hook
