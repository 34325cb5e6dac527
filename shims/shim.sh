# shellcheck shell=sh disable=SC2154 # what is not assigned here comes from shim.conf, or from bin/gv
# What every shim does: find the version that applies here, then exec the real program. bin/gv asks it, too.
# Starts no process and runs builtins only. The rule with its reasons is src/resolve.ts; the table
# test/resolve.cases.ts runs through both. Every variable is _gv_*: nothing that a user exported changes.

case $-,${0%/*} in
  *i*,*) ;; # the hook of an interactive shell has set all of them
  *,*/shims) _gv_ask='' _gv_tool=${0##*/} _gv_root=${0%/shims/*} _gv_conf=${0%/*}/../lib/shim.conf ;;
  *) case ${0##*/} in
    gv) ;; # and so has bin/gv
    *) _gv_ask='' _gv_tool=${0##*/} _gv_root=${0%/*}/.. _gv_conf=${0%/*}/../lib/shim.conf ;;
  esac ;;
esac
[ -r "$_gv_conf" ] || case $- in
  *i*) ;;
  *)
    # shellcheck disable=SC2016 # it is for the reader to type
    set -- "gv: $_gv_root/lib/shim.conf is missing, and no shim knows without it what to run" \
      '    "$(npm prefix -g)/bin/gv" setup   where npm has gv still; else install it again'
    # shellcheck disable=SC2039,SC3061 # the Korn shell mksh has no printf of its own
    case ${KSH_VERSION-} in *MIRBSD*) print -r -- "$1" && print -r -- "$2" ;; *) printf '%s\n' "$@" ;; esac >&2
    exit 127
    ;;
esac
# shellcheck source=/dev/null
. "$_gv_conf"

# The straight way: the nearest version file, or the global one, says one version that is installed, exact or of a
# minor. Reading is most of what a shim costs, and a shell reads command by command: the most usual comes first.
_gv_file='' _gv_word='' _gv_rest=''
case $_gv_ask${GV_VERSION-}${GOTOOLCHAIN_INTERNAL_SWITCH_VERSION-} in
  '') case $_gv_tool,$_gv_root,$PWD/ in
    go[0-9]* | */./* | */../* | *,[!/]*) ;;
    *)
      _gv_dir=${PWD%/} _gv_file=.go-version
      until test -f "$_gv_dir/.go-version"; do # to dash [ is a pattern that costs
        ! test -f "$_gv_dir/.tool-versions" || { _gv_file=.tool-versions && break; }
        case $_gv_dir in '') _gv_file=version && break ;; esac
        _gv_dir=${_gv_dir%/*}
      done
      ;;
  esac ;;
esac

_gv_straight() { # <arguments>: becomes the program if $_gv_word says a version that has it, else returns
  case $_gv_rest,$_gv_word in
    ,[!1-9]* | ,*[!0-9.]* | ,*.*.*.* | ,1.[0-8] | ,1.[0-8].*) return ;;
    ,*..* | ,*. | ,*.0[0-9]* | ,*[0-9][0-9][0-9][0-9]*) return ;;
    ,*.*.*) _gv_go=$_gv_word _gv_state=found _gv_verb='' ;;
    ,*.*) _gv_minor=$_gv_word && return ;;
    *) return ;;
  esac
  _gv_tools=$_gv_root/tools/$_gv_platform _gv_path=$_gv_root/versions/$_gv_platform/$_gv_go/bin/go
  # shellcheck disable=SC3013 # see _gv_on_path
  [ "$PWD" -ef . ] && [ -x "$_gv_path" ] || return 0
  case $_gv_tool,${1-} in
    go,+* | go,-C* | go,--C*) return ;;
    go,install | go,get) _gv_verb=$1 ;;
    go,*) ;;
    gofmt,*) _gv_path=${_gv_path}fmt ;;
    *) _gv_path=$_gv_tools/$_gv_go/bin/$_gv_tool ;;
  esac
  [ -x "$_gv_path" ] || return 0
  unset GOROOT GV_HOPS
  [ -z "${_gv_strict-}" ] || export GOTOOLCHAIN=local
  # shellcheck source=shims/rehash.sh
  [ -z "$_gv_verb" ] || ! [ -f "$_gv_root/lib/rehash.sh" ] || . "$_gv_root/lib/rehash.sh"
  exec "$_gv_path" "$@"
}
_gv_minor=''

case $_gv_file in .go-version)
  _gv_file=$_gv_dir/.go-version
  if [ -r "$_gv_file" ]; then
    read -r _gv_word _gv_rest <"$_gv_file" || :
    _gv_straight "$@"
  fi
  ;;
esac

case $_gv_file in .tool-versions | version)
  case $_gv_file,${HOME-} in
    .*) _gv_file=$_gv_dir/.tool-versions ;;
    *,/*) _gv_file=$HOME/.tool-versions && [ -f "$_gv_file" ] || _gv_file=$_gv_root/version ;;
    *) _gv_file=$_gv_root/version ;;
  esac
  _gv_line=0
  [ ! -r "$_gv_file" ] || case $_gv_file in
    */version) read -r _gv_word _gv_rest <"$_gv_file" || : ;;
    *) while read -r _gv_name _gv_word _gv_rest || [ -n "$_gv_name" ]; do
      case $_gv_name in
        golang | go) break ;;
        '#'* | '') _gv_word='' ;;
        *[!0-9A-Za-z._/:@+-]*) _gv_rest=- && break ;; # a byte order mark, golang#
        *) _gv_word='' ;;
      esac
      [ $((_gv_line += 1)) -lt 200 ] || break
    done <"$_gv_file" ;;
  esac
  _gv_straight "$@"
  ;;
