/** gv tools and default-tools: the built program, with a go command in sh that "builds" (support/modules.ts). */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { realGo } from "../support/programs.ts";
import { buildable, buildingToolchain, serveModules, versions } from "../support/modules.ts";
import type { Ran } from "../support/sandbox.ts";
import {
  failedWith,
  hostFolder,
  hostName,
  jsonError,
  type Scene,
  scene,
  start,
  succeeded,
} from "../support/scene.ts";

const goplsPath = "golang.org/x/tools/gopls";
const gopls = versions(goplsPath, { "v0.20.0": "1.24.2", "v0.21.1": "1.25", "v0.23.0": "1.26.0" });
const tiny = versions("example.com/tiny", { "v1.0.0": "1.20", "v1.1.0": "1.20" });

interface Tools extends Scene {
  /** gv with a go command that finds its programs. */
  readonly tools: (...words: string[]) => Promise<Ran>;
  /** What is in tools/: `1.26.8/bin/gopls`. */
  readonly there: () => string[];
  readonly staging: () => string[];
  /** What the go command was called with, a line a call. */
  readonly calls: () => string[];
}

/** Go 1.25.14 and 1.26.8, the older one global, and what they can build. */
async function toolScene(): Promise<Tools> {
  const made = await scene([], { toolchains: ["1.25.14", "1.26.8"].map(buildingToolchain) });
  const { box, proxy, install } = made;
  serveModules(proxy, { ...gopls, ...tiny });
  await install("1.25.14", "1.26.8");
  for (const go of ["1.25.14", "1.26.8"])
    for (const target of [
      `${goplsPath}@v0.20.0`,
      `${goplsPath}@v0.21.1`,
      `${goplsPath}@v0.23.0`,
      "example.com/tiny/cmd/tiny@v1.0.0",
      "example.com/tiny/cmd/tiny@v1.1.0",
    ])
      buildable(box, go, target);
  const programs = join(box.project, "..", "programs");
  const env = { GV_TEST_PROGRAMS: programs, GOBIN: join(box.home, "gobin") };
  return {
    ...made,
    box: { ...box, env: { ...box.env, ...env } },
    tools: (...words) => box.gv(["tools", ...words], { env }),
    there: () =>
      box
        .listing()
        .flatMap((path) => (path.endsWith("/") ? [] : (path.split(`tools/${hostFolder}/`)[1] ?? []))),
    staging: () => box.listing().filter((path) => path.startsWith("staging/") && path !== "staging/"),
    calls: () =>
      existsSync(join(programs, "calls"))
        ? readFileSync(join(programs, "calls"), "utf8").trim().split("\n")
        : [],
  };
}

