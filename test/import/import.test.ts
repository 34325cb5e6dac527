/** gv import: what other managers have is found where they keep it, proven, taken without a download, else linked. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { importFrom } from "../../src/commands/import.ts";
import { releaseOf } from "../../src/goroot.ts";
import { managers } from "../../src/import/managers.ts";
import type { Brought } from "../../src/import/report.ts";
import type { Taken } from "../../src/import/pins.ts";
import { judge, treeSource } from "../../src/import/takeover.ts";
import { installFrom } from "../../src/install.ts";
import { prepareRoot } from "../../src/root.ts";
import type { Receipt } from "../../src/store.ts";
import { layGoroot, setFolders } from "../support/foreign.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { listTree, type Sandbox } from "../support/sandbox.ts";
import { loopMount, noLoops, noMounts, resize, tmpfs } from "../support/mount.ts";
import {
  failedWith,
  host,
  hostFolder,
  hostName,
  localProxy,
  type Scene,
  scene,
  settingsFor,
  start,
} from "../support/scene.ts";

const silent = (): void => undefined;
const warn = (text: string): void => expect(text).toBe("");

interface Record {
  readonly dryRun: boolean;
  readonly managers: readonly {
    readonly manager: string;
    readonly versions: readonly Brought[];
    readonly global?: Taken;
    readonly pin?: Taken;
    readonly leaving: {
      readonly lines: readonly { file: string; line: number }[];
      readonly remove: readonly string[];
    };
  }[];
}

/** What one manager's import gave as data. */
async function imported(
  { box }: Scene,
  ...words: string[]
): Promise<Record["managers"][number] & { code: number | null }> {
  const { code, stdout, stderr } = await box.gv(["import", "--json", ...words]);
  const [only, ...others] = (JSON.parse(stdout) as Record).managers;
  if (!only || others.length > 0) throw new Error(`not one manager: ${stdout}${stderr}`);
  return { ...only, code };
}

const receiptOf = ({ box }: Scene, version: string): Receipt =>
  JSON.parse(readFileSync(join(box.root, "receipts", hostFolder, `${version}.json`), "utf8")) as Receipt;

const noLeftovers = (box: Sandbox): void => expect(readdirSync(join(box.root, "staging"))).toEqual([]);

/** Where each manager keeps 1.22.5, and what else it needs; `/` is the folder of the system's own files. */
const layouts: { [id: string]: (home: string, system: string) => string } = {
  goenv: (home) => `${home}/.goenv/versions/1.22.5`,
  asdf: (home) => `${home}/.asdf/installs/golang/1.22.5/go`,
  gvm: (home) => `${home}/.gvm/gos/go1.22.5`,
  mise: (home) => `${home}/.local/share/mise/installs/go/1.22.5`,
  koala: (home) => `${home}/.koala/versions/1.22.5`,
  homebrew: (_, system) => `${system}/opt/homebrew/Cellar/go@1.22/1.22.5/libexec`,
  usrlocal: (_, system) => `${system}/usr/local/go`,
  dl: (home) => `${home}/sdk/go1.22.5`,
  modcache: (home) => `${home}/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.5.${hostFolder}`,
};

