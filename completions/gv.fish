# What fish offers at a TAB behind gv: in ~/.config/fish/completions/, or sourced.
#
# Runs builtins only and starts no process: versions and tools are names of folders, the releases are lines of a file.
# `gv completions fish` prints it. The table in it is made from src/cli/ by `npm run docs`.

function __gv_complete
    set -l cur (commandline -ct)
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l line
    set -l given
    set -l awaited
    set -l platform
    set -l operands no
    set -l behind 0
    set -l commands
    set -l options
    set -l words
    __gv_row ''
    while set -q typed[1]
        set -l word $typed[1]
        set -e typed[1]
        if set -q awaited[1]
            test $awaited = platform; and set platform $word
            set awaited
        else if test $operands = no; and test "$word" = --
            if contains -- command... $words
                # A command with words of its own.
                complete -C (string join ' ' -- (string escape -- $typed) $cur)
                return
            end
            set operands yes
        else if test $operands = no; and string match -q -- '-*' $word
            __gv_option $word
        else if string match -q -- "$word"\t'*' $commands
            set line $line $word
            set given
            __gv_row "$line"
        else
            set behind (math $behind + 1)
        end
    end
    if set -q awaited[1]
        __gv_kind $awaited
    else if test $operands = no; and string match -q -- '--*=*' $cur
        set -l name (string split -m 1 = -- $cur)[1]
        __gv_option $name
        set -q awaited[1]; and string replace -r '^' -- "$name=" (__gv_kind $awaited)
    else if test $operands = no; and string match -q -- '-*' $cur
        for option in $options
            set -l parts (string split -m 1 \t -- $option)
            contains -- $parts[1] $given; and continue
            for flag in (string split , -- (string split -m 1 = -- $parts[1])[1])
                echo $flag\t$parts[2]
            end
        end
    else
        test $behind = 0; and set -q commands[1]; and string join \n -- $commands
        # Of several kinds the one in this place; what may be repeated is the last.
        set behind (math $behind + 1)
        if set -q words[$behind]
            __gv_kind (string replace ... '' -- $words[$behind])
        else if string match -q -- '*...' $words[-1]
            __gv_kind (string replace ... '' -- $words[-1])
        end
    end
end

function __gv_option -S # <option>: notes that it is given, and in $awaited the kind of its word
    set -l typed_parts (string split -m 1 = -- $argv[1])
    for option in (string replace -r '\t.*' '' -- $options)
        set -l parts (string split -m 1 = -- $option)
        contains -- $typed_parts[1] (string split , -- $parts[1]); or continue
        set given $given $option
        if set -q parts[2]; and not set -q typed_parts[2]
            set awaited $parts[2]
        else if test "$parts[2]" = platform
            set platform $typed_parts[2]
        end
    end
end

# Sets $root, and $platform where none is given to the one that the root serves here.
function __gv_find_root -S
    if test -n "$GV_ROOT"
        set root $GV_ROOT
    else
        set root (string replace -r '/bin/gv$' '' -- (command -s gv))
        set -q root[1]; and test -f $root/lib/shim.conf; or set root ~/.gv
    end
    set platform (string replace / - -- $platform)
    if not set -q platform[1]; and test -f $root/lib/shim.conf
        # Its tests are those of fish, too; which platform they are for isn't said in fish.
        while read -l test
            string match -rq -- " && _gv_platform='(?<served>[a-z0-9-]+)' _gv_node=" $test; or continue
            eval (string replace -r ' && _gv_platform=.*' '' -- $test | string replace 'read -r' 'read -l')
            and set platform $served
        end <$root/lib/shim.conf
    end
end

# Sets $versions to the installed ones, the newest first, pre-releases last; $links to linked names.
function __gv_find_versions -S
    # fish sorts numbers in names as numbers.
    set -q platform[1]
    and set -l programs $root/versions/$platform/*/bin/go
    or set -l programs $root/versions/*/*/bin/go
    set -l names (string replace -r '.*/([^/]+)/bin/go$' '$1' -- $programs)
    set versions (string match -r '^\d+\.\d+\.\d+$' -- $names)[-1..1] (string match -r '^\d+\.\d+(?:rc|beta)\d+$' -- $names)[-1..1]
    set links (string match -r '^[A-Za-z_].*' -- $names)
