# shellcheck shell=sh
# Run by launchd at each login: puts the two folders that it is called with first on the PATH that launchd gives to
# what it starts. The rest of that PATH stays; running it again changes nothing.
rest=:$(launchctl getenv PATH):
[ "$rest" != :: ] || rest=:$(getconf PATH):
for dir in "$1" "$2"; do
  while :; do
    case $rest in
      *":$dir:"*) rest=${rest%%":$dir:"*}:${rest#*":$dir:"} ;;
      *) break ;;
    esac
  done
done
rest=${rest#:}
launchctl setenv PATH "$1:$2${rest:+:${rest%:}}"