describe("where each manager keeps them", () => {
  it.each(managers.map(({ id }) => id))("%s", async (id) => {
    const { box, proxy } = await scene();
    const folder = layouts[id]?.(box.home, box.project) ?? "";
    const inModuleCache = id === "modcache";
    layGoroot(folder, "1.22.5", { inModuleCache, files: id === "dl" ? { ".unpacked-success": "" } : {} });
    if (inModuleCache) onTestFinished(() => setFolders(folder, 0o755));
    const ctx = box.context({ system: box.project });
    await importFrom(ctx, id, {});
    expect(ctx.out()).toContain(`1.22.5 for ${hostName}: is taken from ${folder}\n`);
    expect(proxy.zipDownloads).toBe(0);
    const goroot = join(box.root, "versions", hostFolder, "1.22.5");
    expect(listTree(goroot)).toEqual(listTree(layGoroot(join(box.project, "as published"), "1.22.5")));
    expect(statSync(join(goroot, "bin/go")).mode & 0o777).toBe(0o755);
    expect(statSync(join(goroot, "src/go.mod")).mode & 0o777).toBe(0o644);
    expect(await box.gv(["verify"])).toMatchObject({ code: 0 });
    expect((await box.run(join(box.root, "shims/go1.22.5"), ["version"])).stdout).toContain("go1.22.5");
    expect(existsSync(join(folder, "bin/go"))).toBe(true);
    noLeftovers(box);
  });

  it("by each one's variable, and a link in its folder is what it leads to", async () => {
    const made = await scene();
    const { box } = made;
    const real = layGoroot(join(box.project, "go"), "1.22.5");
    mkdirSync(join(box.project, "elsewhere/versions"), { recursive: true });
    for (const name of ["1.22.5", "1.22"]) symlinkSync(real, join(box.project, "elsewhere/versions", name));
    const ran = await box.gv(["import", "goenv"], { env: { GOENV_ROOT: join(box.project, "elsewhere") } });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout.match(/1\.22\.5 for .*: is taken from .*\n/g)).toEqual([
      `1.22.5 for ${hostName}: is taken from ${real}\n`,
    ]);
  });
});

describe("what is taken", () => {
  it("is what the log has; what else is in the folder stays there", async () => {
    const made = await scene();
    const { box } = made;
    const folder = layGoroot(`${box.home}/.local/share/mise/installs/go/1.22.5`, "1.22.5", {
      files: {
        "bin/gopls": "a tool",
        "api/go1.txt": "in no log",
        "src/_go.mod": undefined,
        "src/go.mod": "module std\n\ngo 1.22\n",
      },
    });
    const { versions } = await imported(made, "mise");
    expect(versions).toMatchObject([
      { became: "taken", goroot: folder, as: "1.22.5", platform: hostName, others: ["api/", "bin/gopls"] },
    ]);
    expect(listTree(made.goroot("1.22.5"))).not.toContain("bin/gopls");
    expect(receiptOf(made, "1.22.5")).toMatchObject({
      form: "module",
      from: folder,
      evidence: [{ by: "checksum database", covers: "all files", h1: versions[0]?.proof?.h1 }],
    });
    expect((await imported(made, "mise")).versions).toMatchObject([{ became: "there" }]);
    expect(existsSync(join(folder, "bin/gopls"))).toBe(true);
  });

  it("gets no default-tools, but the line that builds them", async () => {
    const { box, gv } = await scene();
    layGoroot(`${box.home}/.goenv/versions/1.22.5`, "1.22.5");
    await gv("config", "set", "default-tools", "gopls dlv@v1.25.0");
    const line = "\n  gv tools install gopls dlv@v1.25.0 --go 1.22.5\n";
    for (const words of [["--dry-run", "goenv"], ["goenv"]])
      expect((await gv("import", ...words)).stdout).toContain(line);
    expect((await gv("import", "goenv")).stdout).not.toContain("gv tools install"); // It is there already.
  });

  it("is never a file that changed behind the first look", async () => {
    const made = await scene();
    const { box, proxy } = made;
    const folder = layGoroot(`${box.home}/.goenv/versions/1.22.5`, "1.22.5");
    const ctx = box.context();
    prepareRoot(ctx);
    const release = releaseOf(folder);
    if (typeof release === "string") throw new Error(release);
    const judged = await judge(ctx, folder, release, { marks: [], keep: true, warn });
    if (judged.kind !== "proven") throw new Error(judged.kind);
    appendFileSync(join(folder, "src/fmt/print.go"), "// changed\n");
    const events = { onProgress: silent, onWait: silent, onWarning: warn, onNote: silent };
    const taking = installFrom(ctx, release, () => [treeSource(ctx, folder, judged)], events);
    await expect(taking).rejects.toMatchObject({ code: "NOT_PROVEN" });
    expect(existsSync(made.goroot("1.22.5"))).toBe(false);
    expect(proxy.zipDownloads).toBe(0);
    noLeftovers(box);
  });

  it("for another platform, too, told by its programs; one that differs is left", async () => {
    const windows = { os: "windows", arch: "amd64" };
    const made = await scene([], {
      toolchains: ["1.22.5", "1.22.6"].map((one) => tinyToolchain(one, windows)),
    });
    const { box } = made;
    layGoroot(`${box.home}/.goenv/versions/1.22.5`, "1.22.5", { platform: windows });
    layGoroot(`${box.home}/.goenv/versions/1.22.6`, "1.22.6", {
      platform: windows,
      files: { "go.env": "edited" },
    });
    const { versions, code } = await imported(made, "goenv");
    expect(code).toBe(0);
    expect(versions).toMatchObject([
      { became: "taken", platform: "windows/amd64" },
      {
        became: "left",
        differences: { changed: ["go.env"] },
        reason: expect.stringContaining(`a linked Go is one for ${hostName}`) as string,
      },
    ]);
    expect(existsSync(join(box.root, "versions/windows-amd64/1.22.5/bin/go.exe"))).toBe(true);
  });

  it("with share = link the same files, read-only, but for another user's", async () => {
    const made = await scene(["1.22.5", "1.22.6"]);
    const { box } = made;
    const mine = layGoroot(`${box.home}/.goenv/versions/1.22.5`, "1.22.5");
    mkdirSync(box.root);
    writeFileSync(join(box.root, "config"), "share = link\n");
    expect((await imported(made, "goenv")).versions).toMatchObject([{ became: "taken" }]);
    const [there, here] = [
      statSync(join(mine, "src/go.mod")),
      statSync(join(made.goroot("1.22.5"), "src/go.mod")),
    ];
    expect(here.ino).toBe(there.ino);
    expect(here.mode & 0o777).toBe(0o444);
    if (process.getuid?.() !== 0) return;
    const other = layGoroot(`${box.home}/.gvm/gos/go1.22.6`, "1.22.6");
    execFileSync("chown", ["-R", "12345", other]);
    expect((await imported(made, "gvm")).versions).toMatchObject([{ became: "taken" }]);
    const copy = statSync(join(made.goroot("1.22.6"), "src/go.mod"));
    expect(copy).toMatchObject({ nlink: 1, uid: 0 });
    expect(copy.mode & 0o777).toBe(0o644);
  });
});