esac

# A minor: its newest release that is here.
case $_gv_minor in ?*)
  _gv_top=-1
  for _gv_at in "$_gv_root/versions/$_gv_platform/$_gv_minor".*; do
    _gv_name=${_gv_at##*.}
    case $_gv_name in '' | *[!0-9]* | 0?* | ????*) continue ;; esac
    [ "$_gv_name" -gt "$_gv_top" ] && [ -x "$_gv_at/bin/go" ] && _gv_top=$_gv_name
  done
  _gv_word=$_gv_minor.$_gv_top
  _gv_straight "$@"
  ;;
esac

# The general case, from the start again.
set +efu
_gv_long=''
case ${#_gv_word},${#_gv_rest} in ????*,* | *,????*) _gv_long=y ;; esac
[ "$_gv_ask" = exec ] || _gv_given=''
[ -f "$_gv_root/lib/shim.conf" ] || _gv_root=${0%/*}/..
# shellcheck disable=SC3013 # see _gv_on_path
case $_gv_root in
  /* | '') ;;
  *) ! [ "$PWD" -ef . ] || _gv_root=${PWD%/}/$_gv_root ;;
esac

_gv_any() { # <file...>: true when one of them is there
  for _gv_at do [ ! -e "$_gv_at" ] || return 0; done
  return 1
}

# No line of shim.conf holds: this is another kind of system than those that the root was set up on (a home in a
# container, on NFS). Which one costs a process; gv setup, typed there, adds its line. As src/host.ts decides it.
_gv_where=''
if [ -z "$_gv_platform" ]; then
  case $(PATH=${PATH:+$PATH:}/usr/bin:/bin uname -sm 2>/dev/null) in
    'Linux x86_64')
      _gv_platform=linux-amd64
      _gv_any /lib64/ld-linux-x86-64.so.2 /lib/ld-musl-x86_64.so.1 ||
        ! _gv_any /lib/ld-linux.so.2 /lib/ld-musl-i386.so.1 || _gv_platform=linux-386
      ;;
    'Linux aarch64')
      _gv_platform=linux-arm64
      _gv_any /lib/ld-linux-aarch64.so.1 /lib/ld-musl-aarch64.so.1 ||
        ! _gv_any /lib/ld-linux-armhf.so.3 /lib/ld-musl-armhf.so.1 || _gv_platform=linux-arm
      ;;
    'Linux armv'[6-8]*) _gv_platform=linux-arm ;;
    'Linux i'[3-6]86) _gv_platform=linux-386 ;;
    'Linux loongarch64') _gv_platform=linux-loong64 ;;
    'Linux ppc64le') _gv_platform=linux-ppc64le ;;
    'Linux riscv64') _gv_platform=linux-riscv64 ;;
    'Linux s390x') _gv_platform=linux-s390x ;;
    'Darwin arm64') _gv_platform=darwin-arm64 ;;
    'Darwin x86_64')
      _gv_platform=darwin-amd64
      ! _gv_any /Library/Apple/usr/libexec/oah/libRosettaRuntime || _gv_platform=darwin-arm64
      ;;
  esac
  _gv_where=" for ${_gv_platform:-this system}"
fi
_gv_store=$_gv_root/versions/${_gv_platform:=unknown}
_gv_tools=$_gv_root/tools/$_gv_platform

_gv_newest() { # <folder> <file> [prefix]: sets _gv_best to the newest version in the folder that has the file
  _gv_best='' _gv_top=-1000000001
  for _gv_at in "$1/${3-}"*; do
    _gv_name=${_gv_at##*/}
    case $_gv_name in
      "${3:-$_gv_name}" | "${3-}"[.rb]*) ;;
      *) continue ;;
    esac
    _gv_major=${_gv_name%%.*} _gv_minor=${_gv_name#*.}
    # A release counts from 0, a pre-release from -1000000000: any release is newer than all of those.
    case $_gv_minor in
      *.*) _gv_key=0 _gv_last=${_gv_minor#*.} _gv_minor=${_gv_minor%%.*} ;;
      *rc*) _gv_key=-999999500 _gv_last=${_gv_minor#*rc} _gv_minor=${_gv_minor%%rc*} ;;
      *beta*) _gv_key=-1000000000 _gv_last=${_gv_minor#*beta} _gv_minor=${_gv_minor%%beta*} ;;
      *) continue ;;
    esac
    case ,$_gv_major,$_gv_minor,$_gv_last, in
      *[!0-9,]* | *,,* | *,0[0-9]* | *[0-9][0-9][0-9][0-9]*) continue ;;
    esac
    _gv_key=$((_gv_key + (_gv_major * 1000 + _gv_minor) * 1000 + _gv_last))
    if [ "$_gv_key" -gt "$_gv_top" ] && [ -x "$_gv_at/$2" ]; then
      _gv_best=$_gv_name _gv_top=$_gv_key
    fi
  done
  [ -n "$_gv_best" ]
}

