# shellcheck shell=sh disable=SC2154 # what is not assigned here comes from shim.sh
# What the shim of `go install` (and `go get` up to 1.17) does: runs $_gv_path, waits for it, and collects what it put
# where Go puts programs into tools/<platform>/<version that built it>/bin, with a shim for each. Without Node. What was
# there before is left to `gv rehash`.
#
# Signals and the exit code pass through. Each program and each shim appears by one rename, the program first; any
# number may do this at once, and what one that was killed left is neither published nor touched. Where nothing is new
# it starts no process but go.

set +efu

_gv_go_setting() { # <name>: sets _gv_text as the go command would read it (src/goenv.ts)
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

# Since 1.18 go get puts no program anywhere, unless modules are off, or GOTOOLCHAIN names a Go that is older.
case $_gv_verb,$_gv_state,$_gv_go in get,found,1.1[89].* | get,found,1.[2-9][0-9].*)
  _gv_go_setting GO111MODULE
  case $_gv_text in '' | on)
    _gv_go_setting GOTOOLCHAIN
    case $_gv_text in '' | auto | path | local | local+*) exec "$_gv_path" "$@" ;; esac
    ;;
  esac
  ;;
esac

# Two numbers of files that are free.
_gv_fd='' _gv_hold=''
for _gv_word in 9 8 7 6 5 4 3; do
  ! eval "{ true >&$_gv_word; } 2>/dev/null" || continue
  [ -z "$_gv_fd" ] || { _gv_hold=$_gv_word && break; }
  _gv_fd=$_gv_word
done

# Another shim may have the same numbers: in another container that shares the root, or one that was killed. So what is
# made there is new, or it is not this one's.
_gv_claim() { # <command...>: has it make a new name in staging/, given as its last argument: sets $_gv_at
  [ -d "$_gv_root/staging" ] || (umask go-w && exec mkdir -p "$_gv_root/staging") 2>/dev/null
  _gv_number=1 _gv_word=0
  while [ $((_gv_word += 1)) -lt 30 ]; do # where nothing can be made, or another is first each time
    while _gv_at=$_gv_root/staging/rehash-$$-$PPID-$_gv_number && [ -e "$_gv_at" ]; do
      _gv_number=$((_gv_number + 1))
    done
    ! "$@" "$_gv_at" 2>/dev/null || return 0
  done
  return 1
}

# shellcheck disable=SC2317 # _gv_claim calls it
_gv_touch() { # <file>: with noclobber one that is there is an error
  true >"$1"
}

# The mark: Go's own time of a program that it installs, or finds up to date, is not before the mark's. The time of a
# here-document stands still, and it leaves no file: it is a pipe, or has lost its name. But it is this kernel's time.
# Where the root's file system is behind (NFS, a folder of a virtual machine's host), a file there is the mark.
_gv_mark='' _gv_own='' _gv_text=$_gv_root/lib/clock
# shellcheck disable=SC3013
case $_gv_platform,$_gv_hold in linux-*,?)
  eval "command exec $_gv_hold<<END
.
END
" 2>/dev/null && { echo 1<>"$_gv_text"; } 2>/dev/null &&
    [ -e "/dev/fd/$_gv_hold" ] && ! [ "/dev/fd/$_gv_hold" -nt "$_gv_text" ] && _gv_mark=/dev/fd/$_gv_hold
  ;;
esac
if [ -z "$_gv_mark" ]; then
  set -C
  ! _gv_claim _gv_touch || _gv_mark=$_gv_at _gv_own=$_gv_at
  set +C
fi

_gv_pass() { # <signal>: passes on what was sent to the shim
  _gv_got=$1
  [ -n "$_gv_child" ] || return 0
  _gv_send=$1
  # dash, busybox and ksh93 start what runs beside them with INT and QUIT ignored; go listens to those while it
  # builds, not while it downloads.
  if [ -r "/proc/$_gv_child/status" ]; then
    while read -r _gv_key _gv_value; do # at any moment: names of its own
      case $1,$_gv_key,$_gv_value in
        INT,SigIgn:,*[2367abef]) _gv_send=TERM _gv_as=2 ;;
        QUIT,SigIgn:,*[4-7c-f]) _gv_send=TERM _gv_as=3 ;;
      esac
    done <"/proc/$_gv_child/status"
  fi
  kill -"$_gv_send" "$_gv_child" 2>/dev/null || :
}

_gv_child='' _gv_got='' _gv_as='' _gv_code=''
for _gv_word in INT TERM HUP QUIT; do
  # shellcheck disable=SC2064 # the word as it is now
  trap "_gv_pass $_gv_word" "$_gv_word"
done
# What runs in the background reads from /dev/null, unless its input is given by a number.
{ true 9<&0; } 2>/dev/null || _gv_fd=''
eval "${_gv_fd:+exec $_gv_fd<&0}"
eval '{ trap - INT TERM HUP QUIT && exec "$_gv_path" "$@"; }'" \
  ${_gv_fd:+<&$_gv_fd $_gv_fd<&-} ${_gv_hold:+$_gv_hold<&-} &"
_gv_child=$!
[ -z "$_gv_got" ] || _gv_pass "$_gv_got"
eval "${_gv_fd:+exec $_gv_fd<&-}"

