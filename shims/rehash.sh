# shellcheck shell=sh disable=SC2154 # what is not assigned here comes from shim.sh
# What the shim of `go install` (and `go get`) does: runs $_gv_path, waits for it, and collects what is new where Go
# puts programs into tools/<platform>/<version that built it>/bin, with a shim for each. Without Node.
#
# Signals and the exit code pass through. Each program and each shim appears by one rename, the program first; any
# number may do this at once. Where nothing is new no process is started besides go itself.

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
# The last look at that folder that missed nothing leaves a file that says which folder and who looked: while that stays
# the same, and is newer than the folder and the shims, nothing is new.
_gv_seen=$_gv_root/lib/collected-$_gv_platform
_gv_unchanged() { # sets _gv_text to what that file says; false where it may be out of date
  # shellcheck disable=SC3013 # like -ef in shim.sh
  [ "$_gv_seen" -nt "$_gv_bin" ] && [ "$_gv_seen" -nt "$_gv_root/shims" ] && IFS= read -r _gv_text <"$_gv_seen"
}
_gv_before=''
! _gv_unchanged || _gv_before=$_gv_text

_gv_pass() { # <signal>: passes on what was sent to the shim
  _gv_got=$1
  [ -n "$_gv_child" ] || return 0
  _gv_send=$1
  # dash, busybox and ksh93 start what runs beside them with INT ignored; go listens to it while it builds, not while
  # it downloads.
  if [ "$1" = INT ] && [ -r "/proc/$_gv_child/status" ]; then
    while read -r _gv_word _gv_text; do
      case $_gv_word,$_gv_text in SigIgn:,*[2367abef]) _gv_send=TERM _gv_as=2 ;; esac
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
if [ "$_gv_code" -gt 128 ]; then # ended by a signal: so does the shim. Shells count them from 128, 256 or 384.
  _gv_word=$((_gv_code % 128))
  _gv_word=${_gv_as:-$_gv_word}
  case $_gv_word in 2 | 13 | 15) kill -"$_gv_word" $$ ;; esac
  exit $((128 + _gv_word))
fi

_gv_look() { # makes $_gv_temp, with a file whose time is before the look
  command mkdir -p "$_gv_root/staging" || return
  until command mkdir "$_gv_temp" 2>/dev/null; do
    case $_gv_temp in *-----) return 1 ;; esac
    _gv_temp=$_gv_temp-
  done
  command mkdir "$_gv_temp/tools" "$_gv_temp/shims" && _gv_print "$$-$PPID $_gv_bin" >"$_gv_temp/seen"
}

_gv_copy() { # <program>: takes a copy that nobody else changes; its shim's time is before that
  _gv_name=${1##*/}
  command cp "$_gv_root/shims/go" "$_gv_temp/shims/$_gv_name" &&
    command cp "$_gv_root/shims/go" "$_gv_temp/tools/$_gv_name" && # with its permissions
    command cat "$1" >|"$_gv_temp/tools/$_gv_name"
}

_gv_publish() { # the copy $_gv_file, which Go $_gv_exact built for $_gv_for, and then its shim
  [ -n "$_gv_file" ] || return 0
  case $_gv_for in "$_gv_platform" | - | *- | -*) ;; *) return 0 ;; esac
  case $_gv_exact in *.*.* | *.*[!0-9.]*) ;; *) _gv_exact=$_gv_exact.0 ;; esac
  case $_gv_exact in *[!0-9a-z.]*) return 0 ;; esac
  _gv_name=${_gv_file##*/} _gv_at=$_gv_tools/$_gv_exact/bin
  # A copy that is newer than the program is of a later build: gv tools made it.
  # shellcheck disable=SC3013
  if ! [ "$_gv_at/$_gv_name" -nt "$_gv_bin/$_gv_name" ]; then
    [ -d "$_gv_at" ] || command mkdir -p "$_gv_at" || return
    command mv -f "$_gv_file" "$_gv_at/$_gv_name" || return
  fi
  command mv -f "$_gv_temp/shims/$_gv_name" "$_gv_root/shims/$_gv_name"
}

_gv_collect() { # <program...>: those that Go built for this platform
  for _gv_file; do
    _gv_copy "$_gv_file" || return
  done
  case $_gv_state,$_gv_go in
    # These can't tell which Go built a program; nor could another than they have done it.
    found,1.[0-9] | found,1.[0-9][!0-9]* | found,1.1[0-2]*)
      _gv_text=''
      for _gv_file; do
        _gv_text="$_gv_text$_gv_temp/tools/${_gv_file##*/}: go$_gv_go
"
      done
      ;;
    *) _gv_text=$(GOTOOLCHAIN=local GOFLAGS='' "$_gv_path" version -m "$_gv_temp/tools"/* 2>/dev/null) ;;
  esac
  [ -n "$_gv_text" ] || return 0
  _gv_file=''
  while IFS= read -r _gv_line; do
    case $_gv_line in
      "	build	GOOS="*) _gv_for=${_gv_line#*=}-${_gv_for#*-} ;;
      "	build	GOARCH="*) _gv_for=${_gv_for%%-*}-${_gv_line#*=} ;;
      "	"*) ;;
      *": go"[0-9]*)
        _gv_publish || return
        _gv_file=${_gv_line%": go"*} _gv_exact=${_gv_line##*": go"} _gv_for=-
        _gv_exact=${_gv_exact%%[ -]*}
        ;;
    esac
  done <<END
$_gv_text
END
  _gv_publish
}

case $_gv_bin in [!/]*) exit "$_gv_code" ;; esac
[ -d "$_gv_bin" ] || exit "$_gv_code"
if _gv_unchanged; then
  case $_gv_before in "$_gv_text") case $_gv_text in *" $_gv_bin") exit "$_gv_code" ;; esac ;; esac
fi
PATH=${PATH:+$PATH:}/usr/bin:/bin
_gv_temp=$_gv_root/staging/rehash-$$
_gv_failed=''
if ! _gv_look; then
  _gv_failed=y
else
  set --
  # A program that isn't older than its shim is yet to be collected.
  for _gv_file in "$_gv_bin"/*; do
    _gv_name=${_gv_file##*/}
    # shellcheck disable=SC3013
    [ "$_gv_root/shims/$_gv_name" -nt "$_gv_file" ] && [ -x "$_gv_root/shims/$_gv_name" ] && continue
    case $_gv_name in go | gofmt | gv | [!A-Za-z0-9_]* | *[!A-Za-z0-9._+-]*) continue ;; esac
    [ -f "$_gv_file" ] || continue
    [ -x "$_gv_file" ] || continue
    _gv_line=''
    read -r _gv_line <"$_gv_file" || :
    case $_gv_line in '#!'*) ;; *) set -- "$@" "$_gv_file" ;; esac
  done
  { [ $# = 0 ] || _gv_collect "$@"; } && command mv -f "$_gv_temp/seen" "$_gv_seen" || _gv_failed=y
  command rm -rf "$_gv_temp"
fi
if [ -n "$_gv_failed" ]; then
  _gv_print "gv: what go $_gv_verb built could not be put into $_gv_tools" >&2
  _gv_print "    it is in $_gv_bin as always; to try again: gv rehash" >&2
fi
exit "$_gv_code"
