# shellcheck shell=sh disable=SC3044 # shopt is bash's
# Sourced by a profile in place of env, by those who want no shim between them and go: what env does, and in an
# interactive shell a hook that puts the bin of the version that applies first on PATH. lib/on-path.sh is what it does;
# this is when: after cd, pushd, popd and gv, and in bash and zsh before each prompt besides. Builtins only. Written by
# gv setup, which puts its root in place of the word between the at signs.

# shellcheck source=shims/env.sh
. @GV_ROOT@/env
case $- in
  *i*) ;;
  *) return 0 ;;
esac

_gv_load() { # lib/on-path.sh, which ends with a call of its own _gv_hook
  case $- in *i*) ;; *) return 0 ;; esac # a script that was handed these functions
  set -- "$-" ''
  set +aefu
  case ${ZSH_VERSION:+zsh}${BASH_VERSION:+bash} in # aliases are expanded in what is loaded
    zsh) emulate -L sh && setopt no_aliases ;;
    bash) shopt -q expand_aliases && shopt -u expand_aliases && set -- "$1" expand_aliases ;;
  esac
  # shellcheck source=shims/on-path.sh
  [ ! -r @GV_ROOT@/lib/shim.conf ] || [ ! -r @GV_ROOT@/lib/on-path.sh ] || . @GV_ROOT@/lib/on-path.sh
  [ -z "$2" ] || shopt -s "$2"
  _gv_put_back "$1"
}
_gv_hook() { # until it is called: a shell that starts pays for no more
  _gv_load
}
_gv_put_back() { # <what $- was>
  case $1 in *a*) set -a ;; esac
  case $1 in *f*) set -f ;; esac
  case $1 in *u*) set -u ;; esac
  case $1 in *e*) set -e ;; esac
}
_gv_keep() { # the hook, and then the exit code that was before it
  set -- "$?"
  _gv_hook
  return "$1"
}
_gv_keep_anew() { # after gv, which may have changed what is loaded
  set -- "$?"
  _gv_load
  return "$1"
}
_gv_after=_gv_keep_anew # what the function gv of env ends with
_gv_left='' _gv_others='' # PATH as the hook left it, and what of it isn't the hook's

case ${ZSH_VERSION:+zsh}${BASH_VERSION:+bash} in
  zsh) eval 'emulate zsh -c "
      typeset -ga chpwd_functions precmd_functions
      chpwd_functions=(\${chpwd_functions:#_gv_hook} _gv_hook)
      precmd_functions=(\${precmd_functions:#_gv_hook} _gv_hook)"' ;;
  bash)
    # A cd of your own, or another tool's, stays as it is: then the prompt finds out.
    for _gv_at in cd pushd popd; do
      alias $_gv_at >/dev/null 2>&1 || typeset -f $_gv_at >/dev/null 2>&1 ||
        eval "$_gv_at() { command $_gv_at \"\$@\" || return; _gv_hook; }"
    done
    # Behind what is there: direnv puts PATH back before a prompt. `&& :` is for set -e, and who exports
    # PROMPT_COMMAND hands it to shells without these functions.
    # Of several bash before 5.1 runs the first alone.
    eval 'case ${PROMPT_COMMAND[*]-},${PROMPT_COMMAND[1]+array},$BASH_VERSION in
      *_gv_keep*) ;;
      *,array,5.[1-9]* | *,array,[6-9].*) PROMPT_COMMAND+=("_gv_keep 2>/dev/null && :") ;;
      *) PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND
}_gv_keep 2>/dev/null && :" ;;
    esac'
    ;;
  *)
    alias cd >/dev/null 2>&1 || typeset -f cd >/dev/null 2>&1 ||
      eval 'cd() { command cd "$@" || return; _gv_hook; }'
    _gv_hook
    ;;
esac
