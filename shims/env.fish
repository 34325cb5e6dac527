# Sourced by fish: gv's shims first on PATH, then gv itself, and what `go install` builds last; and a function gv,
# so that `gv shell` can change the shell.
# Starts no process; sourcing it again changes nothing. Written by gv setup, which puts its root in place
# of the word between the at signs.

set -l gv_root @GV_ROOT@
set -l gv_path
for gv_dir in $PATH
    contains -- $gv_dir $gv_root/shims $gv_root/bin
    or set gv_path $gv_path $gv_dir
end

# Where the go command installs: GOBIN, else bin in the first folder of GOPATH, else ~/go/bin.
set -l gv_gobin
if test -n "$GOBIN"
    set gv_gobin $GOBIN
else if test -n "$GOPATH"
    set gv_gobin (string split : -- $GOPATH)[1]/bin
else if test -n "$HOME"
    set gv_gobin $HOME/go/bin
end
if string match -q -- '/*' "$gv_gobin"; and not contains -- $gv_gobin $gv_path
    set gv_path $gv_path $gv_gobin
end

set -gx PATH $gv_root/shims $gv_root/bin $gv_path

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
