/** What goes wrong outside gv, as a person meets it: the words, the exit code, and a root as it was before. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it, onTestFinished } from "vitest";

import { type GoproxyOptions, tinyToolchain } from "./support/goproxy.ts";
import { noMounts, remountReadOnly, tmpfs } from "./support/mount.ts";
import { listTree, type RunOptions, sandbox } from "./support/sandbox.ts";
import {
  entry,
  failedWith,
  host,
  hostFolder,
  hostName,
  largeToolchain,
  localProxy,
  type Scene,
  scene,
  settingsFor,
  succeeded,
} from "./support/scene.ts";

const foreign = { os: "plan9", arch: "arm" };

/** The root without what an install may leave: a newer tree head, and staging/ itself, which is empty. */
function rootOf({ box }: Pick<Scene, "box">): string[] {
  return box.listing().filter((path) => path !== "staging/" && !path.startsWith("sumdb/"));
}

/** A scene with 1.21.3 installed, which every failure leaves as it is. */
async function settled(versions: readonly string[] = [], options: GoproxyOptions = {}): Promise<Scene> {
  const there = await scene([], { ...options, toolchains: options.toolchains ?? [] });
  for (const version of ["1.21.3", ...versions]) there.proxy.add(tinyToolchain(version, host));
  const { intercept } = there.proxy;
  there.proxy.intercept = undefined;
  await there.install("1.21.3");
  there.proxy.intercept = intercept;
  return there;
}

/** Runs an install that fails, and holds the root to what it was. */
async function fails(there: Scene, exitCode: number, words: readonly string[], options?: RunOptions) {
  const before = rootOf(there);
  const said = failedWith(exitCode, await there.box.gv(words, options));
  expect(rootOf(there)).toEqual(before);
  expect((await there.inRoot("shims/go", ["version"])).stdout).toContain("go1.21.3");
  return said;
}

describe("a version", () => {
  it("that there is not: the nearest are named", async () => {
    const there = await settled(["1.22.5", "1.22.6", "1.23.1"]);
    expect(await fails(there, 1, ["install", "1.22.99"])).toEqual({
      fact: `there is no release 1.22.99 of Go for ${hostName}`,
      hint: "near it: 1.22.5, 1.22.6\ngv list-remote   shows all",
    });
    expect((await fails(there, 1, ["install", "1.30"])).hint).toContain("near it: 1.22.6, 1.23.1\n");
    expect((await fails(there, 1, ["install", "^2"])).hint).toContain("near it: 1.22.5, 1.22.6, 1.23.1\n");
    expect((await fails(there, 1, ["use", "1.9.9"])).fact).toContain("1.9.9");
  });

  it("that another platform alone has: that one is named", async () => {
    const there = await settled();
    there.proxy.add(tinyToolchain("1.26.8", foreign));
    for (const spec of ["1.26.8", "1.26"]) {
      const { fact, hint } = await fails(there, 1, ["install", spec]);
      expect(fact).toBe(`the list of your GOPROXY has no Go ${spec} for ${hostName}`);
      expect(hint).toContain("it has it for plan9/arm\n");
    }
    await fails(there, 1, ["install", "--platform", "linux/riscv64", "1.26.8"]);
  });

  it("one bad one of several: what came before it stays, and is said", async () => {
    const there = await settled(["1.22.5"]);
    const ran = await there.gv("install", "1.22.5", "1.22.99", "1.21.3");
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("Go 1.22.5 for");
    expect(ran.stderr).toContain("1.22.99");
    expect(existsSync(there.goroot("1.22.5"))).toBe(true);
  });
});

