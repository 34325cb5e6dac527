# What the hook of an interactive fish does: the bin of the version that applies here first on PATH, then that of its
# tools. Loaded when it is first called.
#
# fish can't run the shim's rule, so this is the plain part of it once more, in fish; the shims, which stay on PATH, decide
# the rest: besides what on-path.sh leaves to them, latest, stable and 1, several words in a .go-version, what stands
# below 50 lines, and any file that is not plain ASCII. test/resolve.cases.ts runs through it.
#
# Where a version stands on PATH, GOROOT is hidden: go would believe it. Of PATH, what is below versions/ and tools/ of
# the root is the hook's. The rest is the user's, and stays as it is. string match sets the variables that its groups name;
# a command substitution would cost more than all else here.

set -g _gv_root @GV_ROOT@
set -g _gv_own '^'(string escape --style=regex -- $_gv_root)'/(versions|tools)/'
set -g _gv_left # PATH as the hook left it, and what of it isn't the hook's
set -g _gv_rest
set -g _gv_as # the version, and PATH with it
set -g _gv_platform
while read -l gv_line
    # A line of shim.conf: tests of files, which fish reads as sh does, and the platform where they hold.
    set -l gv_words (string match -r "^(\[ .+) && _gv_platform='([a-z0-9-]+)' " -- $gv_line)
    and eval (string replace -- 'read -r' 'read -g' $gv_words[2])
    and set _gv_platform $gv_words[3]
end <$_gv_root/lib/shim.conf
set -g _gv_store $_gv_root/versions/$_gv_platform
set -g _gv_go

# <minor>: sets _gv_go to the newest of it that is installed. A release before an rc, an rc before a beta.
function _gv_newest
    for gv_kind in . rc beta
        set -l gv_top -1
        for gv_at in $_gv_store/$argv[1]$gv_kind*
            string match -qr '(?<gv_number>0|[1-9]\d{0,2})$' -- $gv_at
            and test $gv_at = $_gv_store/$argv[1]$gv_kind$gv_number -a $gv_number -gt $gv_top -a -x $gv_at/bin/go
            and set gv_top $gv_number
        end
        test $gv_top -ge 0
        and set _gv_go $argv[1]$gv_kind$gv_top
        and return
    end
    return 1
end

# <word>: sets _gv_go to the version that it means, or to nothing where the shims decide; 1 where it isn't installed.
function _gv_pick
    set -l gv_go
    if string match -qr '^(?:go-?|v|prefix:|latest:|)(?<gv_go>(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2}))(?:\.[xX]){0,2}$' -- $argv[1]
        _gv_newest $gv_go
        or return
    else
        string match -qr '^(?:go-?|v|prefix:|latest:|)(?<gv_go>(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})(?:\.|rc|beta)(?:0|[1-9]\d{0,2}))$' -- $argv[1]
        or string match -qr '^(?!(?:go-?|v)\d|system$|latest$|stable$|oldstable$|go\.mod$|.*\.\.)(?<gv_go>[A-Za-z_][0-9A-Za-z._+-]*)$' -- $argv[1]
        or return 0
        test -x $_gv_store/$gv_go/bin/go
        or return
        set _gv_go $gv_go
    end
    # Up to 1.8 a go command wants a GOROOT.
    string match -qr '^1\.[0-8](?:\.|rc|beta)' -- $_gv_go
    and set _gv_go
    return 0
end

# <version file>: as _gv_pick; 1 where it says nothing.
function _gv_read
    test -r $argv[1]
    or return
    # Of a NUL only what reads the file sees anything.
    string match -qr '[^\t\r -~]' <$argv[1]
    and return 0
    # An exact version and no more, as in most: the long way below comes to the same.
    set -l gv_go
    read -lz gv_text <$argv[1]
    string match -qr '^(?:go-?|v|)(?<gv_go>1\.(?:9|[1-9]\d)\.(?:0|[1-9]\d{0,2}))\r?\n?$' -- $gv_text
    and test -x $_gv_store/$gv_go/bin/go
    and not string match -q '*/.tool-versions' -- $argv[1]
    and set _gv_go $gv_go
    and return
    set -l gv_lines
    set -l gv_words
    set -l gv_word
    while read -l gv_line
        set -a gv_lines y
        not set -q gv_lines[51]
        and string match -qr '^[ \t]*(?<gv_words>[!-"$-~][\t !-"$-~]*)?(?:#[\t -~]*)?\r?$' -- $gv_line
        or return 0
        test -n "$gv_words"
        or continue
        string match -qr '^(?<gv_word>[^ \t]+)[ \t]*(?<gv_words>.*)$' -- $gv_words
        switch $argv[1]
            case '*/.tool-versions'
                contains -- "$gv_word" golang go
                or continue
                test -n "$gv_words"
                or return
                while string match -qr '^(?<gv_word>[^ \t]+)[ \t]*(?<gv_words>.*)$' -- $gv_words
                    _gv_pick $gv_word
                    and return
                end
            case '*'
                test -n "$gv_words"
                or _gv_pick "$gv_word"
        end
        return 0
    end <$argv[1]
    return 1
end

# Sets _gv_go to the version that applies here, or to nothing where the shims decide.
function _gv_choose
    set _gv_go
    test -n "$_gv_platform" -a -z "$GOTOOLCHAIN_INTERNAL_SWITCH_VERSION" -a -r $_gv_root/lib/shim.conf
    and string match -q "*_gv_strict=''*" <$_gv_root/lib/shim.conf
    or return
    if test -n "$GV_VERSION"
        _gv_pick "$GV_VERSION"
        return
    end
    string match -qr '\n|/\.\.?(?:/|$)' -- $PWD
    or not test $PWD -ef .
    and return
    set -l gv_dir $PWD
    test $gv_dir != /
    or set gv_dir ''
    while true
        while not test -f "$gv_dir/.go-version" -o -f "$gv_dir/.tool-versions"
            and string match -qr '^(?<gv_dir>.*)/[^/]*$' -- "$gv_dir"
        end
        for gv_file in "$gv_dir"/.go-version "$gv_dir"/.tool-versions
            test -f $gv_file
            and _gv_read $gv_file
            and return
        end
        string match -qr '^(?<gv_dir>.*)/[^/]*$' -- "$gv_dir"
        or break
    end
    string match -q '/*' -- "$HOME"
    and test -f $HOME/.tool-versions
    and _gv_read $HOME/.tool-versions
    and return
    test -f $_gv_root/version
    and _gv_read $_gv_root/version
end

# Brings PATH in line with where one stands.
function _gv_hook --on-variable PWD --on-event fish_prompt --on-event gv_done
    _gv_choose
    # As it was.
    test "$_gv_go:$PATH" = "$_gv_as"
    and not set -qx GOROOT
    and return
    test "$PATH" = "$_gv_left"
    or set _gv_rest (string match -rv -- $_gv_own $PATH)
    set -l --path gv_path $_gv_rest
    if set -q _gv_go[1]
        set -p gv_path $_gv_store/$_gv_go/bin $_gv_root/tools/$_gv_platform/$_gv_go/bin
        set -qx GOROOT
        and set -gu GOROOT
    end
    set _gv_left "$gv_path"
    test "$PATH" = "$_gv_left"
    or set -gx PATH $gv_path
    set _gv_as "$_gv_go:$PATH"
end
_gv_hook
