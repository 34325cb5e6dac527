/** The commands as a person types them: the built program, its launcher and its shims, against a local GOPROXY. */
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { commandLineOf } from "../src/cli.ts";
import { databaseId } from "../src/sumdb/database.ts";
import { gvVersion } from "../src/context.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import { buildInfoBlob, moduleInfo } from "./support/programs.ts";
import { type Ran, sandbox } from "./support/sandbox.ts";
import {
  entry,
  failedWith,
  host,
  hostFolder,
  hostName,
  jsonError,
  nodeFolder,
  type Scene,
  scene,
  start,
  succeeded,
} from "./support/scene.ts";

const foreign = { os: "plan9", arch: "arm" };

const ended22 =
  "Go 1.22 is past its end of support: it gets no security fixes since Go 1.24 came out (supported: 1.27 and 1.26)";

describe("gv install", () => {
  it("says what was proven, by which record, and the line that runs it", async () => {
    const { gv, box, proxy, inRoot } = await scene();
    const { h1 } = tinyToolchain("1.22.5", host);
    const ran = await gv("install", "1.22.5");
    const record = Number(/is record (\d+) of/.exec(ran.stdout)?.[1]);
    const database = { name: proxy.database.name, key: proxy.database.verifierKey };
    expect(ran).toEqual(
      succeeded(
        [
          `Go 1.22.5 for ${hostName} is installed and proven`,
          `  ${h1}`,
          `  is record ${record} of ${databaseId(database)}, in its signed tree of ${proxy.database.size}`,
          ended22,
          "it is the first one here, and the global version from now on (gv global)",
          `run it:  ${box.root}/shims/go version\n`,
        ].join("\n"),
      ),
    );
    expect(proxy.database.record(record)).toContain(h1);
    expect(await inRoot("shims/go", ["version"])).toEqual(succeeded(`go version go1.22.5 ${hostName}\n`));
  });

  it("the second one leaves the global version, and runs by its own name", async () => {
    const { gv, box, install, inRoot } = await scene(["1.22.5", "1.23.1"]);
    await install("1.22.5");
    const ran = await gv("install", "1.23.1");
    expect(ran.code).toBe(0);
    expect(ran.stdout).not.toContain("global");
    expect(ran.stdout).toContain(`run it:  ${box.root}/shims/go1.23.1 version\n`);
    expect(await gv("global")).toEqual(succeeded("1.22.5\n"));
    expect((await inRoot("shims/go1.23.1", ["version"])).stdout).toContain("go1.23.1");
  });

  it("names the plain shim where it comes first on PATH", async () => {
    const { box } = await scene();
    const ran = await box.gv(["install", "1.22.5"], { env: { PATH: `${box.root}/shims:/usr/bin:/bin` } });
    expect(ran.stdout).toContain("run it:  go version\n");
  });

  it("says what is installed already, and downloads it once", async () => {
    const { gv, install, proxy } = await scene();
    await install("1.22.5");
    expect((await gv("install", "go1.22.5")).stdout).toContain(
      `Go 1.22.5 for ${hostName} is installed already\n`,
    );
    expect(proxy.zipDownloads).toBe(1);
  });

  it("without a spec installs what .go-version asks for, whatever is global", async () => {
    const { gv, box, goroot } = await scene(["1.21.3", "1.22.5", "1.22.6"]);
    box.write(".go-version", "1.22 # newest\n");
    expect((await gv("install")).stdout).toContain("Go 1.22.6 for");
    expect(existsSync(goroot("1.22.6"))).toBe(true);
    box.write("sub/.tool-versions", "golang 1.21.3 1.22.5\n");
    expect((await box.gv(["install"], { cwd: join(box.project, "sub") })).stdout).toContain("Go 1.21.3 for");
  });

  it("without a spec says who asked for what can't be had", async () => {
    const { gv, box } = await scene(["1.22.5"]);
    const file = box.write(".go-version", "# for all\n1.22.99\n");
    const { hint } = failedWith(1, await gv("install"));
    expect(hint).toContain(`Go 1.22.99 is asked for by: ${file}, line 2\n`);
    expect(failedWith(1, await gv("install", "1.22.99")).hint).not.toContain("asked for by");
  });

  it("without a spec where nothing, or the system's Go, is asked for", async () => {
    const { gv, box, proxy } = await scene();
    expect(failedWith(2, await gv("install"))).toEqual({
      fact: "no version is asked for here",
      hint: "name one: gv install latest\nor pin one for this directory: gv use 1.22",
    });
    const file = box.write(".go-version", "system\n");
    expect(failedWith(2, await gv("install")).hint).toContain(`asked for by: ${file}, line 1\n`);
    expect(proxy.requests).toEqual([]);
  });

  it("several at once: the first one is the global version", async () => {
    const { gv } = await scene(["1.21.3", "1.22.5"]);
    expect((await gv("install", "1.21.3", "1.22.5")).code).toBe(0);
    expect(await gv("global")).toEqual(succeeded("1.21.3\n"));
  });

  it("--platform: proven, not run, not global, no shim of its own", async () => {
    const toolchain = tinyToolchain("1.22.5", foreign, { files: { "bin/go": "not for here" } });
    const { gv, box } = await scene([], { toolchains: [toolchain] });
    const ran = await gv("install", "--platform", "plan9/arm", "1.22.5");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`Go 1.22.5 for plan9/arm is installed and proven\n  ${toolchain.h1}\n`);
    expect(ran.stdout).toContain(`its GOROOT is ${box.root}/versions/plan9-arm/1.22.5\n`);
    expect(ran.stdout).not.toContain("run it");
    expect(box.listing()).not.toContain("version");
    expect(box.listing()).not.toContain("shims/go1.22.5");
    expect(await gv("list")).toEqual(succeeded("  1.22.5      plan9/arm\n"));
    expect((await gv("uninstall", "--platform", "plan9/arm", "1.22")).stdout).toBe(
      "Go 1.22.5 for plan9/arm is removed\n",
    );
    expect(await gv("list", "--json")).toEqual(succeeded("[]\n"));
  });

  it.each(["-q", "--quiet"])("%s prints nothing", async (option) => {
    const { gv } = await scene();
    expect(await gv("install", option, "1.22.5")).toEqual(succeeded(""));
    expect(await gv("install", option, "1.22.5")).toEqual(succeeded(""));
    expect(failedWith(1, await gv("install", option, "1.22.4")).fact).toContain("1.22.4");
  });
});