end

# Sets $versions to the releases that gv saw last, else to the installed ones.
function __gv_find_releases -S
    set -l file "$root/cache/releases-$platform"
    if test -f $file
        read -lz text <$file
        set versions (string split -n \n -- $text)
    else
        __gv_find_versions
    end
end

function __gv_kind -S # <kind>: prints its words, and what there is of it
    set -l fixed
    set -l from
    set -l root
    set -l folders
    set -l versions
    set -l links
    __gv_kind_row $argv[1]
    set -q from[1]; and __gv_find_root
    for source in $from
        switch $source
            case releases
                __gv_find_releases
                set fixed $fixed $versions
            case minors
                __gv_find_releases
                for minor in (string match -r '^\d+\.\d+' -- $versions)
                    contains -- $minor $fixed; or set fixed $fixed $minor
                end
            case installed
                __gv_find_versions
                set fixed $fixed $versions $links
            case links
                __gv_find_versions
                set fixed $fixed $links
            case tools
                set -l shims $root/shims/*
                set fixed $fixed (string replace -r '.*/' '' -- $shims | string match -rv '^(?:go|gofmt|go[0-9].*|.*[^A-Za-z0-9._+-].*)$')
            case folders
                set folders (__fish_complete_directories $cur '')
            case files
                set folders (__fish_complete_path $cur)
        end
    end
    string join \n -- $fixed $folders
end