describe("gv tools install", () => {
  it("builds the newest version that the Go here can build, and gives it a shim", async () => {
    const { tools, there, staging, box, calls } = await toolScene();
    const ran = await tools("install", "gopls");
    expect(ran).toMatchObject({ code: 0, stdout: "gopls v0.21.1 is built by Go 1.25.14\n" });
    expect(ran.stderr).toBe(
      `gopls v0.23.0 needs Go 1.26.0: v0.21.1 is the newest for Go 1.25.14
building gopls v0.21.1 with Go 1.25.14 ...
go: downloading ${goplsPath}@v0.21.1
`,
    );
    expect(there()).toEqual(["1.25.14/bin/gopls"]);
    expect(staging()).toEqual([]);
    expect(box.listing()).toContain("shims/gopls");
    expect(existsSync(join(box.home, "gobin"))).toBe(false);
    expect(calls()).toEqual([
      expect.stringMatching(
        new RegExp(
          `^GOBIN=${box.root}/staging/[^ ]+/bin GOTOOLCHAIN=local GOOS=${hostName.split("/")[0]} GO111MODULE=on install -mod=mod -modfile= ${goplsPath}@v0\\.21\\.1$`,
        ),
      ),
    ]);
  });

  it("does so for each Go, and the pin switches them", async () => {
    const { tools, there, box } = await toolScene();
    expect(await tools("install", "-q", "gopls", "example.com/tiny/cmd/tiny")).toEqual(succeeded(""));
    expect(await tools("install", "-q", "--go", "1.26", "gopls")).toEqual(succeeded(""));
    expect(there()).toEqual(["1.25.14/bin/gopls", "1.25.14/bin/tiny", "1.26.8/bin/gopls"]);
    const folder = join(box.root, "tools", hostFolder);
    for (const version of ["1.26.8", "1.25.14"]) {
      box.write(".go-version", `${version}\n`);
      expect((await box.gv(["which", "gopls"])).stdout).toBe(`${folder}/${version}/bin/gopls\n`);
    }
  });

  it("builds nothing that is there already", async () => {
    const { tools, calls } = await toolScene();
    await tools("install", "gopls", "gopls@v0.20.0");
    expect(await tools("install", "gopls@0.20.0")).toEqual(
      succeeded("gopls v0.20.0 of Go 1.25.14 is there already\n"),
    );
    expect((await tools("install", "gopls")).stdout).toBe("gopls v0.21.1 is built by Go 1.25.14\n");
    expect(calls()).toHaveLength(3);
  });

  it("asks no proxy for a version that is named, and leaves it to the go command", async () => {
    const { tools, proxy, calls, box } = await toolScene();
    proxy.requests.length = 0;
    for (const go of ["1.25.14", "1.26.8"]) buildable(box, go, `${goplsPath}@latest`);
    expect((await tools("install", "gopls@latest")).code).toBe(0);
    expect(proxy.requests).toEqual([]);
    expect(calls()[0]).toMatch(/gopls@latest$/);
  });

  it("that fails says what the go command says, and leaves nothing", async () => {
    const { tools, there, staging } = await toolScene();
    const ran = await tools("install", "gopls@v0.1.0");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toBe(
      `building gopls v0.1.0 with Go 1.25.14 ...
go: ${goplsPath}@v0.1.0: no such thing
gv: Go 1.25.14 can't build ${goplsPath}@v0.1.0
    the go command says why, above
    gv tools install gopls   builds the newest that Go 1.25.14 can
`,
    );
    expect((await tools("install", "-q", "gopls@v0.1.0")).stderr).toMatch(/^go: .*: no such thing\ngv: /);
    expect([there(), staging()]).toEqual([[], []]);
  });

  it("of several builds the others, and names those that failed", async () => {
    const { tools, there } = await toolScene();
    const ran = await tools("install", "-q", "gopls@v0.1.0", "example.com/tiny/cmd/tiny");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/gv: of 2 tools these were not built: gopls\n {4}why is said above\n$/);
    expect(there()).toEqual(["1.25.14/bin/tiny"]);
  });

  it("reads every word before it builds one", async () => {
    const { tools, calls } = await toolScene();
    expect(failedWith(2, await tools("install", "gopls", "dvl")).hint).toMatch(/^did you mean dlv\?\n/);
    expect(failedWith(3, await tools("install", "gopls", "--go", "1.27")).fact).toBe(
      "Go 1.27 is not installed",
    );
    expect(calls()).toEqual([]);
  });

  it("an interrupt ends the go command, and leaves nothing", async () => {
    const all = await toolScene();
    const programs = join(all.box.project, "..", "programs");
    execFileSync("mkfifo", [join(programs, "wait"), join(programs, "begun")]);
    const gv = start(all, ["tools", "install", "gopls"]);
    const [begun] = await once(createReadStream(join(programs, "begun"), "utf8"), "data");
    expect(begun).toContain("gopls@v0.21.1");
    expect(all.staging().some((path) => path.endsWith("/bin/gopls"))).toBe(true);
    gv.kill("SIGINT");
    expect(await gv.ended).toMatchObject({ signal: "SIGINT", stdout: "" });
    expect([all.there(), all.staging()]).toEqual([[], []]);
  });

  it("puts what a linked Go builds under its name", async () => {
    const { tools, there, box, goroot } = await toolScene();
    await box.gv(["link", "mygo", goroot("1.26.8")]);
    expect((await tools("install", "--go", "mygo", "gopls")).stdout).toBe(
      "gopls v0.23.0 is built by Go mygo\n",
    );
    expect(there()).toEqual(["mygo/bin/gopls"]);
    box.write(".go-version", "mygo\n");
    expect((await box.gv(["which", "gopls"])).stdout).toContain("/mygo/bin/gopls\n");
  });

  it("needs a Go from 1.16 on", async () => {
    const made = await scene([], { toolchains: [buildingToolchain("1.15.15")] });
    await made.install("1.15.15");
    expect(failedWith(1, await made.gv("tools", "install", "gopls")).fact).toBe(
      "Go 1.15.15 can't build a tool by its version: 1.16 was the first",
    );
  });

  it.runIf(realGo)("with the system's Go keeps them by its version", { timeout: 120_000 }, async () => {
    const { box, proxy } = await scene([]);
    const module = "example.com/tiny";
    serveModules(proxy, {
      [module]: {
        "v1.2.3": {
          "go.mod": `module ${module}\n\ngo 1.18\n`,
          "main.go": 'package main\n\nfunc main() { println("tiny v1.2.3") }\n',
        },
      },
    });
    const go = execFileSync("which", ["go"], { encoding: "utf8" }).trim();
    const [cache = ""] = execFileSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).split("\n");
    const env = {
      PATH: `${box.root}/shims:${join(go, "..")}:/usr/bin:/bin`,
      GOCACHE: cache,
      GOFLAGS: "-mod=vendor -modfile=no.mod -modcacherw",
      GOOS: "plan9",
      CGO_ENABLED: "0",
    };
    const ran = await box.gv(["tools", "install", module], { env });
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    const version = realGo?.slice(2) ?? "";
    expect(ran.stdout).toBe(`tiny v1.2.3 is built by Go ${version}\n`);
    expect(box.listing()).toContain(`tools/${hostFolder}/${version}/bin/tiny`);
    expect((await box.run(join(box.root, "shims/tiny"), [], { env })).stderr).toBe("tiny v1.2.3\n");
    expect(existsSync(join(box.home, "go/bin"))).toBe(false);
  });
});

