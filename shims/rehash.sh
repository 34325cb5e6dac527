# shellcheck shell=sh disable=SC2154 # what is not assigned here comes from shim.sh
# What the shim of `go install` (and `go get`) does: runs $_gv_path, waits for it, and collects what it put where Go
# puts programs into tools/<platform>/<version that built it>/bin, with a shim for each. Without Node. What was there
# before is left to `gv rehash`.
#
# Signals and the exit code pass through. Each program and each shim appears by one rename, the program first; any
# number may do this at once.

_gv_go_setting() { # <GOBIN or GOPATH>: sets _gv_text as the go command would read it (src/goenv.ts)
  eval "_gv_text=\${$1-}"
  [ -z "$_gv_text" ] || return 0
  _gv_file=${GOENV-}
  if [ -z "$_gv_file" ]; then
    case $_gv_platform,${XDG_CONFIG_HOME-} in
      darwin-*) _gv_file="${HOME-}/Library/Application Support/go/env" ;;
      *,/*) _gv_file=$XDG_CONFIG_HOME/go/env ;;
      *) _gv_file=${HOME-}/.config/go/env ;;
    esac
  fi
  [ "$_gv_file" != off ] && [ -f "$_gv_file" ] && [ -r "$_gv_file" ] || return 0
  while IFS= read -r _gv_line || [ -n "$_gv_line" ]; do
    case $_gv_line in "$1="*) _gv_text=${_gv_line#*=} ;; esac
  done <"$_gv_file"
  case $_gv_text in *[[:cntrl:]]) _gv_text=${_gv_text%?} ;; esac # a file with CR
}

_gv_go_setting GOBIN
if [ -z "$_gv_text" ]; then
  _gv_go_setting GOPATH
  _gv_text=${_gv_text%%:*}
  _gv_text=${_gv_text:-${HOME-}/go}/bin
fi
_gv_bin=$_gv_text
# Go's own time of a program that it installs, or finds up to date, is not before that of this file.
_gv_mark=$_gv_root/staging/rehash-$$-$PPID
[ -d "$_gv_root/staging" ] || command mkdir -p "$_gv_root/staging" 2>/dev/null || :
{ true >|"$_gv_mark"; } 2>/dev/null || _gv_mark=''

_gv_pass() { # <signal>: passes on what was sent to the shim
  _gv_got=$1
  [ -n "$_gv_child" ] || return 0
  _gv_send=$1
  # dash, busybox and ksh93 start what runs beside them with INT and QUIT ignored; go listens to those while it
  # builds, not while it downloads.
  if [ -r "/proc/$_gv_child/status" ]; then
    while read -r _gv_word _gv_text; do
      case $1,$_gv_word,$_gv_text in
        INT,SigIgn:,*[2367abef]) _gv_send=TERM _gv_as=2 ;;
        QUIT,SigIgn:,*[4-7c-f]) _gv_send=TERM _gv_as=3 ;;
      esac
    done <"/proc/$_gv_child/status"
  fi
  kill -"$_gv_send" "$_gv_child" 2>/dev/null || :
}

# What runs in the background reads from /dev/null, unless its input is given by a number: one that is free.
_gv_fd=''
if { true 9<&0; } 2>/dev/null; then
  for _gv_fd in 9 8 7 6 5 4 3; do
    eval "{ true >&$_gv_fd; } 2>/dev/null" || break
  done
fi
_gv_child='' _gv_got='' _gv_as='' _gv_code=''
for _gv_word in INT TERM HUP QUIT; do
  # shellcheck disable=SC2064 # the word as it is now
  trap "_gv_pass $_gv_word" "$_gv_word"
done
eval "${_gv_fd:+exec $_gv_fd<&0}"
eval '{ trap - INT TERM HUP QUIT && exec "$_gv_path" "$@"; }'" ${_gv_fd:+<&$_gv_fd $_gv_fd<&-} &"
_gv_child=$!
eval "${_gv_fd:+exec $_gv_fd<&-}"
[ -z "$_gv_got" ] || _gv_pass "$_gv_got"
while :; do # a signal ends wait, not go
  _gv_got=''
  { wait "$_gv_child"; } 2>/dev/null # some say there by which signal it ended
  _gv_word=$?
  [ "$_gv_word" = 127 ] && [ -n "$_gv_code" ] || _gv_code=$_gv_word
  [ -n "$_gv_got" ] || break
done
trap - INT TERM HUP QUIT
PATH=${PATH:+$PATH:}/usr/bin:/bin # for what is done from here on
if [ "$_gv_code" -gt 128 ]; then # ended by a signal: so does the shim. Shells count them from 128, 256 or 384.
  _gv_word=${_gv_as:-$((_gv_code % 128))}
  [ -z "$_gv_mark" ] || command rm -f "$_gv_mark"
  case $_gv_word in 2 | 13 | 15) kill -"$_gv_word" $$ ;; esac
  exit $((128 + _gv_word))
fi

_gv_take() { # <program>: takes a copy that nobody else changes
  command cp "$_gv_root/shims/go" "$_gv_mark.d/tools/${1##*/}" && # with its permissions
    command cat "$1" >|"$_gv_mark.d/tools/${1##*/}"
}

