# shellcheck shell=bash disable=SC2086,SC2231 # a list is words between spaces
# What bash offers at a TAB behind gv. For bash 3.2 (macOS) and newer, with or without the package bash-completion:
# sourced by a profile, or found by that package under the name gv.
#
# Runs builtins only and starts no process: versions and tools are names of folders, the releases are lines of a file.
# `gv completions bash` prints it. The table in it is made from src/cli/ by `npm run docs`.

_gv() {
  local IFS=$' \t\n' commands options words entry word
  local line='' prefix='' awaited='' given=' ' platform='' operands='' count=0 failglob='' noglob='' i
  local cur=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  # Where nothing has a pattern's form, that is no error here.
  ! shopt -q failglob || { shopt -u failglob && failglob=y; }
  case $- in *f*) set +f && noglob=y ;; esac
  _gv_row ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [ -n "$awaited" ]; then
      [ "$word" != = ] || continue # bash takes --platform=linux/arm64 for three words
      [ "$awaited" != platform ] || platform=$word
      awaited=''
      continue
    fi
    case $operands$word in
      --)
        case $words in *command...) count=-- && break ;; esac
        operands=y
        ;;
      -*) _gv_option "$word" ;;
      *) case " $commands " in
        *" $word "*) line="${line:+$line }$word" given=' ' && _gv_row "$line" ;;
        *) count=$((count + 1)) ;;
      esac ;;
    esac
  done
  if [ "$count" = -- ]; then
    _gv_command $((i + 1))
  elif [ -n "$awaited" ]; then
    [ "$cur" != = ] || cur=''
    _gv_kind "$awaited"
  else
    case $operands$cur in
      --*=*)
        prefix=${cur%%=*}= cur=${cur#*=}
        _gv_option "${prefix%=}"
        # What is put in takes the place of what stands behind such a character; bash 3.2 has it all in one word.
        case ${COMP_WORDBREAKS-} in *=*) prefix='' ;; esac
        [ -z "$awaited" ] || _gv_kind "$awaited"
        ;;
      -*) _gv_options ;;
      *)
        [ "$count" -gt 0 ] || _gv_offer $commands
        for entry in $words; do # of several kinds the one in this place; what may be repeated is the last
          case $count,$entry in
            0,* | *...) _gv_kind "${entry%...}" && break ;;
          esac
          count=$((count - 1))
        done
        ;;
    esac
  fi
  [ -z "$failglob" ] || shopt -s failglob
  [ -z "$noglob" ] || set -f
}

_gv_anew() { # what env calls when it has loaded this: from the start again, by the settings below (124, since bash 4.0)
  case $BASH_VERSION in [1-3].*) _gv "$@" ;; *) return 124 ;; esac
}

_gv_offer() { # <word...>: those that begin as what is typed
  local one
  for one; do
    case $one in "$cur"*) COMPREPLY+=("$prefix$one") ;; esac
  done
}

_gv_option() { # <option>: notes that it is given, and in $awaited the kind of its word
  local entry
  for entry in $options; do
    case ,${entry%%=*}, in
      *",${1%%=*},"*)
        given="$given$entry "
        case $1,$entry in
          --*=*,platform | --*=*,*=platform) platform=${1#*=} ;;
          *=*,*) ;;
          *,*=*) awaited=${entry#*=} ;;
        esac
        ;;
    esac
  done
}

_gv_options() { # those that weren't given yet
  local entry names
  for entry in $options; do
    case $given in *" $entry "*) continue ;; esac
    names=${entry%%=*}
    _gv_offer ${names//,/ }
  done
}