# Meanwhile: where go puts programs.
_gv_go_setting GOBIN
if [ -z "$_gv_text" ]; then
  _gv_go_setting GOPATH
  _gv_text=${_gv_text%%:*}
  _gv_text=${_gv_text:-${HOME-}/go}/bin
fi
_gv_bin=$_gv_text

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
  [ -z "$_gv_own" ] || command rm -f "$_gv_own"
  case $_gv_word in 2 | 13 | 15) kill -"$_gv_word" $$ ;; esac
  exit $((128 + _gv_word))
fi

# What is new: what is not older than the mark. Where a program comes, or another in its place, the time of its folder
# changes. In a folder that is older than the mark some can only have been found up to date: of one package@version
# the one of its name, else any. And what is older than that folder needs no look at the mark.
_gv_old=$_gv_mark _gv_name='*'
# shellcheck disable=SC3013 # like -ef in shim.sh
if [ "$_gv_mark" -nt "$_gv_bin" ]; then
  _gv_old=$_gv_bin _gv_text=''
  for _gv_word do
    case $_gv_word in -*) ;; *) _gv_text="$_gv_text $_gv_word" ;; esac
  done
  _gv_text=${_gv_text#" $_gv_verb "}
  case $_gv_text in
    *...* | *[!A-Za-z0-9@/._~+-]*) ;;
    */*@*)
      _gv_name=${_gv_text%%@*} _gv_name=${_gv_name##*/}
      case $_gv_name in '' | v[0-9]*) _gv_name='*' ;; esac
      ;;
  esac
fi
set --
# shellcheck disable=SC2231,SC3013 # the name may be *
case $_gv_mark,$_gv_bin in
  ?*,/*) for _gv_file in "$_gv_bin"/$_gv_name; do
    test "$_gv_old" -nt "$_gv_file" || test "$_gv_mark" -nt "$_gv_file" || case ${_gv_file##*/} in
      go | gofmt | gv | [!A-Za-z0-9_]* | *[!A-Za-z0-9._+-]* | *-go-tmp-umask) ;; # the last one is how go asks the umask
      *) ! [ -f "$_gv_file" ] || ! [ -x "$_gv_file" ] || set -- "$@" "$_gv_file" ;;
    esac
  done ;;
esac
[ -z "$_gv_own" ] || command rm -f "$_gv_own"
[ $# != 0 ] || exit "$_gv_code"

_gv_take() { # <program>: takes a copy that nobody else changes; where there is none any more, $_gv_gone is set
  _gv_gone=''
  command cp "$_gv_root/shims/go" "$_gv_own/${1##*/}" && # with its permissions
    _gv_gone=y && { { _gv_gone='' && command cat >|"$_gv_own/${1##*/}"; } <"$1"; } 2>/dev/null
}

_gv_publish() { # the copy $_gv_file, which Go $_gv_exact built for $_gv_for, and then its shim
  [ -n "$_gv_file" ] || return 0
  case $_gv_for in "$_gv_platform" | - | *- | -*) ;; *) return 0 ;; esac
  case $_gv_exact in *.*.* | *.*[!0-9.]*) ;; *) _gv_exact=$_gv_exact.0 ;; esac
  case $_gv_exact in *[!0-9a-z.]*) return 0 ;; esac
  _gv_name=${_gv_file##*/} _gv_at=$_gv_tools/$_gv_exact/bin
  { [ -d "$_gv_at" ] || command mkdir -p "$_gv_at"; } &&
    command mv -f "$_gv_file" "$_gv_at/$_gv_name" || return
  _gv_word=$_gv_root/shims/$_gv_name
  { [ -x "$_gv_word" ] && [ -s "$_gv_word" ]; } || { # empty: by a loss of power
    command cp "$_gv_root/shims/go" "$_gv_own/.shim" && command mv -f "$_gv_own/.shim" "$_gv_root/shims/$_gv_name"
  }
}

_gv_collect() { # <program...>: those that Go built for this platform
  umask go-w # nobody else may change what the shims run
  _gv_own=''
  _gv_claim command mkdir || return
  _gv_own=$_gv_at _gv_failed='' _gv_text=''
  for _gv_file; do
    _gv_take "$_gv_file" || {
      command rm -f "$_gv_own/${_gv_file##*/}" # half of it might tell which Go built it, too
      [ -n "$_gv_gone" ] || _gv_failed=y # else another go makes it anew, whose shim collects it
      continue
    }
    _gv_text="$_gv_text$_gv_own/${_gv_file##*/}: go$_gv_go
"
  done
  case $_gv_state,$_gv_go in
    found,1.[0-9] | found,1.[0-9][!0-9]* | found,1.1[0-2]*) ;; # these can't tell which Go built a program
    *) _gv_text=$(GOTOOLCHAIN=local GOFLAGS='' "$_gv_path" version -m "$_gv_own"/* 2>/dev/null) ;;
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

_gv_collect "$@" || printf '%s\n' "gv: what go $_gv_verb built could not be put into $_gv_tools" \
  "    it is in $_gv_bin as always; to try again: gv rehash" >&2
[ -z "$_gv_own" ] || command rm -rf "$_gv_own"
exit "$_gv_code"