describe("the network", () => {
  it("isn't there", async () => {
    const there = await settled();
    const env = { GOPROXY: "http://127.0.0.1:1" };
    for (const words of [
      ["install", "1.22.5"],
      ["install", "1.22"],
      ["list-remote"],
      ["local", "oldstable"],
    ]) {
      const { fact, hint } = await fails(there, 5, words, { env });
      expect(fact).toMatch(/^http:\/\/127\.0\.0\.1:1\/.*: nothing answers there$/);
      expect(hint).toContain("GOPROXY");
    }
  });

  it("GOPROXY names no proxy, or forbids", async () => {
    const there = await settled(["1.22.5"]);
    await fails(there, 2, ["install", "1.22.5"], { env: { GOPROXY: "nonsense" } });
    const off = await fails(there, 5, ["install", "1.22.5"], { env: { GOPROXY: "off" } });
    expect(off.fact).toContain("GOPROXY=off (environment)");
    expect((await fails(there, 2, ["install", "1.22.5"], { env: { GOSUMDB: "a b c" } })).fact).toContain(
      "GOSUMDB",
    );
  });

  it.each([
    { what: "a web page", status: 200, exitCode: 5, fact: /answered a web page instead of a file$/ },
    { what: "a refusal", status: 403, exitCode: 5, fact: /refuses \(403\)$/ },
    { what: "a wish for credentials", status: 401, exitCode: 5, fact: /refuses \(401\)$/ },
    { what: "an error", status: 500, exitCode: 5, fact: /answered 500$/ },
    { what: "a teapot", status: 418, exitCode: 5, fact: /answered 418$/ },
  ])("answers $what ($status)", async ({ status, exitCode, fact }) => {
    const there = await settled([], {
      intercept: (_, response) =>
        Boolean(response.writeHead(status, { "content-type": "text/html" }).end("<h1>Log in</h1>")),
    });
    for (const spec of ["1.22.5", "1.22"])
      expect((await fails(there, exitCode, ["install", spec])).fact).toMatch(fact);
  });

  it("prints no password of GOPROXY", async () => {
    const there = await settled();
    const env = { GOPROXY: there.proxy.url.replace("http://", "http://user:secret@") };
    const ran = await there.box.gv(["install", "1.22.99"], { env });
    expect(ran.code).toBe(1);
    const off = { GOPROXY: "http://user:secret@127.0.0.1:1" };
    const unreachable = await there.box.gv(["install", "1.22.99"], { env: off });
    expect(unreachable.code).toBe(5);
    expect(JSON.stringify([ran, unreachable])).not.toContain("secret");
  });

  it("the checksum database is not to be had", async () => {
    const there = await settled(["1.22.5"]);
    const silent = await localProxy({ toolchains: [tinyToolchain("1.22.5", host)], sumdb: false });
    const { GOSUMDB } = settingsFor(there.proxy);
    const env = { GOPROXY: silent.url, GOSUMDB: `${GOSUMDB} http://127.0.0.1:1` };
    expect((await fails(there, 5, ["install", "1.22.5"], { env })).fact).toContain("checksum database");
  });
});

describe("a zip", () => {
  it.each(["half of it", "all but its end", "nothing"])("cut short: %s", async (how) => {
    const there = await settled();
    const { zip } = tinyToolchain("1.22.5", host);
    const kept = { "half of it": zip.length / 2, "all but its end": zip.length - 10, nothing: 0 }[how] ?? 0;
    there.proxy.add(tinyToolchain("1.22.5", host, { zip: zip.subarray(0, kept) }));
    await fails(there, 4, ["install", "1.22.5"]);
  });

  it("whose connection is cut in the middle", async () => {
    const there = await settled(["1.22.5"]);
    there.proxy.intercept = (request, response) => {
      if (!request.url?.endsWith(".zip")) return false;
      response.writeHead(200, { "content-length": 100_000 }).write("PK", () => response.destroy());
      return true;
    };
    expect((await fails(there, 5, ["install", "1.22.5"])).fact).toContain("the connection was cut");
  });

  it("that isn't what the log has: both hashes are shown", async () => {
    const there = await settled();
    const patched = { "src/fmt/print.go": "package fmt // patched\n" };
    there.proxy.add(tinyToolchain("1.22.5", host, { served: patched }));
    const { hint } = await fails(there, 4, ["install", "1.22.5"]);
    expect(hint).toContain(tinyToolchain("1.22.5", host).h1);
    expect(hint).toContain(tinyToolchain("1.22.5", host, { files: patched }).h1);
  });

  it("that is proven and doesn't run here", async () => {
    const there = await settled();
    there.proxy.add(tinyToolchain("1.22.5", host, { files: { "bin/go": "#!/nonexistent\n" } }));
    expect((await fails(there, 1, ["install", "1.22.5"])).fact).toContain("is proven, but doesn't run here");
  });
});