describe("gv list", () => {
  it("marks what applies here, what is global, linked, foreign, unproven", async () => {
    const { gv, box, install, goroot } = await scene(["1.21.3", "1.22.5", "1.22.10"]);
    await install("1.22.10", "1.22.5", "1.21.3");
    rmSync(join(box.root, "receipts", hostFolder, "1.21.3.json"));
    await gv("link", "mygo", goroot("1.21.3"));
    box.write(".go-version", "1.22.5\n");
    expect(await gv("list")).toEqual(
      succeeded(
        [
          "  1.21.3      not proven",
          "* 1.22.5",
          "  1.22.10     global",
          `  mygo        -> ${goroot("1.21.3")}\n`,
        ].join("\n"),
      ),
    );
    expect(await gv("ls")).toEqual(await gv("list"));
    const rows: unknown = JSON.parse((await gv("list", "--json")).stdout);
    const common = { platform: hostName, current: false, global: false, proven: true, form: "module" };
    const unknown = { proven: false, form: undefined };
    expect(rows).toEqual([
      { ...common, name: "1.21.3", goroot: goroot("1.21.3"), ...unknown },
      { ...common, name: "1.22.5", goroot: goroot("1.22.5"), current: true },
      { ...common, name: "1.22.10", goroot: goroot("1.22.10"), global: true },
      { ...common, name: "mygo", goroot: goroot("mygo"), link: goroot("1.21.3"), ...unknown },
    ]);
  });

  it("empty: data on stdout, the advice on stderr", async () => {
    const box = sandbox();
    expect(await box.gv(["list"])).toMatchObject({ code: 0, stdout: "" });
    expect((await box.gv(["list"])).stderr).toContain("gv install latest");
    expect(await box.gv(["list", "--json"])).toEqual(succeeded("[]\n"));
    expect(box.listing()).toEqual([]);
  });
});

describe("gv list-remote", () => {
  const versions = ["1.22.10", "1.9.7", "1.22.5", "1.23rc1", "1.23beta1", "1.21.0"];
  const remote = async () => {
    const there = await scene(versions);
    there.proxy.add(tinyToolchain("1.26.8", foreign));
    return there;
  };

  it("releases of this platform, oldest first; what is installed is marked", async () => {
    const { gv, install } = await remote();
    await install("1.22.5");
    expect(await gv("list-remote")).toEqual(succeeded("1.9.7\n1.21.0\n1.22.5  installed\n1.22.10\n"));
    expect(await gv("ls-remote", "1.22")).toEqual(succeeded("1.22.5  installed\n1.22.10\n"));
    expect(await gv("list-remote", "1.22.x")).toEqual(succeeded("1.22.5  installed\n1.22.10\n"));
  });

  it("--all has betas and release candidates, --platform another's, --json all of it as data", async () => {
    const { gv } = await remote();
    expect((await gv("list-remote", "--all")).stdout).toBe(
      "1.9.7\n1.21.0\n1.22.5\n1.22.10\n1.23beta1\n1.23rc1\n",
    );
    expect(await gv("list-remote", "--platform", "plan9/arm")).toEqual(succeeded("1.26.8\n"));
    expect(JSON.parse((await gv("list-remote", "1.23", "--all", "--json")).stdout)).toEqual([
      { name: "1.23beta1", stable: false, installed: false },
      { name: "1.23rc1", stable: false, installed: false },
    ]);
    expect(await gv("list-remote", "1.23", "--json")).toEqual(succeeded("[]\n"));
  });

  it("nothing of that name; no beginning of a version", async () => {
    const { gv } = await remote();
    expect(failedWith(1, await gv("list-remote", "1.23"))).toEqual({
      fact: `no release of 1.23 is listed for ${hostName}`,
      hint: "gv list-remote --all   shows betas and release candidates, too",
    });
    expect(failedWith(2, await gv("list-remote", "latest")).fact).toContain('"latest"');
    expect(jsonError(2, await gv("list-remote", "--json", "1.22.5")).code).toBe("BAD_ARGUMENT");
  });
});

