# shellcheck shell=sh
# Sourced by a profile: gv's shims first on PATH, then gv, what `go install` builds last; and a function gv, for
# `gv shell`. Starts no process; a second time changes nothing. More below, where no shell has to read it.

# This zsh has read it before, as -i reads .zshenv and .zshrc, and PATH has stayed right. compinit may have come since.
case ${_gv_env-},${_comps+y},${PATH-}: in
  $$,,@GV_ROOT@/shims:@GV_ROOT@/bin:*":${GOBIN:-${GOPATH:-${HOME:-.}/go}/bin}:"*) return 0 ;;
esac
unset _gv_after # what a hook has gv end with
# shellcheck disable=SC2016
alias gv >/dev/null 2>&1 || eval '
gv() {
  case $#,${1-},${2-} in
    2,shell,--unset | 2,shell,[!-]*) eval "$(command gv "$@" || echo "return $?")" ;;
    *) command gv "$@" ;;
  esac
  "${_gv_after:-return}"
}'
# At a TAB: bash asks for the script then, zsh finds it by fpath, or is told where it has looked already.
# shellcheck disable=SC1091,SC2119,SC2120,SC2154,SC3044,SC3045
case $-,${BASH_VERSION-},${ZSH_VERSION-} in
  *i*,?*,*)
    _gv_tab() { [ -r @GV_ROOT@/lib/completions/gv.bash ] && . @GV_ROOT@/lib/completions/gv.bash && _gv_anew "$@"; }
    complete -F _gv_tab gv || :
    ;;
  *i*,,?*)
    _gv_env=$$
    case $FPATH in
      @GV_ROOT@/lib/completions:*) ;;
      *) FPATH=@GV_ROOT@/lib/completions:$FPATH ;;
    esac
    [ -z "${_comps+y}" ] || { unfunction _gv || :; autoload -Uz _gv && compdef _gv gv; } 2>/dev/null || :
    ;;
esac
# All is so already, as in a shell that a terminal starts, or by the next profile of this one. A shell reads command by
# command: what stands below a way out costs nothing.
case ${PATH-}: in
  @GV_ROOT@/shims:@GV_ROOT@/bin:*":${GOBIN:-${GOPATH:-${HOME:-.}/go}/bin}:"*) return 0 ;;
esac
# Nothing of it is there yet, and nothing is unusual.
_gv_dir=${GOBIN:-${GOPATH:-${HOME:-.}/go}/bin}
case :${PATH-}:,$_gv_dir in
  ::,* | *,[!/]* | *,*:* | *":$_gv_dir:"* | *:@GV_ROOT@/shims:* | *:@GV_ROOT@/bin:*) ;;
  *)
    PATH=@GV_ROOT@/shims:@GV_ROOT@/bin:$PATH:$_gv_dir
    export PATH
    unset _gv_dir
    return 0
    ;;
esac

# Anything else: path_helper of macOS, tmux or another profile has reordered PATH.
_gv_root=@GV_ROOT@
_gv_path=:${PATH:+$PATH:}
while :; do
  case $_gv_path in
    *":$_gv_root/shims:"*) _gv_dir=$_gv_root/shims ;;
    *":$_gv_root/bin:"*) _gv_dir=$_gv_root/bin ;;
    *) break ;;
  esac
  _gv_path=${_gv_path%%":$_gv_dir:"*}:${_gv_path#*":$_gv_dir:"}
done

# Where the go command installs: GOBIN, else bin in the first folder of GOPATH, else ~/go/bin.
_gv_dir=${GOPATH-}
_gv_dir=${_gv_dir%%:*}
_gv_dir=${GOBIN:-${_gv_dir:-${HOME:-.}/go}/bin}
case $_gv_dir,$_gv_path in
  [!/]* | *,*":$_gv_dir:"*) ;;
  *) _gv_path=$_gv_path$_gv_dir: ;;
esac

_gv_path=${_gv_path#:}
PATH=$_gv_root/shims:$_gv_root/bin${_gv_path:+:${_gv_path%:}}
export PATH
unset _gv_root _gv_path _gv_dir

# For sh, bash, zsh, ksh, mksh, yash and busybox; written by gv setup, which puts its root in place of the word
# between the at signs. The function: a program can't set a variable of the shell that starts it. It prints the line,
# and the function runs it. Its text is parsed only where gv is no alias, which would make nonsense of it.