# --- made from src/cli/ ---
function __gv_row -S # <the commands so far>: what may follow; of each word its kind, behind = for that of an option
    set commands
    set options
    set words
    switch $argv[1]
        case ''
            set commands \
                install\t'install releases of Go, proven' \
                uninstall\t'remove installed versions' \
                prune\t'remove the versions that nothing needs' \
                list\t'list installed versions' \
                ls\t'list installed versions' \
                list-remote\t'list releases that can be installed' \
                ls-remote\t'list releases that can be installed' \
                verify\t'prove again what is on disk, and name the files that differ' \
                import\t'take over the Go versions of another manager, proven' \
                link\t'give a Go of your own a name' \
                build\t'build a Go of your own from source' \
                unlink\t'take that name away' \
                mirror\t'a folder that serves releases and their proof, for a network without another server' \
                local\t'pin a version for this directory' \
                global\t'show or set the version used where nothing is pinned' \
                use\t'install if missing, then pin for this directory' \
                shell\t'choose a version for this shell' \
                current\t'print the version that applies here' \
                which\t'print the program that a shim runs here' \
                exec\t'run a command with a version' \
                tools\t'tools that your Go builds: gopls, dlv, golangci-lint, ...' \
                whence\t'list the versions that have a tool' \
                rehash\t'find tools that were installed elsewhere, and renew the shims' \
                ide\t'set up editors and other places where Go is used' \
                setup\t'make gv ready, and put it on PATH in every shell that you use' \
                doctor\t'say what is wrong with this machine, and what to type' \
                snapshot\t'write down Go\'s environment here, and compare it with another' \
                check\t'try a project before a commit' \
                env\t'print what puts the shims first on PATH' \
                completions\t'print the script that completes gv in a shell' \
                cache\t'show or remove what gv keeps to save time' \
                config\t'show or change gv\'s own settings'
            set options \
                -V,--version\t'print gv\'s version' \
                -h,--help\t'display help for command'
        case 'install'
            set options \
                --platform=platform\t'another platform than this one, such as linux/arm64' \
                --full\t'the archive of go.dev/dl: with api/, doc/, misc/ and test/' \
                --gpg\t'check Google\'s signature of that archive, too (implies --full)' \
                --force\t'install it anew in place of the one that is there, which stays until that is proven' \
                --unproven\t'install it even where nothing proves it; gv list shows that' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words release...
        case 'uninstall'
            set options \
                --platform=platform\t'another platform than this one, such as linux/arm64' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words installed...
        case 'prune'
            set options \
                --dry-run\t'print what would go and what stays, and remove nothing' \
                --json\t'print it as JSON' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
        case 'list' 'ls'
            set options \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
        case 'list-remote' 'ls-remote'
            set options \
                --all\t'betas and release candidates, too' \
                --platform=platform\t'another platform than this one, such as linux/arm64' \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words minor
        case 'verify'
            set options \
                --platform=platform\t'another platform than this one, such as linux/arm64' \
                --json\t'print it as JSON' \
                -q,--quiet\t'print what is not proven only' \
                -h,--help\t'display help for command'
            set words goroot
        case 'import'
            set options \
                --dry-run\t'look and prove, print what would be done, and do nothing' \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words manager
        case 'link'
            set options \
                -h,--help\t'display help for command'
            set words free folder
        case 'build'
            set options \
                --name=free\t'what it is called: tip, devel-<commit> or built-<version> by itself' \
                --go=installed\t'with another Go than the newest that may build it' \
                --force\t'build tip anew where nothing changed' \
                --reproduce=installed\t'build an installed release from its own sources, and compare its h1 with the log\'s' \
                --platform=platform\t'another platform than this one, such as linux/arm64' \
                --json\t'print it as JSON' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words sources
        case 'unlink'
            set options \
                -h,--help\t'display help for command'
            set words link
        case 'mirror'
            set options \
                --platform=platform\t'a platform, such as linux/arm64; once for each; this one where none is named' \
                --refresh\t'show the newest tree head of the checksum database, and prove everything under it' \
                --prune\t'remove the releases that are not named, and what proves nothing any more' \
                --known-head=file\t'a newest tree head that clients have from elsewhere, which the mirror shall prove, too' \
                --dry-run\t'print what would be fetched and removed, with sizes, and change nothing' \
                --json\t'print it as JSON' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words folder release...
        case 'local'
            set options \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words spec
        case 'global'
            set options \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words spec
        case 'use'
            set options \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words release
        case 'shell'
            set options \
                --unset\t'take it back' \
                --fish\t'print the line for fish' \
                -h,--help\t'display help for command'
            set words spec
        case 'current'
            set options \
                --explain\t'who asked for it, and what GOTOOLCHAIN and go.mod make the go command run' \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
        case 'which'
            set options \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words program
        case 'exec'
            set options \
                --platform=platform\t'another platform than this one, such as linux/arm64' \
                -h,--help\t'display help for command'
            set words spec -- command...
        case 'tools'
            set commands \
                list\t'list the tools that there are' \
                install\t'build tools' \
                upgrade\t'build newer versions of the tools that this Go has' \
                remove\t'remove tools' \
                sync\t'build what this project asks for, and what another Go has'
            set options \
                -h,--help\t'display help for command'
        case 'tools list'
            set options \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
        case 'tools install'
            set options \
                --go=installed\t'with another Go than the one that applies here' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words known...
        case 'tools upgrade'
            set options \
                --go=installed\t'with another Go than the one that applies here' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words tool...
        case 'tools remove'
            set options \
                --go=installed\t'remove only what this Go built' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
            set words tool...
        case 'tools sync'
            set options \
                --from=installed\t'take the tools of this Go; the newest other one where none is named' \
                --go=installed\t'with another Go than the one that applies here' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
        case 'whence'
            set options \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words program
        case 'rehash'
            set options \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
        case 'ide'
            set options \
                --write\t'write it: a copy of each file is kept' \
                --undo\t'take back what the last --write changed in this project' \
                --user\t'your own settings, not this project\'s (vscode)' \
                --remote\t'the settings of windows that are connected to this machine (vscode)' \
                --container\t'as it is in a dev container (vscode)' \
                --large\t'for a large workspace (vscode)' \
                --isolate\t'a GOPATH of the project\'s own (direnv)' \
                --from=free\t'where gv itself is, for who has none (devcontainer, github)' \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words integration
        case 'setup'
            set options \
                --dry-run\t'print what would change as a diff, and change nothing' \
                --undo\t'take out what setup put into your files' \
                --shell=login\t'serve these shells, too: bash, zsh, fish, ksh, mksh, yash, dash' \
                --hook\t'put the version\'s own bin on PATH at each change of directory: no shim in between' \
                --no-hook\t'shims again' \
                --gui\t'also for what the desktop starts: environment.d on Linux, a LaunchAgent on macOS' \
                --proxy=proxy\t'set GOPROXY in Go\'s own env file; cn means goproxy.cn and the checksum database\'s address in China' \
                --no-profiles\t'leave the start-up files alone' \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
        case 'doctor'
            set options \
                --list\t'name the checks' \
                --fix\t'do what is safe: each change is shown first, and copies are kept' \
                --undo\t'put back what the last --fix changed in your files' \
                --offline\t'ask no server' \
                --deep\t'the slow checks, too' \
                --quick\t'four questions, answered in 3 s and without Node' \
                --html=file\t'write the report as one page' \
                --log=file\t'tell the causes of the errors in a log; - reads a pipe' \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words check...
        case 'snapshot'
            set commands \
                diff\t'say what differs between two' \
                check\t'say whether this machine is still as a baseline says'
            set options \
                --output=file\t'write it there instead' \
                --start=start\t'as login, interactive or plain shells start, or the desktop\'s programs' \
                --json\t'it is JSON anyway: so is an error' \
                -h,--help\t'display help for command'
        case 'snapshot diff'
            set options \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words snapshot snapshot
        case 'snapshot check'
            set options \
                --start=start\t'as login, interactive or plain shells start, or the desktop\'s programs' \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words file
        case 'check'
            set options \
                --list\t'name the stages' \
                --limit=free\t'how long a stage may take' \
                --install-hook\t'have git run it before each commit' \
                --uninstall-hook\t'take that hook out' \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words stage...
        case 'env'
            set options \
                --shell=reader\t'for sh (bash, zsh, ksh, ...), fish, the next steps of a GitHub job, or a .env file' \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
        case 'completions'
            set options \
                -h,--help\t'display help for command'
            set words shell
        case 'cache'
            set commands \
                list\t'print what there is, and its size' \
                clean\t'remove it'
            set options \
                -h,--help\t'display help for command'
        case 'cache list'
            set options \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
        case 'cache clean'
            set options \
                -q,--quiet\t'print errors only' \
                -h,--help\t'display help for command'
        case 'config'
            set commands \
                list\t'print every key and its value' \
                get\t'print one value' \
                set\t'set a key' \
                unset\t'take a key away: its default holds again'
            set options \
                -h,--help\t'display help for command'
        case 'config list'
            set options \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
        case 'config get'
            set options \
                --json\t'print it as JSON' \
                -h,--help\t'display help for command'
            set words key
        case 'config set'
            set options \
                -h,--help\t'display help for command'
            set words key free...
        case 'config unset'
            set options \
                -h,--help\t'display help for command'
            set words key
    end