describe("gv tools list", () => {
  it("tells each tool's version, Go and platform, and what its shim runs here", async () => {
    const { tools, box } = await toolScene();
    expect(await tools("list")).toMatchObject({ code: 0, stdout: "" });
    await tools("install", "-q", "gopls", "example.com/tiny/cmd/tiny@v1.0.0");
    await tools("install", "-q", "gopls", "--go", "1.26");
    box.write("../root/tools/plan9-arm/1.20.1/bin/script", "#!/bin/sh\n", 0o755);
    expect((await tools("list")).stdout).toBe(
      [
        `* gopls             v0.21.1     Go 1.25.14  ${hostName}`,
        `  gopls             v0.23.0     Go 1.26.8   ${hostName}`,
        "  script            ?           Go 1.20.1   plan9/arm",
        `* tiny              v1.0.0      Go 1.25.14  ${hostName}\n`,
      ].join("\n"),
    );
    const [first] = JSON.parse((await tools("list", "--json")).stdout);
    expect(first).toEqual({
      name: "gopls",
      module: goplsPath,
      version: "v0.21.1",
      package: goplsPath,
      go: "1.25.14",
      builtBy: "go1.25.14",
      platform: hostName,
      path: join(box.root, "tools", hostFolder, "1.25.14/bin/gopls"),
      current: true,
    });
  });
});