_gv_find_root() { # sets $root, and $platform where none is given to the one that the root serves here
  local rest=${PATH-}: dir
  # What lib/shim.conf sets.
  local _gv_version _gv_platform='' _gv_node _gv_tool_fallback _gv_strict _gv_word
  root=${GV_ROOT-}
  while [ -z "$root" ] && [ -n "$rest" ]; do
    dir=${rest%%:*} rest=${rest#*:}
    { [ -f "$dir/gv" ] && [ -x "$dir/gv" ]; } || continue
    root=${dir%/*}
    [ -f "$root/lib/shim.conf" ] || root=${HOME-}/.gv
  done
  root=${root:-${HOME-}/.gv}
  # shellcheck source=/dev/null
  [ -n "$platform" ] || [ ! -f "$root/lib/shim.conf" ] || . "$root/lib/shim.conf"
  platform=${platform:-$_gv_platform}
  platform=${platform//\//-}
}

_gv_find_versions() { # sets $versions to the installed ones, the newest first, pre-releases last; $links to linked names
  local at name minor rest
  local -a sorted
  for at in "$root/versions/"${platform:-*}/*/bin/go; do
    [ -e "$at" ] || continue
    name=${at%/bin/go} name=${name##*/}
    case $name in
      *[!A-Za-z0-9._+-]*) continue ;;
      [!0-9]*) links="$links $name" && continue ;;
      # No name that gv gives.
      *..* | *. | *.*.*.* | *.[a-z]* | 0* | *[!0-9]0[0-9]* | *[0-9][0-9][0-9][0-9]*) continue ;;
    esac
    # An array's indices are in order, however it is filled.
    minor=${name#*.} minor=${minor%%[!0-9]*} rest=${name#*."$minor"}
    case $name,${name//[0-9]/} in
      *.*.*,..) sorted[1000000000 - ${name%%.*} * 1000000 - minor * 1000 - ${rest#.}]=$name ;;
      *,.rc) sorted[2000000000 - ${name%%.*} * 1000000 - minor * 1000 - 500 - ${rest#rc}]=$name ;;
      *,.beta) sorted[2000000000 - ${name%%.*} * 1000000 - minor * 1000 - ${rest#beta}]=$name ;;
    esac
  done
  versions="${sorted[*]-}"
}

_gv_find_releases() { # sets $versions to the releases that gv saw last, else to the installed ones
  local text=''
  [ -f "$root/cache/releases-$platform" ] || { _gv_find_versions && return; }
  IFS= read -r -d '' text <"$root/cache/releases-$platform" || :
  versions=$text
}

_gv_kind() { # <kind>: offers its words, and what there is of it
  local fixed='' from='' source
  local root='' versions='' links='' one
  _gv_kind_row "$1"
  _gv_offer $fixed
  [ -z "$from" ] || _gv_find_root
  for source in $from; do
    case $source in
      releases) _gv_find_releases && _gv_offer $versions ;;
      minors)
        _gv_find_releases
        links=' '
        for one in $versions; do
          one=${one%%[a-z]*}
          case $one in *.*.*) one=${one%.*} ;; esac
          case $links in *" $one "*) ;; *) links="$links$one " ;; esac
        done
        _gv_offer $links
        ;;
      installed) _gv_find_versions && _gv_offer $versions $links ;;
      links) _gv_find_versions && _gv_offer $links ;;
      tools) _gv_tools ;;
      folders) _gv_paths -d ;;
      files) _gv_paths -e ;;
    esac
  done
}

_gv_paths() { # <-d or -e>: folders or files, by bash itself; beside what is offered already, which it would leave out
  local at
  type compopt >/dev/null 2>&1 || return 0
  case $1 in -d) compopt -o dirnames ;; *) compopt -o default ;; esac
  [ ${#COMPREPLY[@]} != 0 ] || return 0
  compopt -o filenames
  for at in "$cur"*; do
    ! test "$1" "$at" || COMPREPLY+=("$prefix$at")
  done
}

_gv_tools() { # the programs that have a shim: not go and gofmt, and not go1.22.5
  local at
  for at in "$root/shims/$cur"*; do
    at=${at##*/}
    case $at in go | gofmt | go[0-9]* | *[!A-Za-z0-9._+-]*) ;; *) COMPREPLY+=("$prefix$at") ;; esac
  done
}

_gv_command() { # <index of its first word>: what stands behind --, as that program completes it
  local root='' rest=${PATH-}: dir at seen
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1" # bash-completion 2.12
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif [ "$1" -lt "$COMP_CWORD" ] || [ "${cur#*/}" != "$cur" ]; then
    ! type compopt >/dev/null 2>&1 || compopt -o default
  else
    _gv_find_root
    _gv_offer go gofmt
    _gv_tools
    seen=" ${COMPREPLY[*]-} "
    while [ -n "$cur" ] && [ -n "$rest" ]; do
      dir=${rest%%:*} rest=${rest#*:}
      [ -z "$dir" ] || [ "$dir" = "$root/shims" ] || for at in "$dir/$cur"*; do
        case $seen in *" ${at##*/} "*) continue ;; esac
        [ ! -f "$at" ] || [ ! -x "$at" ] || { seen="$seen${at##*/} " && COMPREPLY+=("${at##*/}"); }
      done
    done
  fi
}

