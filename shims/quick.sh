# shellcheck shell=sh disable=SC2154,SC2086 # what is not assigned here comes from bin/gv; no child, no word
# gv doctor --quick [--offline]: four questions in sh, a line each, in 3 s. Exit code 1 where one of them is an error.
#
# Does go run? Is it at least the version that is asked for? Is GOROOT one? Does the first entry of GOPROXY answer?
# No question starts Node but those that sh can't answer: a pin that is a range, a go line that go must switch for,
# a GOTOOLCHAIN that is no usual one.
# What hangs is left behind: one clock is for all programs that are started, and a signal ends the wait for them.

_gv_go=$(command -v go) || _gv_go=''
_gv_asker=$(command -v curl || command -v wget) || _gv_asker=''
PATH=${PATH:+$PATH:}/usr/bin:/bin
_gv_tmp=$(mktemp -d "${TMPDIR:-/tmp}/gv-quick-XXXXXX") || _gv_fail "no folder for what go says can be made" \
  "gv doctor --offline   needs none"
_gv_late='' _gv_child='' _gv_worst=0 _gv_file='' _gv_line=''

_gv_leave() { # <exit code>
  kill $_gv_clock $_gv_child 2>/dev/null
  rm -rf "$_gv_tmp"
  exit "$1"
}
trap '_gv_leave 129' HUP
trap '_gv_leave 130' INT
trap '_gv_leave 143' TERM
trap '_gv_late=y && kill $_gv_child 2>/dev/null' USR1
(
  trap 'kill "$_gv_nap"; exit' TERM
  sleep 2.7 &
  _gv_nap=$!
  wait "$_gv_nap" && kill -USR1 $$
) >/dev/null 2>&1 &
_gv_clock=$!

_gv_run() { # <program...>: what it prints is in $_gv_tmp/out and err; sets _gv_code, to late where time is over
  _gv_code=late _gv_child=''
  : >"$_gv_tmp/out"
  : >"$_gv_tmp/err"
  [ -z "$_gv_late" ] || return 0
  "$@" </dev/null >"$_gv_tmp/out" 2>"$_gv_tmp/err" &
  _gv_child=$!
  [ -z "$_gv_late" ] || kill "$_gv_child" 2>/dev/null
  wait "$_gv_child" 2>/dev/null
  _gv_code=$?
  _gv_child=''
  [ -z "$_gv_late" ] || _gv_code=late
}

_gv_say() { # <ok|error|unknown> <question> <fact> [line to type]
  [ "$1" != error ] || _gv_worst=1
  _gv_text="$2: $3${4:+   fix: $4}"
  while :; do # names of files come from strangers: no control character reaches the terminal
    case $_gv_text in
      *[[:cntrl:]]*) _gv_text=${_gv_text%%[[:cntrl:]]*}"?"${_gv_text#*[[:cntrl:]]} ;;
      *) break ;;
    esac
  done
  printf '%-8s %s\n' "$1" "$_gv_text"
}

_gv_first() { # <file>: sets _gv_text to its first line that says something
  while IFS= read -r _gv_text || [ -n "$_gv_text" ]; do
    case $_gv_text in *[![:space:]]*) return ;; esac
  done <"$1"
  _gv_text="exit code $_gv_code, and no word why"
}

_gv_refused() { # <question>: tells what a gv that failed said: the fact, who asked for it, the line to type
  _gv_fact='' _gv_fix=''
  while IFS= read -r _gv_text || [ -n "$_gv_text" ]; do
    _gv_text=${_gv_text#"${_gv_text%%[![:space:]]*}"}
    case $_gv_text in
      "asked for by: "*) _gv_fact="$_gv_fact, which ${_gv_text#asked for by: } asks for" ;;
      "gv: "*) _gv_fact=${_gv_text#gv: } ;;
      "error "*) _gv_fact=${_gv_text#*: } ;;
      "fix: "*) _gv_fix=${_gv_text#fix: } && break ;;
      "to "*": "*) _gv_fix=${_gv_text#*: } ;;
      *) : "${_gv_fact:=$_gv_text}" ;;
    esac
  done <"$2"
  _gv_say error "$1" "$_gv_fact" "${_gv_fix:-gv doctor --offline}"
}