describe("gv tools upgrade", () => {
  it("builds what is newer, and only that", async () => {
    const { tools, calls } = await toolScene();
    await tools("install", "-q", "gopls@v0.20.0", "example.com/tiny/cmd/tiny");
    expect((await tools("upgrade")).stdout).toBe(
      "gopls v0.21.1 is built by Go 1.25.14\ntiny v1.1.0 of Go 1.25.14 is there already\n",
    );
    expect(await tools("upgrade", "-q")).toEqual(succeeded(""));
    expect(calls()).toHaveLength(3);
  });

  it("keeps what is newer than what this Go would get now", async () => {
    const { tools, calls, box } = await toolScene();
    const pre = `${goplsPath}@v0.22.0-pre.1`;
    buildable(box, "1.25.14", pre);
    await tools("install", "-q", "gopls@v0.22.0-pre.1");
    expect((await tools("upgrade", "gopls")).stdout).toBe(
      "gopls v0.22.0-pre.1 of Go 1.25.14 is there already\n",
    );
    expect(calls()).toHaveLength(1);
  });

  it("of a tool that this Go hasn't got is an error", async () => {
    const { tools } = await toolScene();
    await tools("install", "-q", "gopls", "--go", "1.26");
    expect(failedWith(3, await tools("upgrade", "gopls"))).toEqual({
      fact: "Go 1.25.14 has no gopls to upgrade",
      hint: "gv tools install gopls   builds it\ngv tools list   shows what there is",
    });
  });
});

describe("gv tools remove", () => {
  it("removes what every Go built, and the shim; what is in GOBIN stays", async () => {
    const { tools, there, box } = await toolScene();
    for (const go of ["1.25", "1.26"])
      await tools("install", "-q", "gopls", "example.com/tiny/cmd/tiny", "--go", go);
    const original = box.write("../home/gobin/gopls", "#!/bin/sh\n", 0o755);
    expect(await tools("remove", "gopls")).toEqual(
      succeeded(
        `gopls of Go 1.25.14, 1.26.8 is removed\n${original} stays, and gv rehash would find it again: rm '${original}'\n`,
      ),
    );
    expect(there()).toEqual(["1.25.14/bin/tiny", "1.26.8/bin/tiny"]);
    expect(box.listing()).not.toContain("shims/gopls");
    expect(await tools("remove", "tiny", "--go", "1.26")).toEqual(
      succeeded("tiny of Go 1.26.8 is removed\n"),
    );
    expect(box.listing()).toContain("shims/tiny");
  });

  it("of what isn't there is an error, and removes nothing", async () => {
    const { tools, there } = await toolScene();
    await tools("install", "-q", "gopls");
    expect(failedWith(3, await tools("remove", "gopls", "dlv"))).toEqual({
      fact: "there is no dlv in gv's tools",
      hint: "there are gopls",
    });
    expect(jsonError(2, await tools("list", "--json", "extra")).code).toBe("BAD_ARGUMENT");
    expect(there()).toEqual(["1.25.14/bin/gopls"]);
  });
});