describe("what can't be proven", () => {
  it("is linked, and each file that differs is named", async () => {
    const made = await scene(["1.22.5", "1.22.6"]);
    const { box } = made;
    const edited = layGoroot(`${box.home}/.goenv/versions/1.22.5`, "1.22.5", {
      files: { "go.env": "GOTOOLCHAIN=local\n", "bin/gofmt": undefined, "src/more.go": "package more\n" },
    });
    const tip = layGoroot(`${box.home}/.goenv/versions/my tip`, "1.22.6", {
      files: { VERSION: "devel go1.23-abc" },
    });
    const { versions, code, leaving } = await imported(made, "goenv");
    expect(code).toBe(0);
    expect(versions).toMatchObject([
      {
        became: "linked",
        as: "goenv-1.22.5",
        reason: "it is not go1.22.5 as Go published it",
        differences: { changed: ["go.env"], added: ["src/more.go"], missing: ["bin/gofmt"] },
      },
      { became: "linked", as: "goenv-my-tip", reason: 'its VERSION says "devel go1.23-abc"' },
    ]);
    expect(readlinkSync(made.goroot("goenv-1.22.5"))).toBe(edited);
    expect(readlinkSync(made.goroot("goenv-my-tip"))).toBe(tip);
    expect(existsSync(made.goroot("1.22.5"))).toBe(false);
    expect(leaving).toMatchObject({ lines: [], remove: [] });
    writeFileSync(join(box.project, ".go-version"), "goenv-1.22.5\n");
    expect((await made.inRoot("shims/go", ["version"])).stdout).toContain("go1.22.5");
    const again = await made.gv("import", "goenv");
    expect(again.stdout).toContain("linked as goenv-1.22.5");
    expect(again.stdout).toContain("\n    changed  go.env\n");
    expect((await made.gv("list")).stdout.match(/goenv-/g)).toHaveLength(2);
  });

  it("is left where its own manager didn't finish it, or it has no go that may be executed", async () => {
    const made = await scene(["1.22.5", "1.22.6"]);
    layGoroot(`${made.box.home}/sdk/go1.22.5`, "1.22.5");
    const goroot = layGoroot(`${made.box.home}/sdk/go1.22.6`, "1.22.6", {
      files: { ".unpacked-success": "", "bin/go": undefined },
    });
    const { versions } = await imported(made, "dl");
    expect(versions).toMatchObject([
      { became: "left", reason: "its download never ended: it has no .unpacked-success" },
      { became: "left", goroot, reason: expect.stringContaining("no bin/go that may be executed") as string },
    ]);
    made.box.write(join(made.box.home, ".asdf/installs/golang/1.19.0/go/bin/go"), "half of it", 0o755);
    expect((await imported(made, "asdf")).versions).toMatchObject([
      {
        became: "left",
        reason: "it has no file VERSION; it has no src/, so it is no whole Go, and isn't linked",
      },
    ]);
    expect(listTree(join(made.box.root, "versions"))).toEqual([]);
  });

  it("because the log can't be asked is left: exit code 5, and the others are taken", async () => {
    const made = await scene(["1.22.5", "1.22.6"]);
    const { box, proxy } = made;
    for (const version of ["1.22.5", "1.22.6"]) layGoroot(`${box.home}/.goenv/versions/${version}`, version);
    proxy.intercept = ({ url }, response) => {
      if (!url?.includes("go1.22.5")) return false;
      response.writeHead(500).end();
      return true;
    };
    const { versions, code } = await imported(made, "goenv");
    expect(code).toBe(5);
    expect(versions).toMatchObject([{ became: "left" }, { became: "taken", as: "1.22.6" }]);
    expect(listTree(join(box.root, "versions", hostFolder)).some((path) => path.startsWith("goenv-"))).toBe(
      false,
    );
  });
});