_gv_publish() { # the copy $_gv_file, which Go $_gv_exact built for $_gv_for, and then its shim
  [ -n "$_gv_file" ] || return 0
  case $_gv_for in "$_gv_platform" | - | *- | -*) ;; *) return 0 ;; esac
  case $_gv_exact in *.*.* | *.*[!0-9.]*) ;; *) _gv_exact=$_gv_exact.0 ;; esac
  case $_gv_exact in *[!0-9a-z.]*) return 0 ;; esac
  _gv_name=${_gv_file##*/} _gv_at=$_gv_tools/$_gv_exact/bin
  { [ -d "$_gv_at" ] || command mkdir -p "$_gv_at"; } &&
    command mv -f "$_gv_file" "$_gv_at/$_gv_name" || return
  [ -x "$_gv_root/shims/$_gv_name" ] || {
    command cp "$_gv_root/shims/go" "$_gv_mark.d/shim" && command mv -f "$_gv_mark.d/shim" "$_gv_root/shims/$_gv_name"
  }
}

_gv_collect() { # <program...>: those that Go built for this platform
  command mkdir -p "$_gv_mark.d/tools" || return
  _gv_failed='' _gv_text=''
  for _gv_file; do
    _gv_take "$_gv_file" || _gv_failed=y
    _gv_text="$_gv_text$_gv_mark.d/tools/${_gv_file##*/}: go$_gv_go
"
  done
  case $_gv_state,$_gv_go in
    found,1.[0-9] | found,1.[0-9][!0-9]* | found,1.1[0-2]*) ;; # these can't tell which Go built a program
    *) _gv_text=$(GOTOOLCHAIN=local GOFLAGS='' "$_gv_path" version -m "$_gv_mark.d/tools"/* 2>/dev/null) ;;
  esac
  _gv_file=''
  while IFS= read -r _gv_line; do
    case $_gv_line in
      "	build	GOOS="*) _gv_for=${_gv_line#*=}-${_gv_for#*-} ;;
      "	build	GOARCH="*) _gv_for=${_gv_for%%-*}-${_gv_line#*=} ;;
      "	"*) ;;
      *)
        _gv_publish || _gv_failed=y
        _gv_file='' _gv_for=-
        case $_gv_line in *": go"[0-9]*)
          _gv_file=${_gv_line%": go"*} _gv_exact=${_gv_line##*": go"}
          _gv_exact=${_gv_exact%%[ -]*}
          ;;
        esac
        ;;
    esac
  done <<END
$_gv_text

END
  [ -z "$_gv_failed" ]
}

set --
case $_gv_mark,$_gv_bin in
  ?*,/*) for _gv_file in "$_gv_bin"/*; do
    # shellcheck disable=SC3013 # like -ef in shim.sh
    [ "$_gv_mark" -nt "$_gv_file" ] && continue
    case ${_gv_file##*/} in go | gofmt | gv | [!A-Za-z0-9_]* | *[!A-Za-z0-9._+-]*) continue ;; esac
    [ -f "$_gv_file" ] || continue
    [ -x "$_gv_file" ] || continue
    set -- "$@" "$_gv_file"
  done ;;
esac
if [ $# -gt 0 ] && ! _gv_collect "$@"; then
  _gv_print "gv: what go $_gv_verb built could not be put into $_gv_tools" >&2
  _gv_print "    it is in $_gv_bin as always; to try again: gv rehash" >&2
fi
[ -z "$_gv_mark" ] || command rm -rf "$_gv_mark" "$_gv_mark.d"
exit "$_gv_code"
