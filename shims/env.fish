# Sourced by fish: gv's shims first on PATH, then gv itself, and what `go install` builds last; and a function gv,
# so that `gv shell` can change the shell.
# Starts no process; sourcing it again changes nothing. Written by gv setup, which puts its root in place
# of the word between the at signs.

set -l gv_dirs @GV_ROOT@/shims @GV_ROOT@/bin
set -l gv_gobin $HOME/go/bin
if test "$GOBIN$GOPATH:$PATH[1]:$PATH[2]" = ":$gv_dirs[1]:$gv_dirs[2]"; and contains -- $gv_gobin $PATH
    # All is so already, as in a shell that a terminal starts.
else if test -z "$GOBIN$GOPATH"; and not contains -- $gv_gobin $PATH; and not contains -- $gv_dirs[1] $PATH; and not contains -- $gv_dirs[2] $PATH
    set -gx PATH $gv_dirs $PATH $gv_gobin
else
    # Anything else. fish parses a file before it runs it, and this text only here.
    # Where the go command installs: GOBIN, else bin in the first folder of GOPATH, else ~/go/bin.
    eval '
        if test -n "$GOBIN"
            set gv_gobin $GOBIN
        else if test -n "$GOPATH"
            set -l gv_first (string split : -- $GOPATH)[1]
            test -n "$gv_first"; and set gv_gobin $gv_first/bin
        end
        set -l gv_path
        for gv_dir in $PATH
            contains -- $gv_dir $gv_dirs
            or set gv_path $gv_path $gv_dir
        end
        if string match -q -- "/*" "$gv_gobin"; and not contains -- $gv_gobin $gv_path
            set gv_path $gv_path $gv_gobin
        end
        set -gx PATH $gv_dirs $gv_path'
end

# At a TAB fish finds the script by this.
if status is-interactive; and not contains -- @GV_ROOT@/lib/completions $fish_complete_path
    set -g fish_complete_path @GV_ROOT@/lib/completions $fish_complete_path
end

# A program can't set a variable of the shell that starts it: it prints the line, and this runs it.
function gv
    if test (count $argv) = 2; and test $argv[1] = shell; and string match -qr -- '^(--unset$|[^-])' $argv[2]
        set -l gv_line (command gv shell --fish $argv[2])
        and eval $gv_line
    else
        command gv $argv
    end
    set -l gv_status $status
    emit gv_done # for the hook
    return $gv_status
end
