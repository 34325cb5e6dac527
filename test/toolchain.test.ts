/** src/toolchain.ts: names of golang.org/toolchain, and where its files go. */
import { describe, expect, it } from "vitest";

import { moduleVersion, parseModuleVersion, placeToolchainFile, type Release } from "../src/toolchain.ts";
import { parseVersion } from "../src/version.ts";

function release(name: string, os = "linux", arch = "amd64"): Release {
  const version = parseVersion(name);
  if (!version) throw new Error(`${name} is no version`);
  return { version, platform: { os, arch } };
}

describe("module versions", () => {
  it.each([
    [release("1.22.5"), "v0.0.1-go1.22.5.linux-amd64"],
    [release("1.21.0"), "v0.0.1-go1.21.0.linux-amd64"],
    [release("1.20.0"), "v0.0.1-go1.20.linux-amd64"],
    [release("1.20.1", "darwin", "arm64"), "v0.0.1-go1.20.1.darwin-arm64"],
    [release("1.23rc1", "windows", "386"), "v0.0.1-go1.23rc1.windows-386"],
    [release("1.9beta2", "linux", "armv6l"), "v0.0.1-go1.9beta2.linux-armv6l"],
  ])("%j is %s", (one, text) => {
    expect(moduleVersion(one)).toBe(text);
    expect(parseModuleVersion(text)).toEqual(one);
  });

  it.each([
    "",
    "v0.0.1",
    "go1.22.5.linux-amd64",
    "v0.0.1-1.22.5.linux-amd64",
    "v0.0.2-go1.22.5.linux-amd64",
    "v0.0.1-go1.9.2rc2.linux-amd64",
    "v0.0.1-go1.22.5",
    "v0.0.1-go1.22.5.linux",
    "v0.0.1-go1.22.5.linux-",
    "v0.0.1-go1.22.5.linux-amd64.zip",
    "v0.0.1-go1.22.5.Linux-amd64",
    "v0.0.1-go1.22.5.linux-amd64\n",
    "v0.0.1-go1.22.5-custom.linux-amd64",
    "v0.0.1-gotip.linux-amd64",
    "v0.0.1-go1.22.5.linux-amd64-x",
    "v0.0.1-go../../x.linux-amd64",
    "v0x0y1-go1.22.5.linux-amd64",
  ])("%j is none", (text) => {
    expect(parseModuleVersion(text)).toBeUndefined();
  });
});

describe("files", () => {
  const place = placeToolchainFile(release("1.22.5"));
  const prefix = "golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64/";

  it.each([
    ["bin/go", "bin/go", 0o755],
    ["bin/go.exe", "bin/go.exe", 0o755],
    ["pkg/tool/linux_amd64/compile", "pkg/tool/linux_amd64/compile", 0o755],
    ["src/all.bash", "src/all.bash", 0o755],
    ["src/cmd/dist/x.sh", "src/cmd/dist/x.sh", 0o755],
    ["src/mkerrors.pl", "src/mkerrors.pl", 0o755],
    ["src/all.rc", "src/all.rc", 0o755],
    ["lib/wasm/go_js_wasm_exec", "lib/wasm/go_js_wasm_exec", 0o755],
    ["go_android_arm64_exec", "go_android_arm64_exec", 0o755],
    ["misc/go_android_exec/main.go", "misc/go_android_exec/main.go", 0o644],
    ["misc/cargo_js_wasm_exec", "misc/cargo_js_wasm_exec", 0o644],
    ["VERSION", "VERSION", 0o644],
    ["src/fmt/print.go", "src/fmt/print.go", 0o644],
    ["src/bin/go", "src/bin/go", 0o644],
    ["pkg/include/x.h", "pkg/include/x.h", 0o644],
    ["src/all.bat", "src/all.bat", 0o644],
    ["src/bash", "src/bash", 0o644],
    ["src/_go.mod", "src/go.mod", 0o644],
    ["_go.mod", "go.mod", 0o644],
    ["src/x_go.mod", "src/x_go.mod", 0o644],
    ["src/_go.mod/x", "src/_go.mod/x", 0o644],
    ["src/_go.sum", "src/_go.sum", 0o644],
  ])("%s goes to %s", (name, path, mode) => {
    expect(place(prefix + name)).toEqual({ path, mode });
  });

  it.each([
    "bin/go",
    "golang.org/toolchain@v0.0.1-go1.22.50.linux-amd64/bin/go",
    "golang.org/toolchain@v0.0.1-go1.22.5.linux-arm64/bin/go",
    "golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64",
    "Golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64/bin/go",
    `x/${prefix}bin/go`,
  ])("%s is another module's", (name) => {
    expect(() => place(name)).toThrow(expect.objectContaining({ code: "BAD_ARCHIVE", exitCode: 4 }));
  });
});