describe("its versions in force", () => {
  it("its global version is gv's where gv has none", async () => {
    const made = await scene(["1.22.5", "1.22.6"]);
    const { box } = made;
    for (const version of ["1.22.5", "1.22.6"]) layGoroot(`${box.home}/.goenv/versions/${version}`, version);
    box.write(`${box.home}/.goenv/version`, "1.22.5\n");
    expect((await imported(made, "--dry-run", "goenv")).global).toMatchObject({
      became: "taken",
      spec: "1.22.5",
    });
    expect(existsSync(join(box.root, "version"))).toBe(false);
    expect((await imported(made, "goenv")).global).toMatchObject({ became: "taken" });
    expect((await made.gv("global")).stdout).toBe("1.22.5\n");
    await made.gv("global", "1.22.6");
    expect((await imported(made, "goenv")).global).toMatchObject({
      became: "left",
      words: "gv's own is 1.22.6, and stays",
    });
    expect((await made.gv("global")).stdout).toBe("1.22.6\n");
  });

  it("gvm's default, mise's config, and asdf's file, which gv reads", async () => {
    const made = await scene(["1.22.5", "1.22.6"]);
    const { box } = made;
    layGoroot(`${box.home}/.gvm/gos/go1.22.5`, "1.22.5");
    layGoroot(`${box.home}/.asdf/installs/golang/1.22.6/go`, "1.22.6");
    layGoroot(`${box.home}/.local/share/mise/installs/go/1.22.6`, "1.22.6");
    box.write(
      `${box.home}/.gvm/environments/default`,
      'export GVM_ROOT; GVM_ROOT="x"\nexport gvm_go_name; gvm_go_name="go1.22.5"\n',
    );
    box.write(`${box.home}/.tool-versions`, "nodejs 20\ngolang 1.22.6\n");
    box.write(`${box.home}/.config/mise/config.toml`, '[tools]\ngo = "1.22"\n');
    expect((await imported(made, "--dry-run", "mise")).global).toMatchObject({
      became: "taken",
      spec: "1.22",
      line: 2,
    });
    expect((await imported(made, "gvm")).global).toMatchObject({ became: "taken", line: 2 });
    expect(readFileSync(join(box.root, "version"), "utf8")).toBe("1.22.5\n");
    expect((await imported(made, "asdf")).global).toMatchObject({ became: "read by gv", line: 2 });
  });

  it("one that gv hasn't got is not set", async () => {
    const made = await scene();
    layGoroot(`${made.box.home}/.goenv/versions/1.22.5`, "1.22.5");
    made.box.write(`${made.box.home}/.goenv/version`, "1.19\n");
    expect((await imported(made, "goenv")).global).toMatchObject({ became: "left" });
    expect(existsSync(join(made.box.root, "version"))).toBe(false);
  });

  it("a mise.toml of this directory becomes a .go-version where nothing else pins it", async () => {
    const made = await scene();
    const { box } = made;
    layGoroot(`${box.home}/.local/share/mise/installs/go/1.22.5`, "1.22.5");
    const [toml, pin] = [
      box.write("mise.toml", '[tools]\nnode = "20"\ngo = "1.22.5" # why\n'),
      join(box.project, ".go-version"),
    ];
    expect((await imported(made, "--dry-run", "mise")).pin).toMatchObject({
      became: "taken",
      file: toml,
      line: 3,
    });
    expect(existsSync(pin)).toBe(false);
    const other = box.write(".tool-versions", "golang 1.21\n");
    expect((await imported(made, "mise")).pin).toMatchObject({ became: "left" });
    rmSync(other);
    expect((await imported(made, "mise")).pin).toMatchObject({ became: "taken" });
    expect(readFileSync(pin, "utf8")).toBe("1.22.5\n");
    expect(readFileSync(toml, "utf8")).toContain("# why");
  });
});

