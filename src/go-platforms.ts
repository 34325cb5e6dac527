/**
 * The pairs of GOOS and GOARCH that Go has builds for: `go tool dist list` of Go 1.26.8, and those that only older
 * releases have (release notes of 1.14, 1.15 and 1.26, cmd/go's internal/platform). Pure.
 */
const pairs = `
aix/ppc64 android/386 android/amd64 android/arm android/arm64 darwin/amd64 darwin/arm64 dragonfly/amd64 freebsd/386
freebsd/amd64 freebsd/arm freebsd/arm64 illumos/amd64 ios/amd64 ios/arm64 js/wasm linux/386 linux/amd64 linux/arm
linux/arm64 linux/loong64 linux/mips linux/mips64 linux/mips64le linux/mipsle linux/ppc64 linux/ppc64le linux/riscv64
linux/s390x netbsd/386 netbsd/amd64 netbsd/arm netbsd/arm64 openbsd/386 openbsd/amd64 openbsd/arm openbsd/arm64
openbsd/ppc64 openbsd/riscv64 plan9/386 plan9/amd64 plan9/arm solaris/amd64 wasip1/wasm windows/386 windows/amd64
windows/arm64`;

const older = `
darwin/386 darwin/arm freebsd/riscv64 nacl/386 nacl/amd64p32 nacl/arm openbsd/mips64 windows/arm`;

const known = new Set(`${pairs} ${older}`.trim().split(/\s+/));
const [systems, processors] = [0, 1].map((i) => new Set([...known].map((pair) => pair.split("/")[i] ?? "")));

/** Whether some release of Go builds for `os/arch`. */
export function isGoPlatform(os: string, arch: string): boolean {
  return known.has(`${os}/${arch}`);
}

/** What is wrong with a pair that is none, in words: which half no release knows. */
export function problemOfPair(os: string, arch: string): string | undefined {
  if (isGoPlatform(os, arch)) return undefined;
  if (!systems?.has(os)) return `no release of Go has a GOOS ${os}`;
  if (!processors?.has(arch)) return `no release of Go has a GOARCH ${arch}`;
  return `no release of Go builds for ${os} on ${arch}`;
}