_gv_pick() { # <spec>: sets _gv_state to found (with _gv_go), system, missing, refused or node
  _gv_spec=$1 _gv_kind='' _gv_go='' _gv_state=node
  case $_gv_spec in
    */* | .* | -* | path:* | ref:*) _gv_state=refused && return ;;
    go[0-9]*) _gv_spec=${_gv_spec#go} ;;
    go-[0-9]*) _gv_spec=${_gv_spec#go-} ;;
    v[0-9]*) _gv_spec=${_gv_spec#v} ;;
    prefix:[0-9]* | latest:[0-9]*) _gv_spec=${_gv_spec#*:} ;;
  esac
  case $_gv_spec in
    system) _gv_state=system && return ;;
    '' | oldstable | go.mod | *..* | *[!0-9A-Za-z._+-]*) return ;;
    latest | stable)
      _gv_kind=latest
      _gv_newest "$_gv_store" bin/go && _gv_go=$_gv_best
      ;;
    [A-Za-z_]*) _gv_kind=name _gv_go=$_gv_spec ;;
    *)
      case $_gv_spec in *.[xX]) _gv_spec=${_gv_spec%.*} _gv_kind=partial ;; esac
      case $_gv_spec in *.[xX]) _gv_spec=${_gv_spec%.*} ;; esac
      case $_gv_spec in
        *rc*) _gv_kind=${_gv_kind}pre _gv_numbers=${_gv_spec%%rc*}.${_gv_spec#*rc} ;;
        *beta*) _gv_kind=${_gv_kind}pre _gv_numbers=${_gv_spec%%beta*}.${_gv_spec#*beta} ;;
        *) _gv_numbers=$_gv_spec ;;
      esac
      # No version, or one spelled in another way than gv spells it: Node knows.
      case .$_gv_numbers. in
        *[!0-9.]* | *..* | *.0[0-9]* | *[0-9][0-9][0-9][0-9]* | .*.*.*.*.) return ;;
      esac
      case $_gv_kind,$_gv_numbers in
        ,*.*.* | pre,*.*.*) _gv_go=$_gv_spec ;;
        pre,* | partialpre,* | partial,*.*.*) return ;;
        *)
          _gv_kind=partial
          _gv_newest "$_gv_store" bin/go "$_gv_spec" && _gv_go=$_gv_best
          ;;
      esac
      ;;
  esac
  _gv_state=missing
  [ -z "$_gv_go" ] || [ ! -x "$_gv_store/$_gv_go/bin/go" ] || _gv_state=found
}

_gv_cut() { # takes the first word off $_gv_text: sets _gv_word
  _gv_text=${_gv_text#"${_gv_text%%[![:space:]]*}"}
  _gv_word=${_gv_text%%[[:space:]]*}
  _gv_text=${_gv_text#"$_gv_word"}
}

# The printable ASCII but for ] [ and \. What else is blank in a file depends on the locale: Node knows.
_gv_ascii='0-9A-Za-z_^~<>=*/.+#!"$%&'\''(),:;?@{|}`-'

# shellcheck disable=SC2295 # _gv_ascii is a list of characters in a pattern
_gv_read() { # <version file>: sets _gv_list to the words it has for Go, and _gv_line
  [ -f "$1" ] && [ -r "$1" ] || return 1
  [ -z "$_gv_long" ] || { _gv_state=node && return; }
  _gv_list='' _gv_line=0 _gv_file=$1
  while IFS= read -r _gv_text || [ -n "$_gv_text" ]; do
    _gv_line=$((_gv_line + 1))
    # The usual line, before all that others need: a version in digits and dots.
    case $_gv_line,$_gv_text in
      *,*[!0-9.]* | *,??????????*) ;;
      1,[1-9]*) case $1 in
        */.tool-versions) ;;
        *)
          _gv_pick "$_gv_text"
          return 0
          ;;
      esac ;;
    esac
    # A shell is slow with much text: Node reads the first megabyte of such a file.
    case $((_gv_line > 200 || ${#_gv_text} > 999)) in 1) _gv_state=node && return ;; esac
    if [ "$_gv_line" = 1 ]; then # a byte order mark: what stands before the first character of ASCII
      _gv_word=${_gv_text%%[$_gv_ascii]*}
      case $_gv_word in
        *[][\\]*) ;;
        *) _gv_text=${_gv_text#"$_gv_word"} ;;
      esac
    fi
    _gv_text=${_gv_text%%#*}
    _gv_cut
    [ -n "$_gv_word" ] || continue
    case ${1##*/},$_gv_word in
      .tool-versions,golang | .tool-versions,go) _gv_list=$_gv_text && break ;;
      .tool-versions,*) case ${_gv_word%%[][\\]*} in *[!$_gv_ascii]*) _gv_list=^ && break ;; esac ;;
      *)
        _gv_list=$_gv_word
        _gv_cut
        case $_gv_list in [\<\>=~^*]*) _gv_word=^ ;; esac
        # A range: the whole line counts.
        case $_gv_word in '||'* | - | [\<\>=~^]*) _gv_list=^ ;; esac
        case ${_gv_word%%[][\\]*} in *[!$_gv_ascii]*) _gv_list=^ ;; esac
        break
        ;;
    esac
  done <"$1"
  _gv_text=$_gv_list
  _gv_cut
  [ -n "$_gv_word" ] || return 1
  _gv_want=$_gv_word
  while [ -n "$_gv_word" ]; do
    _gv_pick "$_gv_word"
    [ "$_gv_state" = missing ] || return 0
    _gv_cut
  done
  _gv_pick "$_gv_want"
}

