/** src/goenv.ts: what Go's settings say, from the environment and its two files. */
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import { goBinFolder, goSetting, userEnvFile } from "../src/goenv.ts";
import { basicPath, sandbox, type Sandbox } from "./support/sandbox.ts";

const goFile = "../home/.config/go/env";

/** A Go on PATH whose go.env says this. */
function withGo(box: Sandbox, text: string): { PATH: string; file: string } {
  const go = box.write("go/bin/go", "#!/bin/sh\n", 0o755);
  return { PATH: `${dirname(go)}:${basicPath}`, file: box.write("go/go.env", text) };
}

function goProxy(box: Sandbox, env: Record<string, string> = {}): string | undefined {
  return goSetting(box.context({ env: { ...box.env, ...env } }), "GOPROXY")?.value;
}

describe("precedence", () => {
  it("environment, the user's file, go.env, nothing", () => {
    const box = sandbox();
    const { PATH, file } = withGo(box, "GOPROXY=c\n");
    const user = box.write(goFile, "GOPROXY=b\n");
    const read = (env: Record<string, string>) =>
      goSetting(box.context({ env: { ...box.env, ...env } }), "GOPROXY");
    expect(read({ PATH, GOPROXY: "a" })).toEqual({ value: "a", origin: "environment" });
    expect(read({ PATH, GOPROXY: "" })).toEqual({
      value: "b",
      origin: user.replace("project/../", ""),
      line: 1,
    });
    expect(read({ PATH, GOENV: "off" })).toEqual({ value: "c", origin: file, line: 1 });
    expect(read({ GOENV: "off" })).toBeUndefined();
  });

  it("is each setting's own", () => {
    const box = sandbox();
    const { PATH } = withGo(box, "GOPROXY=c\nGOSUMDB=c\nGOFLAGS=c\n");
    box.write(goFile, "GOPROXY=b\nGOSUMDB=b\n");
    const ctx = box.context({ env: { ...box.env, PATH, GOPROXY: "a" } });
    expect(["GOPROXY", "GOSUMDB", "GOFLAGS", "GOBIN"].map((name) => goSetting(ctx, name)?.value)).toEqual([
      "a",
      "b",
      "c",
      undefined,
    ]);
  });
});

const userFile = (env: Record<string, string>, os = "linux"): string | undefined =>
  userEnvFile(sandbox().context({ env, home: "/home/me", platform: { os, arch: "amd64" } }));

describe("the user's file", () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{}, "/home/me/.config/go/env"],
    [{ XDG_CONFIG_HOME: "/config" }, "/config/go/env"],
    [{ XDG_CONFIG_HOME: "" }, "/home/me/.config/go/env"],
    [{ XDG_CONFIG_HOME: "relative" }, "/home/me/.config/go/env"],
    [{ GOENV: "/my/env", XDG_CONFIG_HOME: "/config" }, "/my/env"],
    [{ GOENV: "off", XDG_CONFIG_HOME: "/config" }, undefined],
    [{ GOENV: "" }, "/home/me/.config/go/env"],
  ])("of %j is %s", (env, file) => {
    expect(userFile(env)).toBe(file);
  });

  it("is in Application Support on macOS, whatever XDG_CONFIG_HOME says", () => {
    const file = "/home/me/Library/Application Support/go/env";
    expect(userFile({}, "darwin")).toBe(file);
    expect(userFile({ XDG_CONFIG_HOME: "/config" }, "darwin")).toBe(file);
    expect(userFile({ GOENV: "off" }, "darwin")).toBeUndefined();
  });

  it.each([
    ["GOPROXY=a", "a"],
    ["GOPROXY=a\r\nGOSUMDB=b\r\n", "a"],
    ["# GOPROXY=x\nGOPROXY=a # b\n", "a # b"],
    ["#GOPROXY=a\n", undefined],
    ["GOPROXY=a\nGOPROXY=b\n", "b"],
    ["GOPROXY=https://a/?x=y=z\n", "https://a/?x=y=z"],
    [" GOPROXY=a\n", undefined],
    ["goproxy=a\n", undefined],
    ["export GOPROXY=a\n", undefined],
    ["GOPROXY\n", undefined],
    ["GOPROXY=\n", undefined],
    ["XGOPROXY=a\nGOPROXYX=b\n", undefined],
    ['GOPROXY="a"\n', '"a"'],
    ["", undefined],
  ])("%j says %s", (text, value) => {
    const box = sandbox();
    box.write(goFile, text);
    expect(goProxy(box)).toBe(value);
  });

  it("that can't be read isn't there", () => {
    const box = sandbox();
    expect(goProxy(box, { GOENV: box.project })).toBeUndefined();
    expect(goProxy(box, { GOENV: join(box.project, "none/env") })).toBeUndefined();
  });
});

describe("go.env", () => {
  it("is that of the first go on PATH, behind its link", () => {
    const box = sandbox();
    withGo(box, "GOPROXY=c\n");
    mkdirSync(join(box.project, "bin"));
    symlinkSync("../go/bin/go", join(box.project, "bin/go"));
    box.write("other/bin/go", "", 0o755);
    box.write("other/go.env", "GOPROXY=other\n");
    const [bin, other] = [join(box.project, "bin"), join(box.project, "other/bin")];
    expect(goProxy(box, { PATH: `${bin}:${other}` })).toBe("c");
    expect(goProxy(box, { PATH: `${other}:${bin}` })).toBe("other");
  });

  it("isn't asked of gv's own shim, under whatever path, of a folder, or of what can't be run", () => {
    const box = sandbox();
    const { PATH } = withGo(box, "GOPROXY=c\n");
    box.write("../root/shims/go", "", 0o755);
    box.write("../root/go.env", "GOPROXY=shim\n");
    symlinkSync(join(box.root, "shims"), join(box.project, "alias"));
    mkdirSync(join(box.project, "folder/go"), { recursive: true });
    chmodSync(box.write("text/go", ""), 0o644);
    const before = [join(box.root, "shims"), join(box.project, "alias"), join(box.project, "folder")];
    const path = [...before, join(box.project, "text"), "", ".", "go/bin", PATH].join(":");
    expect(goProxy(box, { PATH: path })).toBe("c");
    expect(goProxy(box, { PATH: before.join(":") })).toBeUndefined();
  });

  it("may be missing, as PATH may", () => {
    const box = sandbox();
    const go = box.write("old/bin/go", "", 0o755);
    expect(goProxy(box, { PATH: dirname(go) })).toBeUndefined();
    expect(goProxy(box, { PATH: "" })).toBeUndefined();
    expect(goSetting(box.context({ env: {} }), "GOPROXY")).toBeUndefined();
  });
});

describe("where go install puts programs", () => {
  it.each([
    [{}, "/home/me/go/bin"],
    [{ GOPATH: "/a" }, "/a/bin"],
    [{ GOPATH: "/a:/b" }, "/a/bin"],
    [{ GOPATH: ":/b" }, "/home/me/go/bin"],
    [{ GOBIN: "/x", GOPATH: "/a" }, "/x"],
    [{ GOBIN: "", GOPATH: "/a" }, "/a/bin"],
  ])("%j: %s", (env, folder) => {
    const ctx = sandbox().context({ env, home: "/home/me" });
    expect(goBinFolder(ctx)).toBe(folder);
  });

  it("by the user's file", () => {
    const box = sandbox();
    box.write(goFile, "GOBIN=/from/file\n");
    expect(goBinFolder(box.context())).toBe("/from/file");
  });
});