describe("gv uninstall", () => {
  it("removes an exact version and its shim; a partial name where it is the only one", async () => {
    const { gv, box, install, inRoot } = await scene(["1.21.3", "1.22.5"]);
    await install("1.21.3", "1.22.5");
    expect((await inRoot("shims/go1.22.5", ["version"])).stdout).toContain("go1.22.5");
    expect(await gv("uninstall", "1.22.5")).toEqual(succeeded(`Go 1.22.5 for ${hostName} is removed\n`));
    expect(box.listing()).not.toContain("shims/go1.22.5");
    expect(box.listing()).toContain("shims/go");
    expect(await gv("uninstall", "1.21")).toEqual(
      succeeded(
        `Go 1.21.3 for ${hostName} is removed\nit was the global version: gv global <version>   sets another\n`,
      ),
    );
    expect(box.listing().filter((path) => /^(?:versions|receipts|staging)\/.*1\.2/.test(path))).toEqual([]);
    expect(box.listing().filter((path) => path.startsWith("staging/"))).toEqual(["staging/"]);
  });

  it("refuses what is ambiguous or not there, before it removes anything", async () => {
    const { gv, box, install } = await scene(["1.22.5", "1.22.6"]);
    await install("1.22.5", "1.22.6");
    // The marks of what isn't written out yet go when it is.
    const listing = (): string[] => box.listing().filter((path) => !path.startsWith("unsynced/"));
    const before = listing();
    expect(failedWith(2, await gv("uninstall", "1.22"))).toEqual({
      fact: "1.22 could be 1.22.5 or 1.22.6",
      hint: "gv uninstall 1.22.5",
    });
    expect(failedWith(3, await gv("uninstall", "1.22.5", "1.22.9"))).toEqual({
      fact: `Go 1.22.9 is not installed for ${hostName}`,
      hint: "did you mean 1.22.5 or 1.22.6?\ninstalled: 1.22.5, 1.22.6",
    });
    expect(failedWith(2, await gv("uninstall")).fact).toContain("version");
    expect(listing()).toEqual(before);
    expect(await gv("uninstall", "-q", "1.22.5", "1.22.6")).toEqual(succeeded(""));
  });
});

describe("gv current and gv which", () => {
  it("text by launcher and by Node; --json says who asked", async () => {
    const { gv, box, install, inRoot, goroot } = await scene(["1.22.5", "1.23.1"]);
    await install("1.22.5", "1.23.1");
    const file = box.write(".go-version", "\n1.23\n");
    for (const run of [gv, (...words: string[]) => inRoot("bin/gv", words)]) {
      expect(await run("current")).toEqual(succeeded("1.23.1\n"));
      expect(await run("which")).toEqual(succeeded(`${goroot("1.23.1")}/bin/go\n`));
      expect(await run("which", "gofmt")).toEqual(succeeded(`${goroot("1.23.1")}/bin/gofmt\n`));
      expect(JSON.parse((await run("current", "--json")).stdout)).toEqual({
        name: "1.23.1",
        go: `${goroot("1.23.1")}/bin/go`,
        origin: { kind: "file", file, line: 2, text: "1.23" },
      });
      expect(JSON.parse((await run("which", "gofmt", "--json")).stdout)).toEqual({
        tool: "gofmt",
        path: `${goroot("1.23.1")}/bin/gofmt`,
        reason: "own",
        version: "1.23.1",
      });
    }
  });

  it("3 where it isn't installed, with the file that asked; 2 where it is no version", async () => {
    const { gv, box, install, inRoot } = await scene();
    await install("1.22.5");
    const file = box.write(".go-version", "1.99.1\n");
    for (const run of [gv, (...words: string[]) => inRoot("bin/gv", words)])
      for (const word of ["current", "which"]) {
        const { fact, hint } = failedWith(3, await run(word));
        expect(fact).toBe("Go 1.99.1 is not installed");
        expect(hint).toContain(`asked for by: ${file}, line 1\n`);
        expect(hint).toContain("gv install 1.99.1");
        expect(jsonError(3, await run(word, "--json"))).toMatchObject({ code: "NOT_INSTALLED" });
      }
    box.write(".go-version", "path:/tmp\n");
    for (const run of [gv, (...words: string[]) => inRoot("bin/gv", words)])
      failedWith(2, await run("current"));
    expect(jsonError(2, await gv("current", "--json")).code).toBe("BAD_SPEC");
  });

  it("the system's Go, none, and a tool that nobody has", async () => {
    const { gv, box, install, inRoot } = await scene();
    await install("1.22.5");
    box.write(".go-version", "system\n");
    for (const run of [gv, (...words: string[]) => inRoot("bin/gv", words)]) {
      for (const [tool, ran] of [
        ["go", await run("current")],
        ["gofmt", await run("which", "gofmt")],
      ] as const) {
        const { fact, hint } = failedWith(3, ran);
        expect(fact).toBe(`there is no ${tool} on PATH besides gv's own`);
        expect(hint).toContain(`asked for by: ${box.project}/.go-version, line 1\n`);
      }
      failedWith(3, await run("which", "nonsuch"));
    }
    expect(jsonError(3, await gv("current", "--json")).code).toBe("NO_SYSTEM_GO");
    expect(jsonError(3, await gv("which", "nonsuch", "--json")).code).toBe("NO_SUCH_TOOL");
    expect(jsonError(2, await gv("which", "./go", "--json")).code).toBe("BAD_ARGUMENT");
    const go = box.write("sys/bin/go", "#!/bin/sh\necho system\n", 0o755);
    const env = { PATH: `${box.root}/shims:${join(go, "..")}:/usr/bin:/bin` };
    expect(await box.gv(["current"], { env })).toEqual(succeeded("system\n"));
    expect(await box.gv(["which"], { env })).toEqual(succeeded(`${go}\n`));
    expect((await inRoot("shims/go", [], { env })).stdout).toBe("system\n");
  });

  it("what may have been meant by a name that nobody has: of a tool, or of a version", async () => {
    const { gv, box, install, inRoot, goroot } = await scene();
    await install("1.22.5");
    box.write(`../root/tools/${hostFolder}/1.22.5/bin/greeter`, "#!/bin/sh\n", 0o755);
    await gv("rehash");
    for (const run of [gv, (...words: string[]) => inRoot("bin/gv", words)]) {
      for (const [typed, meant] of [
        ["gopsl", "gopls"],
        ["gretter", "greeter"],
        ["gofmr", "gofmt"],
      ] as const)
        for (const words of [
          ["which", typed],
          ["exec", "--", typed],
          ["exec", "1.22", "--", typed, "-x"],
        ])
          expect(failedWith(3, await run(...words)).hint).toMatch(new RegExp(`^did you mean ${meant}\\?\n`));
      expect(failedWith(3, await run("exec", "lates", "--", "go")).hint).toMatch(/^did you mean latest\?\n/);
    }
    expect(failedWith(127, await inRoot("shims/go", ["+lates"])).hint).toContain(
      "or write a release there, such as 1.22.5, 1.22 or latest",
    );
    expect(failedWith(3, await gv("which", "gopls")).hint).toMatch(/^gv tools install gopls {3}builds it/);
    expect(failedWith(3, await gv("whence", "gretter")).hint).toMatch(/^did you mean greeter\?\n/);
    rmSync(join(goroot("1.22.5"), "bin/gofmt"));
    for (const run of [gv, (...words: string[]) => inRoot("bin/gv", words)]) {
      const { fact, hint } = failedWith(3, await run("which", "gofmt"));
      expect([fact, hint]).toEqual([
        "Go 1.22.5 has no gofmt",
        expect.stringContaining("gv install --force 1.22.5"),
      ]);
    }
  });
});