_gv_is_here() { # true where $_gv_dir is the working directory, by a path that can be walked up
  case $_gv_dir/ in [!/]* | */./* | */../*) return 1 ;; esac
  # shellcheck disable=SC3013 # see _gv_on_path
  [ "$_gv_dir" -ef . ]
}

_gv_walk() { # what the files say, from the folder $_gv_dir on
  while :; do
    # shellcheck disable=SC2166 # one command for each folder: they are most of what this costs
    until [ -f "$_gv_dir/.go-version" -o -f "$_gv_dir/.tool-versions" -o -z "$_gv_dir" ]; do
      _gv_dir=${_gv_dir%/*}
    done
    _gv_read "$_gv_dir/.go-version" && break
    _gv_read "$_gv_dir/.tool-versions" && break
    case $_gv_dir in
      '')
        # asdf's own default, which it reads from outside $HOME, too
        case ${HOME-} in /*) _gv_read "$HOME/.tool-versions" && break ;; esac
        _gv_read "$_gv_root/version" && break
        _gv_state=system _gv_from=''
        return
        ;;
    esac
    _gv_dir=${_gv_dir%/*}
  done
  _gv_from="$_gv_file, line $_gv_line"
}

_gv_resolve() { # docs/architecture.md, "Which version": sets _gv_state, _gv_go and _gv_from
  # The release that a shim is named after, or that a go command that switched wants. In Go's own names 1.20
  # is the release that gv calls 1.20.0.
  case $_gv_tool,$_gv_given${GOTOOLCHAIN_INTERNAL_SWITCH_VERSION-} in
    go[0-9]*) _gv_exact=${_gv_tool#go} _gv_from="the name $_gv_tool" ;;
    go,go[0-9]*)
      _gv_exact=${GOTOOLCHAIN_INTERNAL_SWITCH_VERSION#go} _gv_from=GOTOOLCHAIN_INTERNAL_SWITCH_VERSION
      ;;
    *) _gv_exact='' ;;
  esac
  if [ -n "$_gv_exact" ]; then
    case $_gv_exact in
      *.*.* | *.*[!0-9.]*) ;;
      *.*) _gv_exact=$_gv_exact.0 ;;
    esac
    _gv_pick "$_gv_exact"
    case $_gv_state,$_gv_kind in
      found, | missing, | found,pre | missing,pre)
        _gv_tool=go
        return
        ;;
    esac
  fi
  case $_gv_tool,${1-} in
    go,+*)
      _gv_from="go $1" _gv_plus=y
      _gv_pick "${1#+}"
      return
      ;;
  esac
  if [ -n "$_gv_given" ]; then
    _gv_from="gv exec $_gv_given"
    _gv_pick "$_gv_given"
    return
  fi
  if [ -n "${GV_VERSION-}" ]; then
    _gv_from=GV_VERSION
    _gv_pick "$GV_VERSION"
    return
  fi
  _gv_dir=$PWD
  _gv_is_here || { # some shells believe such a PWD; what cd changes is put back for the program
    _gv_word=$PWD _gv_old=${OLDPWD-}
    cd -P . 2>/dev/null || :
    _gv_dir=$PWD PWD=$_gv_word OLDPWD=$_gv_old
    [ -n "$_gv_old" ] || unset OLDPWD
    _gv_is_here || { _gv_state=node && return; } # lost, in a folder that was removed; mksh at times, too
  }
  _gv_dir=${_gv_dir%/}
  _gv_walk
}

# The hook of an interactive shell wants the functions above.
[ "$_gv_ask" != hook ] || return 0

_gv_installs() { # <arguments>: true where they make the go command install programs; sets _gv_verb
  case ${1-} in
    -C | --C) _gv_verb=${3-} ;;
    -C=* | --C=*) _gv_verb=${2-} ;;
    *) _gv_verb=${1-} ;;
  esac
  case $_gv_tool,$_gv_verb in
    go,install | go,get) ;;
    *) return 1 ;;
  esac
}

# Most of what the straight way leaves ends here: a partial version, a comment, GV_VERSION, go +1.21.
_gv_plus=''
_gv_resolve "$@"
# strict-pin: what gv chose stays, whatever go.mod asks for. What a go command switched to was chosen by that one;
# then it is for all that it starts, in whatever folder (a vet tool runs in those of the packages).
case ${_gv_strict-},$_gv_state,$_gv_ask${GOTOOLCHAIN_INTERNAL_SWITCH_VERSION-} in
  1,found, | 1,found,exec) export GOTOOLCHAIN=local ;;
  *,found,go[0-9]*) export GV_VERSION="$_gv_go" ;;
esac
case $_gv_ask$_gv_tool,$_gv_state,$_gv_go in
  *,1.[0-8] | *,1.[0-8].* | *,1.[0-8]rc* | *,1.[0-8]beta*) ;;
  go,found,* | gofmt,found,*)
    _gv_path=$_gv_store/$_gv_go/bin/$_gv_tool
    if [ -x "$_gv_path" ]; then
      [ -z "$_gv_plus" ] || shift
      _gv_plus=''
      if ! _gv_installs "$@"; then
        unset GOROOT GV_HOPS
        exec "$_gv_path" "$@"
      fi
    fi
    ;;
esac

_gv_print() { # one line to stdout; the Korn shell mksh has no printf of its own
  # shellcheck disable=SC3044
  case ${KSH_VERSION-} in
    *MIRBSD*) print -r -- "$1" ;;
    *) printf '%s\n' "$1" ;;
  esac
}

_gv_stop() { # <exit code when bin/gv asks> <fact> [line...]; a shim always says 127, or 126 where it is that
  case $_gv_ask,$1 in
    ,126) _gv_code=126 ;;
    ,*) _gv_code=127 ;;
    *) _gv_code=$1 ;;
  esac
  _gv_text="gv: $2"
  shift 2
  while :; do
    # Names of files come from strangers: no control character reaches the terminal.
    while :; do
      case $_gv_text in
        *[[:cntrl:]]*) _gv_text=${_gv_text%%[[:cntrl:]]*}"?"${_gv_text#*[[:cntrl:]]} ;;
        *) break ;;
      esac
    done
    _gv_print "$_gv_text" >&2
    [ $# -gt 0 ] || exit "$_gv_code"
    _gv_text="    $1"
    shift
  done
}

_gv_on_path() { # <name>: sets _gv_path to the first program of that name on PATH that is no shim of ours
  _gv_text=${PATH-}:
  while [ -n "$_gv_text" ]; do
    _gv_dir=${_gv_text%%:*} _gv_text=${_gv_text#*:} _gv_path=$_gv_dir/$1
    case $_gv_dir in [!/]* | '') continue ;; esac
    # shellcheck disable=SC3013 # every shell that is somebody's sh has -ef, and POSIX has it since 2024
    [ -f "$_gv_path" ] && [ -x "$_gv_path" ] && ! [ "$_gv_path" -ef "$_gv_root/shims/$1" ] && _gv_outside=y && return
  done
  return 1
}

_gv_who() { # <tool>: sets _gv_list to the installed versions that have the tool
  _gv_list=''
  for _gv_at in "$_gv_tools"/*/bin/"$1" "$_gv_store"/*/bin/"$1"; do
    [ -x "$_gv_at" ] || continue
    _gv_word=${_gv_at%/bin/*}
    _gv_list="$_gv_list, ${_gv_word##*/}"
  done
  _gv_list=${_gv_list#, }
  [ -n "$_gv_list" ]
}