# --- made from src/cli/ ---
_gv_row() { # <the commands so far>: what may follow; of each word its kind, behind = for that of an option
  commands='' options='' words=''
  case $1 in
    '')
      commands='install uninstall prune list ls list-remote ls-remote verify import link build unlink mirror local global use shell current which exec tools whence rehash ide setup doctor snapshot check env completions cache config'
      options='-V,--version -h,--help'
      ;;
    'install')
      options='--platform=platform --full --gpg --force --unproven -q,--quiet -h,--help'
      words='release...'
      ;;
    'uninstall')
      options='--platform=platform -q,--quiet -h,--help'
      words='installed...'
      ;;
    'prune')
      options='--dry-run --json -q,--quiet -h,--help'
      ;;
    'list' | 'ls')
      options='--json -h,--help'
      ;;
    'list-remote' | 'ls-remote')
      options='--all --platform=platform --json -h,--help'
      words='minor'
      ;;
    'verify')
      options='--platform=platform --json -q,--quiet -h,--help'
      words='goroot'
      ;;
    'import')
      options='--dry-run --json -h,--help'
      words='manager'
      ;;
    'link')
      options='-h,--help'
      words='free folder'
      ;;
    'build')
      options='--name=free --go=installed --force --reproduce=installed --platform=platform --json -q,--quiet -h,--help'
      words='sources'
      ;;
    'unlink')
      options='-h,--help'
      words='link'
      ;;
    'mirror')
      options='--platform=platform --refresh --prune --known-head=file --dry-run --json -q,--quiet -h,--help'
      words='folder release...'
      ;;
    'local')
      options='-q,--quiet -h,--help'
      words='spec'
      ;;
    'global')
      options='-q,--quiet -h,--help'
      words='spec'
      ;;
    'use')
      options='-q,--quiet -h,--help'
      words='release'
      ;;
    'shell')
      options='--unset --fish -h,--help'
      words='spec'
      ;;
    'current')
      options='--explain --json -h,--help'
      ;;
    'which')
      options='--json -h,--help'
      words='program'
      ;;
    'exec')
      options='--platform=platform -h,--help'
      words='spec -- command...'
      ;;
    'tools')
      commands='list install upgrade remove sync'
      options='-h,--help'
      ;;
    'tools list')
      options='--json -h,--help'
      ;;
    'tools install')
      options='--go=installed -q,--quiet -h,--help'
      words='known...'
      ;;
    'tools upgrade')
      options='--go=installed -q,--quiet -h,--help'
      words='tool...'
      ;;
    'tools remove')
      options='--go=installed -q,--quiet -h,--help'
      words='tool...'
      ;;
    'tools sync')
      options='--from=installed --go=installed -q,--quiet -h,--help'
      ;;
    'whence')
      options='--json -h,--help'
      words='program'
      ;;
    'rehash')
      options='-q,--quiet -h,--help'
      ;;
    'ide')
      options='--write --undo --user --remote --container --large --isolate --from=free --json -h,--help'
      words='integration'
      ;;
    'setup')
      options='--dry-run --undo --shell=login --hook --no-hook --gui --proxy=proxy --no-profiles -q,--quiet -h,--help'
      ;;
    'doctor')
      options='--list --fix --undo --offline --deep --quick --html=file --log=file --json -h,--help'
      words='check...'
      ;;
    'snapshot')
      commands='diff check'
      options='--output=file --start=start --json -h,--help'
      ;;
    'snapshot diff')
      options='--json -h,--help'
      words='snapshot snapshot'
      ;;
    'snapshot check')
      options='--start=start --json -h,--help'
      words='file'
      ;;
    'check')
      options='--list --limit=free --install-hook --uninstall-hook --json -h,--help'
      words='stage...'
      ;;
    'env')
      options='--shell=reader --json -h,--help'
      ;;
    'completions')
      options='-h,--help'
      words='shell'
      ;;
    'cache')
      commands='list clean'
      options='-h,--help'
      ;;
    'cache list')
      options='--json -h,--help'
      ;;
    'cache clean')
      options='-q,--quiet -h,--help'
      ;;
    'config')
      commands='list get set unset'
      options='-h,--help'
      ;;
    'config list')
      options='--json -h,--help'
      ;;
    'config get')
      options='--json -h,--help'
      words='key'
      ;;
    'config set')
      options='-h,--help'
      words='key free...'
      ;;
    'config unset')
      options='-h,--help'
      words='key'
      ;;
  esac
}