describe("gv tools sync", () => {
  it("builds what the newest other Go has, in the version for this one", async () => {
    const { tools, there } = await toolScene();
    await tools("install", "-q", "gopls", "example.com/tiny/cmd/tiny@v1.0.0");
    const ran = await tools("sync", "--go", "1.26");
    expect(ran.stdout).toBe("gopls v0.23.0 is built by Go 1.26.8\ntiny v1.1.0 is built by Go 1.26.8\n");
    expect(ran.stderr).toContain("gopls (Go 1.25.14)\ntiny (Go 1.25.14)\n");
    expect(there()).toHaveLength(4);
    expect(await tools("sync", "--go", "1.26")).toMatchObject({
      stdout: "",
      stderr: "gv: nothing to build: Go 1.26.8 has what the others have\n",
    });
    expect(failedWith(3, await tools("sync", "--from", "1.20")).fact).toBe("there are no tools of Go 1.20");
  });

  it("builds what go.mod and .tool-versions ask for, in their versions", async () => {
    const { tools, box } = await toolScene();
    box.write(
      "go.mod",
      `module example.com/me

go 1.25

require (
	example.com/tiny v1.0.0
	example.com/forked v1.0.0
)

tool (
	example.com/tiny/cmd/tiny
	example.com/me/cmd/own
	example.com/forked/cmd/f
	example.com/missing/cmd/m
	example.com/tiny/cmd/ls
	example.com/tiny/cmd/staticcheck
)

replace example.com/forked => ../x
`,
    );
    box.write(".tool-versions", "golang 1.25.14\ngopls 0.20.0\ndelve ref:\u009b31m\nls 1.0.0\n");
    const ran = await tools("sync");
    const file = join(box.project, "go.mod");
    expect(ran.stdout).toBe("gopls v0.20.0 is built by Go 1.25.14\ntiny v1.0.0 is built by Go 1.25.14\n");
    expect(
      ran.stderr.split("\n").filter((line) => !line.startsWith("go: ") && !line.startsWith("building")),
    ).toEqual([
      `gv: ${file}: the tool example.com/me/cmd/own is left out: it is the project's own: go install builds it`,
      `gv: ${file}: the tool example.com/forked/cmd/f is left out: example.com/forked is replaced there: go tool f runs what is meant`,
      `gv: ${file}: the tool example.com/missing/cmd/m is left out: no require line has its module: go mod tidy`,
      expect.stringMatching(
        /the tool example\.com\/tiny\/cmd\/ls is left out: its shim would come before \/.*\/ls; if you mean it: gv tools install example\.com\/tiny\/cmd\/ls@v1\.0\.0$/,
      ),
      `gv: ${file}: the tool example.com/tiny/cmd/staticcheck is left out: staticcheck is the name of honnef.co/go/tools/cmd/staticcheck; if you mean it: gv tools install example.com/tiny/cmd/staticcheck@v1.0.0`,
      `gv: ${box.project}/.tool-versions, line 3: dlv is left out: "ref:\\u{9b}31m" is no version of it`,
      `gopls v0.20.0 (${box.project}/.tool-versions, line 2)`,
      `tiny v1.0.0 (${file})`,
      "",
    ]);
  });
});

describe("default-tools", () => {
  it("are built after an install; one that fails is a warning with the line to type", async () => {
    const { box, gv } = await toolScene();
    writeFileSync(
      join(box.root, "config"),
      "default-tools = gopls@0.20.0 dvl, example.com/tiny/cmd/tiny # mine\n",
    );
    expect((await gv("uninstall", "1.26.8")).code).toBe(0);
    const ran = await box.gv(["install", "1.26.8"], { env: box.env });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(
      /is installed and proven\n(?:.+\n)+gopls v0\.20\.0 is built by it\ntiny v1\.1\.0 is built by it\nrun it: {2}/,
    );
    expect(ran.stderr).toContain(
      `gv: default-tools in ${box.root}/config: "dvl" is neither a short name of a tool nor a package's path\n    Go 1.26.8 is installed all the same; to try again: gv tools install dvl --go 1.26.8\n`,
    );
  });

  it("aren't built for a Go that was there, or is of another platform", async () => {
    const { box, calls } = await toolScene();
    writeFileSync(join(box.root, "config"), "default-tools = gopls\n");
    expect((await box.gv(["install", "1.26.8"], { env: box.env })).code).toBe(0);
    expect(calls()).toEqual([]);
  });
});

describe("gv rehash", () => {
  it("leaves what gv tools built after what is in GOBIN", async () => {
    const { tools, box } = await toolScene();
    mkdirSync(join(box.home, "gobin"));
    const original = join(box.home, "gobin/gopls");
    buildable(box, "1.25.14", "example.com/old/gopls@v0.0.1");
    writeFileSync(
      original,
      readFileSync(join(box.project, "../programs/1.25.14/example.com-old-gopls@v0.0.1/gopls")),
    );
    chmodSync(original, 0o755);
    await tools("install", "-q", "gopls");
    expect((await box.gv(["rehash"], { env: box.env })).stdout).toBe("nothing new\n");
    expect((await tools("list")).stdout).toContain("v0.21.1");
    rmSync(original);
  });
});