_gv_find_tool() { # <tool>: sets _gv_path for the version or the system that was chosen, or stops
  _gv_path=$_gv_store/$_gv_go/bin/$1
  case $1,$_gv_state in
    go,found) return ;;
    gofmt,found)
      [ ! -x "$_gv_path" ] || return 0
      case $_gv_go in
        [0-9]*) _gv_word="to install it again: gv install --force $_gv_go" ;;
        *) _gv_word="it is a Go of your own: ls -l '$_gv_store/$_gv_go/bin'" ;;
      esac
      _gv_stop 3 "Go $_gv_go has no gofmt" "$_gv_word"
      ;;
    go,system | gofmt,system)
      _gv_on_path "$1" && return
      [ -z "$_gv_from" ] || _gv_stop 3 "there is no $1 on PATH besides gv's own" "asked for by: $_gv_from" \
        "to install a Go: gv install latest"
      _gv_stop 3 "no version of Go is chosen here, and PATH has no $1 besides gv's own" \
        "to install one: gv install latest, and to choose it everywhere: gv global latest"
      ;;
    *,found)
      _gv_path=$_gv_tools/$_gv_go/bin/$1
      [ ! -x "$_gv_path" ] || return 0
      _gv_path=$_gv_store/$_gv_go/bin/$1
      [ ! -x "$_gv_path" ] || return 0
      ;;
    *) _gv_on_path "$1" && return ;;
  esac
  if [ "$_gv_tool_fallback" = 0 ]; then
    case $_gv_state in
      system) _gv_word="the system's Go" ;;
      *) _gv_word="Go $_gv_go" ;;
    esac
    _gv_chosen=$_gv_word
    ! _gv_who "$1" || _gv_stop 3 "$_gv_chosen has no $1; these have: $_gv_list (tool-fallback is off)" \
      "to build it with the version in use: go install <its package>@latest"
  else
    case $_gv_go in
      [0-9]*.*.*) _gv_word=${_gv_go%.*} ;;
      [0-9]*rc*) _gv_word=${_gv_go%%rc*} ;;
      [0-9]*beta*) _gv_word=${_gv_go%%beta*} ;;
      *) _gv_word='' ;;
    esac
    _gv_best=''
    [ -z "$_gv_word" ] || ! _gv_newest "$_gv_tools" "bin/$1" "$_gv_word" || _gv_path=$_gv_tools/$_gv_best/bin/$1
    [ -n "$_gv_best" ] || ! _gv_newest "$_gv_tools" "bin/$1" || _gv_path=$_gv_tools/$_gv_best/bin/$1
    [ -n "$_gv_best" ] || ! _gv_newest "$_gv_store" "bin/$1" || _gv_path=$_gv_store/$_gv_best/bin/$1
    [ -z "$_gv_best" ] || return 0
  fi
  _gv_on_path "$1" && return
  # Whoever asks bin/gv may have mistyped it: Node knows what there is.
  [ -z "$_gv_ask" ] || [ ! -x "$_gv_node" ] || return
  _gv_stop 3 "no installed version of Go has $1, and PATH has no other" \
    "to install it: go install <its package>@latest" "to find those that are installed already: gv rehash"
}