/** Both ways: this Node, and the launcher, which answers most by itself. */
const both = ({ box, inRoot }: Scene) => [
  { name: "node", run: (words: string[], options = {}) => box.gv(words, options) },
  { name: "launcher", run: (words: string[], options = {}) => inRoot("bin/gv", words, options) },
];
const asShellSeesIt = ({ code, signal }: Ran) => code ?? 128 + (signal ? constants.signals[signal] : 0);

describe("gv exec", () => {
  it("runs a command with that version first on PATH, and shims below it agree", async () => {
    const there = await scene(["1.22.5", "1.23.1"]);
    await there.install("1.22.5", "1.23.1");
    for (const { run } of both(there)) {
      expect(await run(["exec", "1.23.1", "--", "go", "version"])).toEqual(
        succeeded(`go version go1.23.1 ${hostName}\n`),
      );
      expect((await run(["exec", "--", "go", "version"])).stdout).toContain("go1.22.5");
      expect((await run(["exec", "1.23", "--", "go", "a b", "--", "$x"])).stdout).toBe(
        "go go1.23.1\narg: a b\narg: --\narg: $x\n",
      );
      const script = `command -v go; "${there.box.root}/shims/go" version; echo "$GV_VERSION"`;
      expect((await run(["exec", "1.23", "--", "sh", "-c", script])).stdout).toBe(
        `${there.goroot("1.23.1")}/bin/go\ngo version go1.23.1 ${hostName}\n1.23.1\n`,
      );
      expect((await run(["exec", "1.23", "--", "cat"], { input: "what was typed" })).stdout).toBe(
        "what was typed",
      );
    }
  });

  it("a range, oldstable and go's own spelling", async () => {
    const there = await scene(["1.21.3", "1.22.5", "1.22.10", "1.23.1"]);
    await there.install("1.21.3", "1.22.5", "1.22.10", "1.23.1");
    for (const { run } of both(there))
      for (const [spec, name] of [
        ["^1.21.0 <1.22.10", "go1.22.5"],
        ["oldstable", "go1.22.10"],
        ["latest", "go1.23.1"],
        ["go1.21.3", "go1.21.3"],
        ["1.22.x", "go1.22.10"],
      ] as const)
        expect((await run(["exec", spec, "--", "go", "version"])).stdout).toBe(
          `go version ${name} ${hostName}\n`,
        );
  });

  it("what go installs is collected, where only Node knows the version, too", async () => {
    const there = await scene(["1.22.5"]);
    await there.install("1.22.5");
    const info = buildInfoBlob("go1.22.5", { modules: moduleInfo(hostName) });
    there.box.write("../home/go/bin/gopls", info, 0o755);
    await there.inRoot("shims/go", ["install", "gopls"], { env: { GV_VERSION: "^1.22" } });
    expect(there.box.listing()).toContain("shims/gopls");
    expect(there.box.listing()).toContain(`tools/${hostFolder}/1.22.5/bin/gopls`);
    // What can't be collected is said, and the exit code is go's.
    rmSync(join(there.box.root, "tools"), { recursive: true });
    writeFileSync(join(there.box.root, "tools"), "");
    for (const code of [0, 3]) {
      writeFileSync(join(there.goroot("1.22.5"), "bin/go"), `#!/bin/sh\nexit ${code}\n`);
      const ran = await there.inRoot("shims/go", ["install", "gopls"], { env: { GV_VERSION: "^1.22" } });
      expect(ran.code).toBe(code);
      expect(ran.stderr).toMatch(
        /^gv: .*\/tools.* can't be written \(ENOTDIR\)\n {4}.*\/go\/bin .*gv rehash\n$/,
      );
    }
  });

  it("ends as the command ends, by exit code or by signal", async () => {
    const there = await scene();
    await there.install("1.22.5");
    for (const spec of ["1.22.5", "^1.22.0"])
      for (const { run } of both(there)) {
        expect((await run(["exec", spec, "--", "go", "exit", "42"])).code).toBe(42);
        for (const signal of ["TERM", "INT", "KILL"] as const)
          expect(asShellSeesIt(await run(["exec", spec, "--", "sh", "-c", `kill -${signal} $$`]))).toBe(
            128 + constants.signals[`SIG${signal}`],
          );
      }
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "hands %s to the command, which alone decides how it ends",
    async (signal) => {
      const there = await scene();
      await there.install("1.22.5");
      const name = signal.slice(3);
      const script = `trap 'echo "got ${name}"; exit 7' ${name}; trap 'echo "got another"; exit 8' ${["TERM", "INT", "HUP"].filter((other) => other !== name).join(" ")}
        echo ready; while :; do read -r line; done`;
      for (const launcher of [undefined, join(there.box.root, "bin/gv")]) {
        const running = start(there, ["exec", "^1.22.0", "--", "sh", "-c", script], launcher);
        await running.said("ready\n");
        running.kill(signal);
        await running.said("got ");
        running.type("end");
        expect(await running.ended).toEqual({ ...succeeded(`ready\ngot ${name}\n`), code: 7 });
      }
    },
  );

  it("no command, no such version, no such program", async () => {
    const there = await scene();
    await there.install("1.22.5");
    const nothing = "gv exec needs a command behind --";
    for (const { run } of both(there)) {
      for (const words of [["exec"], ["exec", "1.22.5"], ["exec", "--"], ["exec", "1.22.5", "--"]])
        expect(failedWith(2, await run(words)).fact).toBe(nothing);
      expect(failedWith(3, await run(["exec", "1.21", "--", "go", "version"])).hint).toContain(
        "gv install 1.21",
      );
      failedWith(3, await run(["exec", "1.22.5", "--", "nonsuch"]));
      failedWith(3, await run(["exec", "^1.23", "--", "go"]));
      failedWith(2, await run(["exec", "a/b", "--", "go"]));
    }
  });

  it("the command's own --json is not gv's", async () => {
    const there = await scene();
    await there.install("1.22.5");
    for (const { run } of both(there)) {
      failedWith(3, await run(["exec", "1.21", "--", "go", "list", "--json"]));
      expect((await run(["exec", "1.22", "--", "go", "list", "--json"])).stdout).toContain("arg: --json");
    }
  });
});

describe("gv local, global and use", () => {
  it("local writes what every version manager reads, and prints it", async () => {
    const { gv, box, install } = await scene(["1.21.3", "1.22.5", "1.22.10"]);
    await install("1.21.3", "1.22.5");
    const file = join(box.project, ".go-version");
    const says = (text: string) => succeeded(`${file} says ${text}\n`);
    for (const [spec, text] of [
      ["1.22", "1.22"],
      ["1.22.x", "1.22"],
      ["go1.22.5", "1.22.5"],
      ["latest", "1.22.5"],
      ["oldstable", "1.21.3"],
      ["^1.21.0 <1.22", "1.21.3"],
      ["system", "system"],
    ] as const) {
      expect(await gv("local", spec)).toEqual(says(text));
      expect(readFileSync(file, "utf8")).toBe(`${text}\n`);
      expect(await gv("local")).toEqual(succeeded(`${text}\n`));
    }
    expect(await gv("local", "-q", "1.21.3")).toEqual(succeeded(""));
  });

  it("local and global write the file that a link leads to, but nothing that a stranger's link could name", async () => {
    const { gv, box, install } = await scene(["1.21.3", "1.22.5"]);
    await install("1.21.3", "1.22.5");
    rmSync(join(box.root, "version"));
    for (const [word, link, target] of [
      ["local", join(box.project, ".go-version"), "../home/.go-version"],
      ["global", join(box.root, "version"), "../home/dotfiles/go"],
    ] as const) {
      const shared = box.write(target, "1.21.3\n");
      symlinkSync(shared, link);
      expect(await gv(word, "1.22.5")).toEqual(succeeded(`${link} says 1.22.5\n`));
      expect([readlinkSync(link), readFileSync(shared, "utf8")]).toEqual([shared, "1.22.5\n"]);
    }
    const own = box.write("../home/.bashrc", "EDITOR=vi\n");
    const pin = join(box.project, ".go-version");
    rmSync(pin);
    symlinkSync(own, pin);
    expect((await gv("local", "1.22.5")).code).toBe(0);
    expect([readFileSync(pin, "utf8"), readFileSync(own, "utf8")]).toEqual(["1.22.5\n", "EDITOR=vi\n"]);
  });

  it("local and global keep a file's mode, and who may not change it", async () => {
    const { gv, box, install } = await scene(["1.22.5"]);
    await install("1.22.5");
    for (const [word, file] of [
      ["local", join(box.project, ".go-version")],
      ["global", join(box.root, "version")],
    ] as const) {
      writeFileSync(file, "1.21\n");
      chmodSync(file, 0o664);
      expect((await gv(word, "1.22")).code).toBe(0);
      expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["1.22\n", 0o664]);
      linkSync(file, join(box.home, word));
      expect(failedWith(1, await gv(word, "1.22.5")).fact).toContain("has 2 names");
      rmSync(join(box.home, word));
      chmodSync(file, 0o444);
      expect(failedWith(1, await gv(word, "1.22.5")).hint).toBe(`chmod u+w '${file}'`);
      expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["1.22\n", 0o444]);
    }
    expect(readdirSync(box.project)).toEqual([".go-version"]);
  });

  it.skipIf(process.getuid?.() !== 0)("local as root keeps whose file it is: needs root", async () => {
    const { gv, box, install } = await scene(["1.22.5"]);
    await install("1.22.5");
    const file = box.write(".go-version", "1.21\n");
    chownSync(file, 12_345, 12_346);
    expect((await gv("local", "1.22")).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("1.22\n");
    expect(statSync(file)).toMatchObject({ uid: 12_345, gid: 12_346 });
  });

  it("a range that nothing installed is in means the newest published; what is missing is said", async () => {
    const { gv, box } = await scene(["1.22.5", "1.22.10"]);
    const file = join(box.project, ".go-version");
    expect(await gv("local", ">=1.22.6")).toEqual(
      succeeded(`${file} says 1.22.10\nno Go 1.22.10 is installed yet:  gv install 1.22.10\n`),
    );
    expect((await gv("local", "1.30")).stdout).toContain("gv install 1.30\n");
  });

  it("refuses names that nobody linked, and leaves the file", async () => {
    const { gv, box } = await scene([]);
    const file = box.write(".go-version", "1.22\n");
    expect(failedWith(3, await gv("local", "nonsuch")).fact).toBe('no Go is linked as "nonsuch"');
    failedWith(3, await gv("global", "nonsuch"));
    for (const spec of ["../x", "1.2.3.4", "-", "", "go.mod"]) failedWith(2, await gv("local", spec));
    expect(readFileSync(file, "utf8")).toBe("1.22\n");
    expect(box.listing().filter((path) => path !== "staging/")).toEqual([]);
  });

  it("global holds everywhere, local wins over it, GV_VERSION over both", async () => {
    const { gv, box, install, inRoot } = await scene(["1.21.3", "1.22.5", "1.23.1"]);
    expect(failedWith(3, await gv("global")).hint).toContain("gv global 1.22");
    expect(failedWith(3, await gv("local")).hint).toContain("gv local 1.22");
    await install("1.21.3", "1.22.5", "1.23.1");
    expect(await gv("global", "1.22")).toEqual(succeeded(`${box.root}/version says 1.22\n`));
    const version = async (env = {}) => (await inRoot("shims/go", ["version"], { env })).stdout.split(" ")[2];
    expect(await version()).toBe("go1.22.5");
    await gv("local", "1.23.1");
    expect(await version()).toBe("go1.23.1");
    expect(await version({ GV_VERSION: "1.21" })).toBe("go1.21.3");
    expect((await box.gv(["current"], { env: { GV_VERSION: "1.21" } })).stdout).toBe("1.21.3\n");
  });

  it("use installs what is missing, once, then pins it", async () => {
    const { gv, box, proxy } = await scene(["1.22.5", "1.22.6"]);
    const file = join(box.project, ".go-version");
    const ran = await gv("use", "1.22");
    expect(ran.stdout).toContain(`Go 1.22.6 for ${hostName} is installed and proven\n`);
    expect(ran.stdout).toContain(`${file} says 1.22\n`);
    proxy.requests.length = 0;
    expect(await gv("use", "1.22")).toEqual(succeeded(`${file} says 1.22\n`));
    expect(await gv("use", "latest")).toEqual(succeeded(`${file} says 1.22.6\n`));
    expect(proxy.requests).toEqual([]);
    expect(await gv("use", "-q", "1.22.5")).toEqual(succeeded(""));
    expect(await gv("local")).toEqual(succeeded("1.22.5\n"));
    expect(await gv("use", "system")).toEqual(succeeded(`${file} says system\n`));
  });

  it("local says which other file it goes before, and where it reaches too far", async () => {
    const { box, gv, install } = await scene();
    await install("1.22.5");
    const file = join(box.project, ".go-version");
    box.write(".tool-versions", "nodejs 20\ngolang 1.21.3\n");
    expect((await gv("local", "1.22")).stdout).toBe(
      `${file} says 1.22\n` +
        "it goes before .tool-versions, line 2, which says 1.21.3 to asdf and mise\n" +
        "to have them agree, write there:  golang 1.22\n",
    );
    box.write(".tool-versions", "golang 1.22\n");
    expect(await gv("use", "1.22")).toEqual(succeeded(`${file} says 1.22\n`));
    expect(await box.gv(["use", "1.22"], { cwd: box.home })).toEqual(
      succeeded(
        `${box.home}/.go-version says 1.22\n` +
          "that is your home folder: it applies to every folder below\n" +
          "for all folders that pin nothing, rather:  rm ~/.go-version && gv global 1.22\n",
      ),
    );
    expect(await box.gv(["local", "-q", "1.22"], { cwd: box.home })).toEqual(succeeded(""));
  });

  it("local prints what gv reads in the file, and nothing that a terminal obeys", async () => {
    const { box, gv } = await scene([]);
    box.write(".go-version", "# why\ngo1.22.5 # until then\n");
    expect(await gv("local")).toEqual(succeeded("go1.22.5\n"));
    box.write(".go-version", "x\u001b[2J\n");
    expect(await gv("local")).toEqual(succeeded("x\\u{1b}[2J\n"));
    box.write(".go-version", "# nothing\n");
    failedWith(3, await gv("local"));
  });

  it("global says which line of ~/.tool-versions goes first", async () => {
    const { box, gv, install } = await scene();
    await install("1.22.5");
    box.write(join("..", "home", ".tool-versions"), "nodejs 20\n");
    expect(await gv("global", "1.22.5")).toEqual(succeeded(`${box.root}/version says 1.22.5\n`));
    box.write(join("..", "home", ".tool-versions"), "nodejs 20\ngolang system\n");
    expect((await gv("global", "1.22.5")).stdout).toBe(
      `${box.root}/version says 1.22.5\n` +
        `${box.home}/.tool-versions, line 2, asks for system and goes first\n` +
        "to let the global version apply, take that line out\n",
    );
    expect(await gv("global", "-q", "1.22.5")).toEqual(succeeded(""));
    expect((await box.gv(["global", "1.22.5"], { env: { HOME: undefined } })).stdout).not.toContain("first");
  });

  it("says that GV_VERSION goes first, where it says something else", async () => {
    const { box, install } = await scene();
    await install("1.22.5");
    const env = { GV_VERSION: "system" };
    const note = "GV_VERSION=system goes first in this shell\nto take it back:  gv shell --unset\n";
    for (const [word, file] of [
      ["local", join(box.project, ".go-version")],
      ["use", join(box.project, ".go-version")],
      ["global", `${box.root}/version`],
    ] as const)
      expect(await box.gv([word, "1.22"], { env })).toEqual(succeeded(`${file} says 1.22\n${note}`));
    expect(await box.gv(["use", "-q", "1.22"], { env })).toEqual(succeeded(""));
    expect((await box.gv(["local", "1.22"], { env: { GV_VERSION: "1.22" } })).stdout).not.toContain("first");
  });

  it("whence names a line that works, and refuses a path", async () => {
    const { gv } = await scene([]);
    expect(failedWith(3, await gv("whence", "gopls")).hint).toMatch(/^gv tools install gopls /);
    expect(failedWith(3, await gv("whence", "nosuch")).hint).toMatch(/^go install <its package>@latest /);
    expect(failedWith(2, await gv("whence", "../x")).hint).toBe("gv whence gopls");
  });

  it("local pins a Go of one's own that is named tip", async () => {
    const { box, gv, goroot, install } = await scene();
    await install("1.22.5");
    expect((await gv("link", "tip", goroot("1.22.5"))).stdout).toContain("gv local tip\n");
    expect(await gv("local", "tip")).toEqual(succeeded(`${box.project}/.go-version says tip\n`));
    expect(await gv("current")).toEqual(succeeded("tip\n"));
  });

  it("use pins nothing where the install fails", async () => {
    const { gv, box } = await scene();
    failedWith(1, await gv("use", "1.22.4"));
    expect(existsSync(join(box.project, ".go-version"))).toBe(false);
  });
});