end

function __gv_kind_row -S # <kind>: what is offered always, and what is found on disk
    switch $argv[1]
        case release
            set fixed latest stable oldstable go.mod
            set from releases
        case minor
            set fixed
            set from minors
        case spec
            set fixed latest stable oldstable go.mod system
            set from installed
        case installed
            set fixed
            set from installed
        case link
            set fixed
            set from links
        case goroot
            set fixed system
            set from installed folders
        case sources
            set fixed tip
            set from folders
        case tool
            set fixed
            set from tools
        case program
            set fixed go gofmt
            set from tools
        case known
            set fixed gopls dlv golangci-lint staticcheck govulncheck goimports stringer gofumpt gomodifytags mockgen protoc-gen-go protoc-gen-go-grpc air
            set from
        case platform
            set fixed aix/ppc64 darwin/amd64 darwin/arm64 dragonfly/amd64 freebsd/386 freebsd/amd64 freebsd/arm freebsd/arm64 illumos/amd64 linux/386 linux/amd64 linux/arm linux/arm64 linux/loong64 linux/mips linux/mips64 linux/mips64le linux/mipsle linux/ppc64 linux/ppc64le linux/riscv64 linux/s390x netbsd/386 netbsd/amd64 netbsd/arm netbsd/arm64 openbsd/386 openbsd/amd64 openbsd/arm openbsd/arm64 openbsd/ppc64 openbsd/riscv64 plan9/386 plan9/amd64 plan9/arm solaris/amd64 windows/386 windows/amd64 windows/arm64
            set from
        case shell
            set fixed bash zsh fish
            set from
        case login
            set fixed bash zsh fish ksh ksh93 mksh yash sh dash ash busybox nu pwsh tcsh csh
            set from
        case reader
            set fixed sh fish github dotenv
            set from
        case proxy
            set fixed cn
            set from
        case key
            set fixed archive-mirrors default-tools share source strict-pin tool-fallback
            set from
        case manager
            set fixed goenv asdf gvm mise koala homebrew usrlocal dl modcache all
            set from
        case check
            set fixed shims-written shims-on-path shims-first path-entries path-dead-link other-go other-go-broken shims-in-starts start-hangs starts-differ path-drops-system bash-profile-hides-profile zprofile-not-read profile-unread environment-plist launchctl-value desktop-shims goroot-gone goroot-platform goroot-version goroot-set goroot-frozen gopath-in-goroot gopath-path gobin-path gopath-missing gopath-not-writable go111module project-in-gopath gobin-on-path goenv-frozen goflags-words goflags-vendor goflags-strip godebug-asyncpreemptoff godebug-x509ignorecn godebug-set gotoolchain-local gotoolchain-invalid gosumdb-off goproxy-list goproxy-fallback goexperiment-known gocacheprog-gone gotmpdir-gone cc-frozen cc-missing cgo-disabled cgo-flags-frozen cgo-flags-missing target-other target-pair goarm-range goarm-arm64 cache-path cache-full cache-network cache-not-writable cache-of-another-user gocache-process-id go-architecture tool-architecture cc-architecture shell-under-rosetta debug-architectures xcode-tools xcode-sdk dlv-debugserver dlv-developer-mode sip mac-privacy xcode-tools-age go-too-old-for-mac mac-quarantine mac-gatekeeper mac-signature dlv-entitlements mount-noexec loader-missing security-module ptrace-scope binfmt-missing tool-not-executable tool-built-with-older-go tool-missing tool-copies gopls-too-old gopls-too-new dlv-range pin-not-installed pin-no-version version-files-differ pin-below-go-line pin-below-toolchain pin-past-support pin-has-newer-patch envrc-pin envrc-goroot envrc-path go-work-dead-use go-work-missing-module go-work-below-module modules-without-go-work vscode-goroot vscode-gopath vscode-tools-gopath vscode-alternate-tools vscode-tools-env vscode-terminal-env vscode-inherit-env vscode-gopls-settings vscode-test-flags vscode-rpc-trace vscode-undeclared goland-sdk dev-container-mount dev-container-goos goproxy-reachable goproxy-slow goproxy-toolchains checksum-database proxy-variables root-safe root-set-up shims-current store-whole store-proven links-alive global-installed config-known staging-clean gopls-starts cgo-builds modules-load modules-unchanged goproxy dlv-sign
            set from
        case stage
            set fixed go tools vet lint debug shellcheck own-1
            set from
        case integration
            set fixed vscode goland direnv devcontainer github
            set from
        case folder
            set fixed
            set from folders
        case start
            set fixed login login-interactive interactive plain desktop
            set from
        case snapshot
            set fixed - login login-interactive interactive plain desktop
            set from files
        case file
            set fixed -
            set from files
        case --
            set fixed --
            set from
        case command
            set fixed
            set from command
        case free
            set fixed
            set from
    end
end
# --- until here ---

complete -c gv -e
complete -c gv -f -k -a '(__gv_complete)'