_gv_missing() { # what was asked for is not here: installs it (Node), or stops
  case $_gv_kind,$_gv_ask in
    name,?*) [ ! -x "$_gv_node" ] || { _gv_state=node && return; } ;; # as in _gv_find_tool
  esac
  case $_gv_kind in
    latest) _gv_fact="no Go is installed" _gv_hint="gv install latest" ;;
    name)
      _gv_fact="there is no linked Go named $_gv_spec"
      _gv_hint="gv link $_gv_spec <its folder>   or write a release there, such as 1.22.5, 1.22 or latest"
      ;;
    *)
      _gv_fact="Go $_gv_spec is not installed" _gv_hint="gv install $_gv_spec"
      # The go command downloads what it needs; so does a shim, where somebody sees it or asked for it.
      case $_gv_ask,${0##*/},${GV_AUTO_INSTALL-},$_gv_spec in
        *,1.[0-9] | *,1.[0-9][!0-9]* | *,1.1[0-9]* | *,1.20*) ;;
        ,go,1,*) _gv_state=node ;;
        ,go,,*) [ ! -t 2 ] || _gv_state=node ;;
      esac
      [ "$_gv_state" = missing ] || return 0
      ;;
  esac
  # Looked at again: another gv may have removed it when it was looked for, and have installed it by now.
  _gv_path=$_gv_store/$_gv_go/bin/go
  if [ -n "$_gv_go" ] && [ -f "$_gv_path" ] && [ ! -x "$_gv_path" ] && [ -f "$_gv_path" ]; then
    _gv_stop 126 "$_gv_path may not be executed" \
      "its permissions or the file system (noexec) forbid it" "asked for by: $_gv_from"
  fi
  [ -z "$_gv_where" ] || _gv_stop 3 "$_gv_fact$_gv_where, and this root was set up on another system" \
    "asked for by: $_gv_from" "to mend it, type on this system: $_gv_hint"
  _gv_stop 3 "$_gv_fact" "asked for by: $_gv_from" "to mend it: $_gv_hint"
}