_gv_setting() { # <name>: sets _gv_text by Go's env file (src/goenv.ts), _gv_file and _gv_line to where it stands
  _gv_text='' _gv_file=${GOENV-} _gv_count=0 _gv_line=0
  if [ -z "$_gv_file" ]; then
    case $_gv_platform,${XDG_CONFIG_HOME-} in
      darwin-*) _gv_file="${HOME-}/Library/Application Support/go/env" ;;
      *,/*) _gv_file=$XDG_CONFIG_HOME/go/env ;;
      *) _gv_file=${HOME-}/.config/go/env ;;
    esac
  fi
  [ "$_gv_file" != off ] && [ -f "$_gv_file" ] && [ -r "$_gv_file" ] || return 0
  while IFS= read -r _gv_word || [ -n "$_gv_word" ]; do
    _gv_count=$((_gv_count + 1))
    case $_gv_word in "$1="*) _gv_text=${_gv_word#*=} _gv_line=$_gv_count ;; esac
  done <"$_gv_file"
  case $_gv_text in *[[:cntrl:]]) _gv_text=${_gv_text%?} ;; esac # a file with CR
}

_gv_order() { # <version>: sets _gv_number, greater for a newer one; false where sh can't tell
  _gv_word=${1#go} _gv_last=-2 # a go line of 1.23 is older than 1.23rc1
  _gv_word=${_gv_word%%[!0-9a-z.]*}
  case $_gv_word in
    *rc*) _gv_last=-1 _gv_word=${_gv_word%%rc*} ;;
    *beta*) _gv_last=-1 _gv_word=${_gv_word%%beta*} ;;
    *.*.*) _gv_last=${_gv_word##*.} _gv_word=${_gv_word%.*} ;;
  esac
  case .$_gv_word.${_gv_last#-}. in
    *[!0-9.]* | *..* | *.0[0-9]* | *[0-9][0-9][0-9][0-9]* | .*.*.*.*.) return 1 ;;
    .*.*.*.) _gv_number=$(((${_gv_word%.*} * 1000 + ${_gv_word#*.}) * 1000 + _gv_last)) ;;
    *) return 1 ;;
  esac
}

# shellcheck disable=SC2016 # a line to type
_gv_here='eval "$(gv env)"   for this shell; gv setup   for each new one'

# Does go run? Never with a switch to another toolchain: that may be a download.
_gv_has='' _gv_goroot='' _gv_proxy='' _gv_work='' _gv_mod='' _gv_tools='' _gv_asked=''
if [ -z "$_gv_go" ]; then
  _gv_say error go "there is no go on PATH" "$_gv_here"
else
  _gv_run env GOTOOLCHAIN=local GV_AUTO_INSTALL=0 "$_gv_go" version
  if [ "$_gv_code" = 0 ]; then
    read -r _gv_word _gv_word _gv_has _gv_rest <"$_gv_tmp/out" || :
    _gv_run env GOTOOLCHAIN=local GV_AUTO_INSTALL=0 "$_gv_go" env GOROOT GOPROXY GOWORK GOMOD GOTOOLDIR
  fi
  case $_gv_code in
    0)
      _gv_asked=y
      for _gv_word in goroot proxy work mod tools; do
        IFS= read -r _gv_text || :
        eval "_gv_$_gv_word=\$_gv_text"
      done <"$_gv_tmp/out"
      _gv_say ok go "$_gv_go is $_gv_has"
      ;;
    late) _gv_say error go "$_gv_go doesn't answer" "gv doctor --offline   looks what it is" ;;
    *) _gv_refused go "$_gv_tmp/err" ;;
  esac
fi

# Is it at least the version that is asked for: the one of the version file, and of go.work's or go.mod's go line?
_gv_newer() { # true where a go line asks for a newer one: sets _gv_file, _gv_line and _gv_want
  _gv_file=$_gv_mod _gv_line=0 _gv_want=''
  case $_gv_work in ?*) [ "$_gv_work" = off ] || _gv_file=$_gv_work ;; esac
  [ -f "$_gv_file" ] && [ -r "$_gv_file" ] || return 1
  while read -r _gv_word _gv_want _gv_rest || [ -n "$_gv_word" ]; do
    _gv_line=$((_gv_line + 1))
    case $_gv_word,$_gv_want in go,[0-9]*) break ;; esac
    _gv_want=''
  done <"$_gv_file"
  _gv_want=${_gv_want%%[!0-9a-z.]*}
  [ -n "$_gv_want" ] && _gv_order "$_gv_has" || return 1
  _gv_own=$_gv_number
  _gv_order "$_gv_want" && [ "$_gv_own" -lt "$_gv_number" ]
}

_gv_odd() { # true where GOTOOLCHAIN is a word that sh doesn't know: each go command may stop at it
  _gv_text=${GOTOOLCHAIN-}
  [ -n "$_gv_text" ] || _gv_setting GOTOOLCHAIN
  _gv_word=${_gv_text%+auto}
  case ${_gv_word%+path} in
    '' | auto | path | local | default) return 1 ;;
    *[!0-9a-z.-]*) ;;
    go[0-9]*) return 1 ;;
  esac
}

_gv_path=''
_gv_run "$_gv_root/bin/gv" which
_gv_first "$_gv_tmp/out"
# shellcheck disable=SC3013 # as in shim.sh
case $_gv_code in
  late) _gv_say unknown version "there was no time to ask which one applies" ;;
  0)
    _gv_path=$_gv_text
    if [ -n "$_gv_go" ] && ! [ "$_gv_go" -ef "$_gv_root/shims/go" ] && ! [ "$_gv_go" -ef "$_gv_path" ]; then
      _gv_say error version "$_gv_go comes first on PATH, and $_gv_path is asked for here" "$_gv_here"
    elif _gv_odd && _gv_run "$_gv_root/bin/gv" doctor --offline gotoolchain-invalid && [ "$_gv_code" != 0 ]; then
      case $_gv_code in
        late) _gv_say unknown version "there was no time to ask what go makes of GOTOOLCHAIN" ;;
        *) _gv_refused version "$_gv_tmp/out" ;;
      esac
    elif ! _gv_newer; then
      _gv_say ok version "$_gv_path is asked for here${_gv_want:+, and go $_gv_want or newer}"
    elif _gv_order 1.21 && [ "$_gv_own" -lt "$_gv_number" ]; then
      _gv_say error version "$_gv_file, line $_gv_line asks for go $_gv_want, and $_gv_has switches to no other" \
        "gv install go.mod && gv use go.mod"
    else # what go switches to, and whether it may, is a rule that Node has
      _gv_run "$_gv_root/bin/gv" doctor --offline gotoolchain-local gotoolchain-invalid
      case $_gv_code in
        0) _gv_say ok version "$_gv_file, line $_gv_line asks for go $_gv_want, to which $_gv_has switches" ;;
        late) _gv_say unknown version "there was no time to ask whether go switches to $_gv_want" ;;
        *) _gv_refused version "$_gv_tmp/out" ;;
      esac
    fi
    ;;
  *) _gv_refused version "$_gv_tmp/err" ;;
esac

# Is GOROOT one: where it is set the one of this go, and whole? The shims unset it; editors and scripts don't.
_gv_root_asked() {
  _gv_text=${GOROOT-}
  if [ -n "$_gv_text" ]; then
    _gv_fact="GOROOT=$_gv_text (environment)" _gv_fix="unset GOROOT   gv doctor goroot-gone   finds the line that sets it"
  else
    _gv_setting GOROOT
    _gv_fact="$_gv_file, line $_gv_line: GOROOT=$_gv_text" _gv_fix="sed -i.bak '/^GOROOT=/d' '$_gv_file'"
  fi
  if [ -n "$_gv_text" ]; then
    [ -f "$_gv_text/bin/go" ] || { _gv_say error goroot "$_gv_fact holds no Go" "$_gv_fix" && return; }
    _gv_word=''
    [ ! -f "$_gv_text/VERSION" ] || read -r _gv_word _gv_rest <"$_gv_text/VERSION" || :
    case $_gv_word,$_gv_has in
      go*,go*) [ "$_gv_word" = "$_gv_has" ] ||
        { _gv_say error goroot "$_gv_fact is $_gv_word, and $_gv_has runs" "$_gv_fix" && return; } ;;
    esac
  fi
  _gv_at=${_gv_goroot:-${_gv_path%/bin/go}}
  case $_gv_at in '') _gv_say unknown goroot "no go says where it is" && return ;; esac
  _gv_lacks=''
  [ -x "$_gv_at/bin/go" ] || _gv_lacks="$_gv_lacks bin/go"
  for _gv_word in "${_gv_tools:-$_gv_at/pkg/tool}"/compile "$_gv_at"/pkg/tool/*/compile; do
    [ ! -x "$_gv_word" ] || break
  done
  [ -x "$_gv_word" ] || _gv_lacks="$_gv_lacks pkg/tool"
  [ -d "$_gv_at/src/fmt" ] || _gv_lacks="$_gv_lacks src"
  _gv_word=${_gv_at##*/}
  case $_gv_lacks,$_gv_at in
    ,*) _gv_say ok goroot "$_gv_at is whole" ;;
    *,"$_gv_root"/versions/*) _gv_say error goroot "$_gv_at lacks$_gv_lacks" "gv uninstall $_gv_word && gv install $_gv_word" ;;
    *) _gv_say error goroot "$_gv_at lacks$_gv_lacks" "gv install latest && gv global latest   or install that one again" ;;
  esac
}
_gv_root_asked

# Does the first entry of GOPROXY answer?
_gv_entry() { # sets _gv_text to the first entry, and _gv_shown to what may be printed of it
  if [ -z "$_gv_asked" ]; then
    _gv_proxy=${GOPROXY-}
    [ -n "$_gv_proxy" ] || { _gv_setting GOPROXY && _gv_proxy=${_gv_text:-direct}; }
  fi
  while :; do
    _gv_text=${_gv_proxy%%,*}
    _gv_word=${_gv_text%%"|"*} # mksh has another meaning for | in brackets
    _gv_text=${_gv_word#"${_gv_word%%[![:space:]]*}"}
    _gv_text=${_gv_text%"${_gv_text##*[![:space:]]}"}
    case $_gv_text,$_gv_proxy in
      ,*[,\|]*) _gv_proxy=${_gv_proxy#*[,|]} ;;
      ,*) _gv_text=direct && break ;;
      *) break ;;
    esac
  done
  case $_gv_text in
    off | direct | *:/* | /*) ;;
    *[.:/]*) _gv_text=https://$_gv_text ;;
  esac
  while :; do case $_gv_text in [!/]*/) _gv_text=${_gv_text%/} ;; *) break ;; esac done
  case $_gv_text in
    *://*@*) _gv_shown=${_gv_text%%://*}://${_gv_text##*@} ;;
    *) _gv_shown=$_gv_text ;;
  esac
}