describe("how to leave", () => {
  it("names the lines of start-up files and the manager's own command, and does nothing of it", async () => {
    const made = await scene();
    const { box } = made;
    layGoroot(`${box.home}/.goenv/versions/1.22.5`, "1.22.5");
    const bashrc = box.write(
      `${box.home}/.bashrc`,
      'alias ll=ls\nexport GOENV_ROOT="$HOME/.goenv"\nexport PATH="$GOENV_ROOT/bin:$PATH"\neval "$(goenv init -)"\nexport PATH="$HOME/.goenv/shims:$PATH"\n',
    );
    const { leaving } = await imported(made, "goenv");
    expect(leaving.lines.filter(({ file }) => file === bashrc).map(({ line }) => line)).toEqual([2, 3, 4, 5]);
    expect(leaving.remove).toEqual([`rm -rf '${box.home}/.goenv'`]);
    expect(readFileSync(bashrc, "utf8")).toContain("goenv init");
    expect(existsSync(join(box.home, ".goenv/versions/1.22.5/bin/go"))).toBe(true);
  });

  it("one by one where something of it stays in use", async () => {
    const made = await scene(["1.22.5", "1.22.6"]);
    const { box } = made;
    layGoroot(`${box.home}/.goenv/versions/1.22.5`, "1.22.5");
    layGoroot(`${box.home}/.goenv/versions/1.22.6`, "1.22.6", { files: { VERSION: "devel" } });
    expect((await imported(made, "goenv")).leaving).toMatchObject({
      lines: [],
      remove: ["goenv uninstall 1.22.5"],
    });
  });
});

