# Sourced by fish in place of env.fish, by those who want no shim between them and go: what env.fish does, and in an
# interactive shell a hook that puts the bin of the version that applies first on PATH. lib/on-path.fish is what it does;
# this is when: at each change of directory, after gv, and before each prompt. Builtins only. Written by gv setup, which
# puts its root in place of the word between the at signs.

source @GV_ROOT@/env.fish

if status is-interactive
    # Until it is called: a shell that starts pays for no more.
    function _gv_hook --on-variable PWD --on-event fish_prompt --on-event gv_done
        # What it does needs groups that set the variables of their names, as since fish 3.3. Else the shims answer.
        set -l gv_named
        string match -qr '(?<gv_named>.)' -- x
        set -q gv_named[1]
        and test -r @GV_ROOT@/lib/on-path.fish
        and source @GV_ROOT@/lib/on-path.fish
    end
end