_gv_hop() { # counts a program outside gv that could call a shim again; stops at the 20th
  case ${GV_HOPS-} in
    [0-9] | 1[0-9]) GV_HOPS=$((GV_HOPS + 1)) ;;
    '' | *[!0-9]*) GV_HOPS=1 ;;
    *) GV_HOPS=20 ;;
  esac
  export GV_HOPS
  [ "$GV_HOPS" -lt 20 ] || _gv_stop 3 "$_gv_path and ${_gv_root}/shims/$_gv_tool call each other without end" \
    "both are shims; take one of their folders out of PATH, or choose a version: gv global latest"
}

_gv_outside=''
# shellcheck disable=SC2295,SC2101 # C1 controls and the like are no business of a terminal: Node writes them out.
case $_gv_state,${_gv_spec-}${_gv_from-} in
  refused,*[!][\\\ [:cntrl:]$_gv_ascii]* | missing,*[!][\\\ [:cntrl:]$_gv_ascii]*) _gv_state=node ;;
esac
[ "$_gv_state" != missing ] || _gv_missing
case $_gv_state in
  refused) _gv_stop 2 "\"$_gv_spec\" is a path or a reference, not a version of Go" "asked for by: $_gv_from" \
    "to use a Go of your own: gv link mygo <its folder>, and write mygo there" ;;
  node)
    [ -n "$_gv_ask" ] && return
    exec "$_gv_root/bin/gv" exec --shim "${0##*/}" -- "$@"
    ;;