describe("gv link and unlink", () => {
  it("a Go of one's own under a name, until the name is taken away", async () => {
    const { gv, box, install, inRoot, goroot } = await scene();
    await install("1.22.5");
    const go = box.write("my go/bin/go", '#!/bin/sh\necho "mine $*"\n', 0o755);
    const own = join(go, "../..");
    expect(await gv("link", "mygo", "my go")).toEqual(
      succeeded(`mygo is ${own}; gv proves nothing about it\nuse it:  gv local mygo\n`),
    );
    expect(readlinkSync(goroot("mygo"))).toBe(own);
    expect((await gv("link", "mygo", own)).code).toBe(0);
    expect(failedWith(2, await gv("link", "mygo", goroot("1.22.5"))).hint).toBe("gv unlink mygo");
    expect((await gv("local", "mygo")).stdout).toContain("says mygo\n");
    expect((await inRoot("shims/go", ["build"])).stdout).toBe("mine build\n");
    expect(await gv("current")).toEqual(succeeded("mygo\n"));
    expect(await gv("unlink", "mygo")).toEqual(
      succeeded(`mygo is no longer linked; ${own} stays as it is\n`),
    );
    expect(existsSync(go)).toBe(true);
    failedWith(3, await gv("unlink", "mygo"));
    failedWith(3, await gv("unlink", "1.22.5"));
    expect(existsSync(goroot("1.22.5"))).toBe(true);
  });

  it("refuses names that mean a version, and folders without a Go", async () => {
    const { gv, box } = await scene([]);
    for (const name of ["1.22", "latest", "a/b", "..", "^1"]) failedWith(2, await gv("link", name, "/"));
    expect(failedWith(2, await gv("link", "mygo", box.project)).fact).toContain("is no GOROOT");
    expect(box.listing()).toEqual([]);
  });
});