_gv_kind_row() { # <kind>: what is offered always, and what is found on disk
  case $1 in
    release) fixed='latest stable oldstable go.mod' from='releases' ;;
    minor) fixed='' from='minors' ;;
    spec) fixed='latest stable oldstable go.mod system' from='installed' ;;
    installed) fixed='' from='installed' ;;
    link) fixed='' from='links' ;;
    goroot) fixed='system' from='installed folders' ;;
    sources) fixed='tip' from='folders' ;;
    tool) fixed='' from='tools' ;;
    program) fixed='go gofmt' from='tools' ;;
    known) fixed='gopls dlv golangci-lint staticcheck govulncheck goimports stringer gofumpt gomodifytags mockgen protoc-gen-go protoc-gen-go-grpc air' from='' ;;
    platform) fixed='aix/ppc64 darwin/amd64 darwin/arm64 dragonfly/amd64 freebsd/386 freebsd/amd64 freebsd/arm freebsd/arm64 illumos/amd64 linux/386 linux/amd64 linux/arm linux/arm64 linux/loong64 linux/mips linux/mips64 linux/mips64le linux/mipsle linux/ppc64 linux/ppc64le linux/riscv64 linux/s390x netbsd/386 netbsd/amd64 netbsd/arm netbsd/arm64 openbsd/386 openbsd/amd64 openbsd/arm openbsd/arm64 openbsd/ppc64 openbsd/riscv64 plan9/386 plan9/amd64 plan9/arm solaris/amd64 windows/386 windows/amd64 windows/arm64' from='' ;;
    shell) fixed='bash zsh fish' from='' ;;
    login) fixed='bash zsh fish ksh ksh93 mksh yash sh dash ash busybox nu pwsh tcsh csh' from='' ;;
    reader) fixed='sh fish github dotenv' from='' ;;
    proxy) fixed='cn' from='' ;;
    key) fixed='archive-mirrors default-tools share source strict-pin tool-fallback' from='' ;;
    manager) fixed='goenv asdf gvm mise koala homebrew usrlocal dl modcache all' from='' ;;
    check) fixed='shims-written shims-on-path shims-first path-entries path-dead-link other-go other-go-broken shims-in-starts start-hangs starts-differ path-drops-system bash-profile-hides-profile zprofile-not-read profile-unread environment-plist launchctl-value desktop-shims goroot-gone goroot-platform goroot-version goroot-set goroot-frozen gopath-in-goroot gopath-path gobin-path gopath-missing gopath-not-writable go111module project-in-gopath gobin-on-path goenv-frozen goflags-words goflags-vendor goflags-strip godebug-asyncpreemptoff godebug-x509ignorecn godebug-set gotoolchain-local gotoolchain-invalid gosumdb-off goproxy-list goproxy-fallback goexperiment-known gocacheprog-gone gotmpdir-gone cc-frozen cc-missing cgo-disabled cgo-flags-frozen cgo-flags-missing target-other target-pair goarm-range goarm-arm64 cache-path cache-full cache-network cache-not-writable cache-of-another-user gocache-process-id go-architecture tool-architecture cc-architecture shell-under-rosetta debug-architectures xcode-tools xcode-sdk dlv-debugserver dlv-developer-mode sip mac-privacy xcode-tools-age go-too-old-for-mac mac-quarantine mac-gatekeeper mac-signature dlv-entitlements mount-noexec loader-missing security-module ptrace-scope binfmt-missing tool-not-executable tool-built-with-older-go tool-missing tool-copies gopls-too-old gopls-too-new dlv-range pin-not-installed pin-no-version version-files-differ pin-below-go-line pin-below-toolchain pin-past-support pin-has-newer-patch envrc-pin envrc-goroot envrc-path go-work-dead-use go-work-missing-module go-work-below-module modules-without-go-work vscode-goroot vscode-gopath vscode-tools-gopath vscode-alternate-tools vscode-tools-env vscode-terminal-env vscode-inherit-env vscode-gopls-settings vscode-test-flags vscode-rpc-trace vscode-undeclared goland-sdk dev-container-mount dev-container-goos goproxy-reachable goproxy-slow goproxy-toolchains checksum-database proxy-variables root-safe root-set-up shims-current store-whole store-proven links-alive global-installed config-known staging-clean gopls-starts cgo-builds modules-load modules-unchanged goproxy dlv-sign' from='' ;;
    stage) fixed='go tools vet lint debug shellcheck own-1' from='' ;;
    integration) fixed='vscode goland direnv devcontainer github' from='' ;;
    folder) fixed='' from='folders' ;;
    start) fixed='login login-interactive interactive plain desktop' from='' ;;
    snapshot) fixed='- login login-interactive interactive plain desktop' from='files' ;;
    file) fixed='-' from='files' ;;
    --) fixed='--' from='' ;;
    command) fixed='' from='command' ;;
    free) fixed='' from='' ;;
  esac
}
# --- until here ---

# Versions stay in their order where this bash can keep one (4.4); where none can say that a word is a folder (3.2), any
# file is offered when nothing else is.
if type compopt >/dev/null 2>&1; then
  complete -o nosort -F _gv gv 2>/dev/null || complete -F _gv gv
else
  complete -o default -F _gv gv
fi
