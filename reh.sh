cd /tmp/rvx/h/p21
for s in dash bash "bash --posix" ksh mksh yash "busybox sh" zsh "zsh --emulate sh"; do
 echo "== $s"
 rm -rf /tmp/rvx/gb /tmp/rvx/h/.gv/tools; rm -f /tmp/rvx/h/.gv/shims/tool*
 E="env -i HOME=/tmp/rvx/h H=/tmp/rvx/h PATH=/usr/bin:/bin GOBIN=/tmp/rvx/gb"
 G=/tmp/rvx/h/.gv/shims/go
 $E NAMES="toola toolb" RC=3 $s $G install ./...; echo "rc=$? $(cd /tmp/rvx/h/.gv; echo tools/*/*/bin/* shims/tool*)"
 echo hi | $E READ=1 NAMES=toolc $s $G install x/toolc@v1.0.0; echo "rc=$? $(cd /tmp/rvx/h/.gv; echo tools/*/*/bin/*)"; cat /tmp/rvx/h/fds | tr '\n' ';'
 rm -rf /tmp/rvx/h/.gv/tools; sleep 0.02
 $E NAMES=toola TOUCH=1 $s $G install x/toola@latest; echo "utd: $(cd /tmp/rvx/h/.gv; echo tools/*/*/bin/*)"
 rm -rf /tmp/rvx/h/.gv/tools; sleep 0.02
 $E NAMES=toolb TOUCH=1 $s $G install -ldflags "-s -w" x/toolb/v2@latest </dev/null <&-; echo "utd2: $(cd /tmp/rvx/h/.gv; echo tools/*/*/bin/*)"
 $E SLEEP=3 $s $G install x & p=$!; sleep 0.3; kill -TERM $p; wait $p; echo "TERM rc=$?"
 (cd /tmp/rvx; $E SLEEP=3 timeout -s INT 0.3 $s $G install x; echo "INT rc=$?")
 ls /tmp/rvx/h/.gv/staging
done