_gv_status() { # asks $_gv_text: sets _gv_word to the status, 000 for none, and _gv_rest to the type of what came
  _gv_text=$_gv_text/golang.org/toolchain/@v/list _gv_word='' _gv_rest=''
  case $_gv_asker in */curl)
    # By a file: the address may have credentials, which everybody could read in a list of processes.
    printf 'url = "%s"\n' "$_gv_text" >"$_gv_tmp/url"
    _gv_run env ${HTTP_PROXY:+"http_proxy=${http_proxy:-$HTTP_PROXY}"} "$_gv_asker" -q -sS -L -m 2 --netrc-optional \
      -o /dev/null -w '%{http_code} %{content_type}\n' -K "$_gv_tmp/url"
    read -r _gv_word _gv_rest <"$_gv_tmp/out" || :
    ;;
  *)
    _gv_run env ${HTTP_PROXY:+"http_proxy=${http_proxy:-$HTTP_PROXY}"} "$_gv_asker" -S -T 2 -O /dev/null "$_gv_text"
    while read -r _gv_name _gv_value _gv_more; do
      case $_gv_name in HTTP/*) _gv_word=$_gv_value ;; [Cc]ontent-[Tt]ype:) _gv_rest=$_gv_value ;; esac
    done <"$_gv_tmp/err"
    [ "$_gv_code" != 0 ] || : "${_gv_word:=200}"
    ;;
  esac
  : "${_gv_word:=000}"
}

_gv_proxy_asked() {
  _gv_fix="gv setup --proxy cn   or another one; gv doctor goproxy-reachable   says more"
  _gv_entry
  case $_gv_text in
    off) _gv_say ok goproxy "off: nothing is downloaded" && return ;;
    direct) _gv_say ok goproxy "direct: modules come from where they are at home, and nobody else is asked" && return ;;
    file:///*)
      _gv_word=${_gv_text#file://}
      if [ -d "$_gv_word" ]; then _gv_say ok goproxy "$_gv_shown is there"; else
        _gv_say error goproxy "$_gv_shown is no folder" "$_gv_fix"
      fi
      return
      ;;
    *[\"\\[:space:]]* | *[[:cntrl:]]*) _gv_say error goproxy "$_gv_shown is no address" "$_gv_fix" && return ;;
    http://?* | https://?*) ;;
    *) _gv_say error goproxy "$_gv_shown is no address" "$_gv_fix" && return ;;
  esac
  case $_gv_offline in y) _gv_say unknown goproxy "$_gv_shown is not asked (--offline)" && return ;; esac
  case $_gv_asker,$_gv_text in
    ,*) _gv_say unknown goproxy "$_gv_shown is not asked: there is neither curl nor wget" "gv doctor goproxy-reachable" && return ;;
    */wget,*@*) _gv_say unknown goproxy "$_gv_shown is not asked: without curl everybody would see its credentials" "gv doctor goproxy-reachable" && return ;;
  esac
  _gv_status
  case $_gv_word,$_gv_code,$_gv_rest in
    000,late,* | 000,28,*) _gv_say error goproxy "$_gv_shown doesn't answer in time" "$_gv_fix" ;;
    000,*)
      _gv_first "$_gv_tmp/err"
      case $_gv_text in curl:*) ;; *) _gv_text="wget ends with $_gv_code" ;; esac
      _gv_say error goproxy "$_gv_shown can't be reached: $_gv_text" "$_gv_fix"
      ;;
    401,* | 403,* | 407,* | 429,* | 5*) _gv_say error goproxy "$_gv_shown answers $_gv_word" "$_gv_fix" ;;
    2*,*,text/html*) _gv_say error goproxy "$_gv_shown answers a web page, and no list of versions" "$_gv_fix" ;;
    *) _gv_say ok goproxy "$_gv_shown answers" ;;
  esac
}
_gv_proxy_asked
_gv_leave "$_gv_worst"