describe("gv rehash and setup", () => {
  it("rehash renews the shims, and says when nothing is new", async () => {
    const { gv, box, install, inRoot } = await scene();
    await install("1.22.5");
    expect(await gv("rehash")).toEqual(succeeded("nothing new\n"));
    rmSync(join(box.root, "shims/gofmt"));
    expect(await gv("rehash")).toEqual(succeeded("new shims: gofmt\n"));
    expect(await gv("rehash", "-q")).toEqual(succeeded(""));
    // What every shim runs, half of it.
    for (const part of ["lib/shim.sh", "lib/rehash.sh", "bin/gv"]) writeFileSync(join(box.root, part), "");
    expect((await gv("rehash")).code).toBe(0);
    expect(await inRoot("shims/go", ["version"])).toEqual(succeeded(`go version go1.22.5 ${hostName}\n`));
    expect(await inRoot("bin/gv", ["current"])).toEqual(succeeded("1.22.5\n"));
    // A script in GOPATH/bin is no program that a Go built.
    mkdirSync(join(box.home, "go/bin"), { recursive: true });
    writeFileSync(join(box.home, "go/bin/script"), "#!/bin/sh\n");
    chmodSync(join(box.home, "go/bin/script"), 0o755);
    expect(await gv("rehash")).toEqual(succeeded("nothing new\n"));
  });

  it("setup prints the line for this terminal, and none where PATH has it", async () => {
    const box = sandbox({ SHELL: "/bin/bash" });
    const ran = await box.gv(["setup"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/\.profile made\n.*\.bashrc made\n/);
    expect(ran.stdout).toContain(`In this one, type:\n  . '${box.root}/env'\n`);
    expect((await box.gv(["setup"], { env: { SHELL: "/usr/bin/fish" } })).stdout).toContain(
      `In this one, type:\n  source '${box.root}/env.fish'\n`,
    );
    const there = await box.gv(["setup"], { env: { PATH: `${box.root}/shims:/bin` } });
    expect(there.stdout).toMatch(/^.* is ready: .*\n(.* has gv's line already\n){3}$/);
    expect(await box.gv(["setup", "-q"])).toEqual(succeeded(""));
  });
});

describe("the command line", () => {
  it.each([["list"], ["whence", "go"]])(
    "reads one file for gv %s, and none of Node's parts that take long",
    async (...words) => {
      const there = await scene();
      await there.install("1.22.5");
      const hook = there.box.write(
        "hook.cjs",
        `process.on("exit", () => {
          const loaded = { files: Object.keys(require.cache), parts: process.moduleLoadList };
          require("node:fs").writeSync(2, JSON.stringify(loaded));
        });`,
      );
      const { code, stderr } = await there.box.run(process.execPath, ["--require", hook, entry, ...words]);
      expect(code).toBe(0);
      const { files, parts } = JSON.parse(stderr) as { files: string[]; parts: string[] };
      expect(files).toEqual([hook, entry]);
      const slow = /^NativeModule (?:child_process|crypto|https?|net|stream|worker_threads|zlib)$/;
      expect(parts.filter((name) => slow.test(name))).toEqual([]);
    },
  );

  const { commands } = commandLineOf(sandboxless());

  it("--help of gv and of each command", async () => {
    const box = sandbox();
    for (const words of [[], ["--help"], ["-h"], ...commands.map((command) => [command.name(), "--help"])]) {
      const ran = await box.gv(words);
      expect([words, ran.code, ran.stderr]).toEqual([words, 0, ""]);
      expect(ran.stdout).toMatch(/^Usage: gv /);
    }
    expect(box.listing()).toEqual([]);
  });

  it("--version", async () => {
    const box = sandbox();
    expect(await box.gv(["--version"])).toEqual(succeeded(`gv ${gvVersion}\n`));
    expect(await box.gv(["-V"])).toEqual(succeeded(`gv ${gvVersion}\n`));
  });

  it.each([
    { words: ["instal"], fact: "unknown command 'instal'", hint: "did you mean install?\ngv --help" },
    {
      words: ["list", "--jsn"],
      fact: "unknown option '--jsn'",
      hint: "did you mean --json?\ngv list --help",
    },
    { words: ["frob"], fact: "unknown command 'frob'", hint: "gv --help" },
    {
      words: ["tools", "uninstall", "dlv"],
      fact: "unknown command 'uninstall'",
      hint: "did you mean remove?\ngv tools --help",
    },
    { words: ["--nope"], fact: "unknown option '--nope'", hint: "gv --help" },
    { words: ["list", "extra"], fact: "too many arguments for 'list'", hint: "gv list --help" },
    { words: ["use"], fact: "missing required argument 'spec'", hint: "gv use --help" },
    { words: ["install", "--platform"], fact: "argument missing", hint: "gv install --help" },
    {
      words: ["install", "--platform", "linux", "1.22.5"],
      fact: '"linux" is not a platform',
      hint: "os/arch",
    },
    { words: ["install", "../1.22"], fact: '"../1.22" is not a version', hint: "write it as" },
    { words: ["install", "mygo"], fact: '"mygo" is no release', hint: "gv list-remote" },
  ])("usage: gv $words is exit code 2", async ({ words, fact, hint }) => {
    const box = sandbox();
    const said = failedWith(2, await box.gv(words));
    expect(said.fact).toContain(fact);
    expect(said.hint).toContain(hint);
    expect(box.listing()).toEqual([]);
  });

  it("each exit code has its error, with a hint, and --json prints it as JSON", async () => {
    const { box, proxy, install } = await scene();
    await install("1.22.5");
    proxy.add(tinyToolchain("1.22.6", host, { served: { "src/fmt/print.go": "package fmt // patched\n" } }));
    const rows = [
      [2, "BAD_ARGUMENT", ["list-remote", "1.22.5"], {}],
      [2, "BAD_GOPROXY", ["list-remote"], { GOPROXY: "nonsense" }],
      [2, "BAD_SPEC", ["which"], { GV_VERSION: "a/b" }],
      [3, "NOT_INSTALLED", ["current"], { GV_VERSION: "1.9" }],
      [3, "NO_SYSTEM_GO", ["current"], { GV_VERSION: "system" }],
      [3, "NO_SUCH_TOOL", ["which", "nonsuch"], {}],
      [5, "NETWORK", ["list-remote"], { GOPROXY: "http://127.0.0.1:1" }],
      [5, "PROXY_OFF", ["list-remote"], { GOPROXY: "off" }],
    ] as const;
    for (const [exitCode, code, words, env] of rows) {
      const { fact, hint } = failedWith(exitCode, await box.gv(words, { env }));
      expect(jsonError(exitCode, await box.gv([...words, "--json"], { env }))).toEqual({
        code,
        message: fact,
        hint,
      });
    }
    expect(failedWith(4, await box.gv(["install", "1.22.6"])).hint).toContain("h1:");
  });

  it("a reader that goes away is no error", async () => {
    const { box, install } = await scene();
    await install("1.22.5");
    const script = `"${process.execPath}" "${entry}" list --json | :`;
    expect(await box.run("sh", ["-c", script], { env: { PATH: `${nodeFolder}:/usr/bin:/bin` } })).toEqual(
      succeeded(""),
    );
  });
});

/** A Context for nothing but the list of commands. */
function sandboxless(): Parameters<typeof commandLineOf>[0] {
  const silent = { write: () => undefined, isTerminal: false, columns: 80 };
  return { stdout: silent, stderr: silent } as unknown as Parameters<typeof commandLineOf>[0];
}