describe("a root", () => {
  it.skipIf(noMounts)(`on a full disk${noMounts ? `: skipped, ${noMounts}` : ""}`, async () => {
    const there = await scene([], { ranges: false }); // What a zip needs can be guessed from its length alone.
    tmpfs(there.box.root, "4m");
    chmodSync(there.box.root, 0o755);
    there.proxy.add(tinyToolchain("1.21.3", host));
    await there.install("1.21.3");
    there.proxy.add(largeToolchain("1.22.5"));
    const { fact, hint } = await fails(there, 1, ["install", "1.22.5"]);
    expect(fact).toMatch(/^it needs about [\d.]+ MB on disk, and .* has [\d.]+ MB left$/);
    expect(hint).toContain("GV_ROOT");
    expect(listTree(there.box.root).filter((path) => path.startsWith("staging/"))).toEqual(["staging/"]);
  });

  it.skipIf(noMounts)(`that is read-only${noMounts ? `: skipped, ${noMounts}` : ""}`, async () => {
    const there = await scene(["1.21.3", "1.22.5"]);
    tmpfs(there.box.root, "4m");
    chmodSync(there.box.root, 0o755);
    await there.install("1.21.3");
    remountReadOnly(there.box.root);
    for (const words of [
      ["install", "1.22.5"],
      ["uninstall", "1.21.3"],
      ["global", "1.21"],
      ["link", "mygo", there.goroot("1.21.3")],
    ]) {
      const { fact, hint } = await fails(there, 1, words);
      expect(fact).toMatch(/ can't be written \(EROFS\)$/);
      expect(hint).toContain("GV_ROOT");
    }
    const GV_ROOT = join(there.box.root, "new", "root");
    expect(failedWith(1, await there.box.gv(["setup"], { env: { GV_ROOT } })).fact).toContain("EROFS");
    expect((await there.gv("install", "1.21.3")).code).toBe(0);
    expect((await there.gv("list")).stdout).toBe("* 1.21.3      global\n");
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(isRoot)(`that this user may not write${isRoot ? ": skipped, root may" : ""}`, async () => {
    const there = await settled(["1.22.5"]);
    for (const folder of [there.box.root, join(there.box.root, "staging")]) {
      chmodSync(folder, 0o555);
      onTestFinished(() => chmodSync(folder, 0o755));
    }
    expect((await fails(there, 1, ["install", "1.22.5"])).fact).toContain("can't be written (EACCES)");
  });

  it("that is a file, or below one", async () => {
    const { box, proxy } = await scene();
    const file = box.write("file", "mine\n");
    for (const GV_ROOT of [file, join(file, "below")])
      for (const words of [["install", "1.22.5"], ["setup"], ["rehash"], ["global", "1.22"]])
        expect(failedWith(1, await box.gv(words, { env: { GV_ROOT } })).fact).toContain(file);
    expect(readFileSync(file, "utf8")).toBe("mine\n");
    expect(proxy.zipDownloads).toBe(0);
  });

  it("that is a link to nowhere", async () => {
    const { box } = await scene();
    symlinkSync(join(box.home, "nowhere"), box.root);
    expect(failedWith(1, await box.gv(["install", "1.22.5"])).fact).toContain(`${box.root} can't be written`);
    expect(existsSync(join(box.home, "nowhere"))).toBe(false);
  });

  it("that is relative", async () => {
    const { box } = await scene();
    for (const words of [["install", "1.22.5"], ["setup"], ["rehash"], ["global", "1.22"]]) {
      const { fact, hint } = failedWith(1, await box.gv(words, { env: { GV_ROOT: "gv root" } }));
      expect(fact).toContain('GV_ROOT is "gv root", a relative path');
      expect(hint).toBe('export GV_ROOT="$HOME/.gv"');
    }
    expect(listTree(box.project)).toEqual([]);
    expect(await box.gv(["list", "--json"], { env: { GV_ROOT: "gv root" } })).toMatchObject({
      stdout: "[]\n",
    });
  });

  it("that everyone may write, or that is another user's", async () => {
    const there = await settled(["1.22.5"]);
    chmodSync(there.box.root, 0o777);
    expect((await fails(there, 1, ["install", "1.22.5"])).hint).toBe(`chmod o-w ${there.box.root}`);
    chmodSync(there.box.root, 0o755);
    expect((await there.gv("install", "1.22.5")).code).toBe(0);
  });

  it("whose lock a dead process holds", async () => {
    const there = await settled(["1.22.5"]);
    const lock = join(there.box.root, "staging", `install-${hostFolder}-1.22.5.lock`);
    const { pid } = spawnSync("mkdir", [lock]);
    expect(pid).toBeGreaterThan(0);
    utimesSync(lock, 1_000_000_000, 1_000_000_000);
    const ran = await there.gv("install", "1.22.5");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).not.toContain("waiting");
    expect(existsSync(lock)).toBe(false);
  });

  it("with things in it that gv didn't make", async () => {
    const there = await settled(["1.22.5"]);
    const { root } = there.box;
    const strange = ["versions/README", `versions/${hostFolder}/1.99.9`, `versions/${hostFolder}/notes.txt`];
    for (const path of strange) writeFileSync(join(root, path), "mine\n");
    for (const path of [`versions/${hostFolder}/1.22.5`, "versions/Old Stuff/x", "staging/mine"])
      mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, `receipts/${hostFolder}/1.21.3.json`), "{ broken");
    expect((await there.gv("list")).stdout).toBe("* 1.21.3      global  not proven\n");
    expect((await there.gv("install", "1.22.5")).code).toBe(0);
    for (const path of [...strange, "versions/Old Stuff/x", "staging/mine"])
      expect(existsSync(join(root, path))).toBe(true);
  });
});

