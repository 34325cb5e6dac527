# shellcheck shell=sh
# Sourced by a profile: gv's shims first on PATH, then gv itself, and what `go install` builds last; and a
# function gv, so that `gv shell` can change the shell. For sh, bash, zsh, ksh, mksh, yash and busybox; starts no
# process; sourcing it again changes nothing. Written by gv setup, which puts its root in place of the word between
# the at signs.

_gv_root=@GV_ROOT@
_gv_path=:${PATH:+$PATH:}
for _gv_dir in "$_gv_root/shims" "$_gv_root/bin"; do
  while :; do
    case $_gv_path in
      *":$_gv_dir:"*) _gv_path=${_gv_path%%":$_gv_dir:"*}:${_gv_path#*":$_gv_dir:"} ;;
      *) break ;;
    esac
  done
done

# Where the go command installs: GOBIN, else bin in the first folder of GOPATH, else ~/go/bin.
_gv_dir=${GOBIN-}
if [ -z "$_gv_dir" ]; then
  _gv_dir=${GOPATH-}
  _gv_dir=${_gv_dir%%:*}
  [ -n "$_gv_dir" ] || _gv_dir=${HOME:+$HOME/go}
  _gv_dir=${_gv_dir:+$_gv_dir/bin}
fi
case $_gv_dir in
  /*) case $_gv_path in
    *":$_gv_dir:"*) ;;
    *) _gv_path=$_gv_path$_gv_dir: ;;
  esac ;;
esac

_gv_path=${_gv_path#:}
PATH=$_gv_root/shims:$_gv_root/bin${_gv_path:+:${_gv_path%:}}
export PATH
unset _gv_root _gv_path _gv_dir

# A program can't set a variable of the shell that starts it: it prints the line, and this runs it. The text is
# parsed only where gv is no alias, which would make nonsense of it.
# shellcheck disable=SC2016
alias gv >/dev/null 2>&1 || eval '
gv() {
  case $#,${1-},${2-} in
    2,shell,--unset | 2,shell,[!-]*) eval "$(command gv "$@" || echo "return $?")" ;;
    *) command gv "$@" ;;
  esac
  ${_gv_after:-return}
}'