describe("the command", () => {
  it("changes nothing with --dry-run", async () => {
    const made = await scene();
    const folder = layGoroot(`${made.box.home}/.goenv/versions/1.22.5`, "1.22.5");
    const before = listTree(made.box.home);
    const ran = await made.gv("import", "--dry-run", "goenv");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`would be taken from ${folder}\n`);
    expect(listTree(made.box.home)).toEqual(before);
    expect(made.box.listing()).toEqual([]);
  });

  it("knows who has no Go, and says where it looked", async () => {
    const made = await scene();
    expect(failedWith(2, await made.gv("import", "sdkman")).hint).toContain("SDKMAN has no Go");
    expect(failedWith(2, await made.gv("import", "nobody")).hint).toContain("goenv, asdf, gvm");
    const none = failedWith(3, await made.gv("import", "gvm"));
    expect(none.hint).toContain(`${made.box.home}/.gvm/gos/*`);
  });

  it("stopped half-way leaves what it took whole, and nothing half", async () => {
    const made = await scene(["1.22.5", "1.22.6"]);
    const { box, proxy } = made;
    for (const version of ["1.22.5", "1.22.6"]) layGoroot(`${box.home}/.goenv/versions/${version}`, version);
    proxy.intercept = ({ url }) => url?.includes("go1.22.6") === true; // Never answered.
    const running = start(made, ["import", "goenv"]);
    await running.said(`1.22.5 for ${hostName}: is taken`);
    running.kill("SIGINT");
    expect((await running.ended).code ?? 130).toBe(130);
    expect(await made.gv("verify", "-q")).toMatchObject({ code: 0, stdout: "" });
    expect((await made.gv("list")).stdout.match(/1\.22\.\d/g)).toEqual(["1.22.5"]);
    expect((await made.inRoot("shims/go1.22.5", ["version"])).code).toBe(0);
    noLeftovers(box);
    proxy.intercept = undefined;
    expect((await imported(made, "goenv")).versions.map(({ became }) => became)).toEqual(["there", "taken"]);
  });

  it.skipIf(noMounts)("on a disk without room says so, and leaves nothing half", async () => {
    const made = await scene();
    const { box } = made;
    const files = { "src/big.txt": "x".repeat(3_000_000) };
    const proxy = await localProxy({ toolchains: [tinyToolchain("1.22.5", host, { files })] });
    const env = settingsFor(proxy);
    layGoroot(`${box.home}/.goenv/versions/1.22.5`, "1.22.5", { files });
    tmpfs(box.root, "2m");
    chmodSync(box.root, 0o755);
    const { hint } = failedWith(1, { ...(await box.gv(["import", "goenv"], { env })), stdout: "" });
    expect(hint).toContain("GV_ROOT");
    expect(listTree(join(box.root, "versions"))).toEqual([]);
    noLeftovers(box);
    resize(box.root, "20m");
    expect(await box.gv(["import", "goenv"], { env })).toMatchObject({ code: 0, stderr: "" });
  });

  it.skipIf(noLoops)("clones on a file system that can: the files take no room of their own", async () => {
    const made = await scene([]);
    const { box } = made;
    const disk = join(box.project, "disk");
    loopMount(disk, "btrfs", "200m");
    const files = { "src/big.txt": randomBytes(6_000_000).toString("latin1") };
    const proxy = await localProxy({ toolchains: [tinyToolchain("1.22.5", host, { files })] });
    layGoroot(join(disk, "goenv/versions/1.22.5"), "1.22.5", { files });
    const env = { ...settingsFor(proxy), GOENV_ROOT: join(disk, "goenv"), GV_ROOT: join(disk, "gv") };
    expect(await box.gv(["import", "goenv"], { env })).toMatchObject({ code: 0, stderr: "" });
    const clone = join(disk, "gv/versions", hostFolder, "1.22.5/src/big.txt");
    execFileSync("sync", ["-f", disk]);
    const shared = execFileSync("filefrag", ["-v", clone], { encoding: "utf8" });
    expect(shared).toMatch(/\bshared\b/);
    expect(await box.gv(["verify", "-q"], { env })).toMatchObject({ code: 0 });
  });

  it("beside an install of the same release: both end well, with one whole version", async () => {
    const made = await scene();
    layGoroot(`${made.box.home}/.goenv/versions/1.22.5`, "1.22.5");
    const ran = await Promise.all([
      made.gv("import", "goenv"),
      made.gv("install", "-q", "1.22.5"),
      made.gv("import", "goenv"),
    ]);
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await made.gv("verify", "-q")).toMatchObject({ code: 0, stdout: "" });
    noLeftovers(made.box);
  });
});