describe("the directory where gv runs", () => {
  it("is gone", async () => {
    const there = await settled();
    mkdirSync(join(there.box.project, "gone"));
    const script = `rmdir "$PWD" && exec "$0" "$@"`;
    const cwd = join(there.box.project, "gone");
    const words = ["-c", script, process.execPath, entry, "list"];
    expect(await there.box.run("sh", words, { cwd })).toEqual(succeeded("* 1.21.3      global\n"));
  });

  it("is gone: what needs its path says so, and nothing is written elsewhere", async () => {
    const { box } = await settled();
    const cwd = join(box.project, "gone");
    const failed = async (...words: string[]) => {
      mkdirSync(cwd);
      const script = `rmdir "$PWD" && exec "$0" "$@"`;
      return failedWith(1, await box.run("sh", ["-c", script, process.execPath, entry, ...words], { cwd }));
    };
    expect((await failed("local", "1.22")).hint).toContain("its folder was deleted");
    expect((await failed("verify", ".")).hint).toContain("it was deleted");
    expect((await failed("link", "mygo", "x/go")).fact).toContain('"x/go"');
    expect(existsSync("/.go-version")).toBe(false);
  });

  it.runIf(process.platform === "linux")(
    "has a name that is not UTF-8: its files count, and those above",
    async () => {
      const { box, gv } = await settled(["1.22.5", "1.22.6"]);
      expect(await gv("install", "-q", "1.22.5")).toEqual(succeeded(""));
      const inside = async (folder: string, ...words: string[]) => {
        const script = `d=$(printf 'caf\\351') && mkdir -p "$d/in" && cd "$d/${folder}" && exec "$@"`;
        return box.run("sh", ["-c", script, "sh", process.execPath, entry, ...words]);
      };
      box.write(".go-version", "1.21\n");
      expect(await inside("in", "current")).toEqual(succeeded("1.21.3\n"));
      for (const spec of ["1.21", "1.22"])
        expect(await inside(".", "local", spec)).toEqual(succeeded(`.go-version says ${spec}\n`));
      expect(await inside("in", "current")).toEqual(succeeded("1.22.5\n"));
      const { origin } = JSON.parse((await inside("in", "current", "--json")).stdout);
      expect(origin).toEqual({ kind: "file", file: "./../.go-version", line: 1, text: "1.22" });
      box.write("go.mod", "go 1.21.3\n");
      const { file } = JSON.parse((await inside("in", "current", "--explain", "--json")).stdout);
      expect(file.path).toBe("./../../go.mod");
    },
  );

  it("has something else by the name of the version file: gv local says so", async () => {
    const box = sandbox();
    mkdirSync(join(box.project, ".go-version/x"), { recursive: true });
    const { fact } = failedWith(1, await box.gv(["local", "1.22"]));
    expect(fact).toContain(`${box.project}/.go-version can't be written`);
    expect(listTree(box.project)).toEqual([".go-version/", ".go-version/x/"]);
  });
});