esac
[ -z "$_gv_plus" ] || shift
case $_gv_ask,$_gv_tool in
  exec,*/*)
    _gv_path=$_gv_tool _gv_outside=y
    [ -x "$_gv_path" ] || _gv_stop 3 "$_gv_path can't be run" "is it there, and executable?"
    ;;
  *) _gv_find_tool "$_gv_tool" || return ;;
esac
case $_gv_ask in
  which) _gv_print "$_gv_path" && exit ;;
  current)
    [ "$_gv_state" = found ] || _gv_go=system
    _gv_print "$_gv_go" && exit
    ;;
  exec) # so that what the command starts stays on the version, by PATH and by any shim
    export GV_VERSION PATH
    case $_gv_state in
      found) GV_VERSION=$_gv_go PATH=$_gv_store/$_gv_go/bin:$_gv_tools/$_gv_go/bin${PATH:+:$PATH} ;;
      *) GV_VERSION=system ;;
    esac
    ;;
esac
unset GOROOT
case $_gv_state,$_gv_go in
  # Up to 1.8 a go command did not find its own tree.
  found,1.[0-8] | found,1.[0-8].* | found,1.[0-8]rc* | found,1.[0-8]beta*)
    GOROOT=$_gv_store/$_gv_go
    export GOROOT
    ;;
esac
case $_gv_ask,$_gv_outside in
  ,y) _gv_hop ;;
  *,) unset GV_HOPS ;;
esac
if _gv_installs "$@" && [ -f "$_gv_root/lib/rehash.sh" ]; then
  # shellcheck source=shims/rehash.sh
  . "$_gv_root/lib/rehash.sh"
fi
exec "$_gv_path" "$@"
