/** src/files.ts: whole or not at all, private staging, publishing once, locks, roots that are refused. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { constants as osConstants } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";

import { describe, expect, it, onTestFinished } from "vitest";

import { bundled } from "../scripts/source.mjs";
import { type Context, rootAt } from "../src/context.ts";
import { diskError } from "../src/disk-error.ts";
import { GvError } from "../src/errors.ts";
import {
  copyFile,
  copyProgram,
  copyWritable,
  makeFolder,
  makeLink,
  newFile,
  move,
  removeFile,
  removeTree,
  writeAtomically,
  writeIfAbsent,
  shareFile,
} from "../src/files.ts";
import { prepareRoot } from "../src/root.ts";
import { namesIn, textOf } from "../src/read.ts";
import { withStaging } from "../src/staging.ts";
import { withLock } from "../src/lock.ts";
import { loopMount, noLoops, noMounts, remountReadOnly, tmpfs } from "./support/mount.ts";
import { listTree, sandbox, type Sandbox } from "./support/sandbox.ts";

const changesModule = await bundled("test/support/changes.ts", "esm");
const isRoot = process.getuid?.() === 0;
const noMount = noMounts === undefined ? "" : `: ${noMounts}`;

function failureOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return new Error("it did not fail");
}

/** A root that is ready, in a sandbox. */
function ready(overrides?: Partial<Context>): { box: Sandbox; ctx: Context } {
  const box = sandbox();
  const ctx = box.context(overrides);
  prepareRoot(ctx);
  return { box, ctx };
}

/** A program of `code` with everything of src/files.ts, withLock and withStaging as `files`, and a context as `ctx`. */
function scriptOf(box: Sandbox, code: string): string {
  const script = join(dirname(box.home), "elsewhere.mjs");
  writeFileSync(join(dirname(script), "changes.mjs"), changesModule);
  const start = `
    import process from "node:process";
    import { changes, rootAt, withLock, withStaging } from "./changes.mjs";
    const files = { ...changes, withLock, withStaging };
    const ctx = {
      root: rootAt(${JSON.stringify(box.root)}), env: {}, now: Date.now,
      uid: process.getuid?.(), signal: new AbortController().signal,
    };`;
  writeFileSync(script, `${start}\n${code}`);
  return script;
}

/** Another process that runs it. */
function elsewhere(box: Sandbox, code: string, options: { uid?: number } = {}): ChildProcess {
  const child = spawn(process.execPath, [scriptOf(box, code)], {
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** What it printed, once it has ended. */
async function ended(child: ChildProcess): Promise<string> {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (part: string) => (text += part));
  await new Promise((resolve) => child.on("close", resolve));
  return text.trim();
}

/** Resolves when it has printed something. */
function printed(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (data: Buffer) => resolve(data.toString().trim()));
    child.once("close", (code) => reject(new Error(`it ended with ${code}`)));
  });
}

/** Kills it as a power cut would, and waits until it is gone. */
async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

describe("writing", () => {
  it("makes and replaces a file as a whole, by another one", () => {
    const path = join(sandbox().project, "file");
    writeAtomically(path, "old");
    const old = statSync(path).ino;
    writeAtomically(path, Buffer.from("new\0bytes"), 0o755);
    expect(readFileSync(path, "latin1")).toBe("new\0bytes");
    expect(statSync(path).ino).not.toBe(old);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(readdirSync(dirname(path))).toEqual(["file"]);
  });

  it("replaces a link, not what it leads to", () => {
    const box = sandbox();
    box.write("target", "theirs");
    symlinkSync("target", join(box.project, "link"));
    writeAtomically(join(box.project, "link"), "ours");
    expect([textOf(join(box.project, "link")), textOf(join(box.project, "target"))]).toEqual([
      "ours",
      "theirs",
    ]);
  });

  it("that fails leaves what was there, and no temporary file", () => {
    const box = sandbox();
    mkdirSync(join(box.project, "folder"));
    box.write("folder/file", "old");
    expect(failureOf(() => writeAtomically(join(box.project, "folder"), "x"))).toBeInstanceOf(Error);
    expect(failureOf(() => writeAtomically(join(box.project, "none/file"), "x"))).toMatchObject({
      code: "NOT_WRITABLE",
    });
    expect(listTree(box.project)).toEqual(["folder/", "folder/file"]);
  });

  it("sweeps the temporary files that dead processes left in that folder, of another machine when they are a day old, and no others", async () => {
    const { ctx } = ready();
    const box: Sandbox = { ...sandbox(), root: ctx.root.path };
    const path = join(ctx.root.path, "file");
    const leave = `
      const path = files.beside(${JSON.stringify(path)});
      files.writeAtomically(path, "");
      console.log(path);
      await new Promise((resolve) => setTimeout(resolve, 100_000));`;
    const [dead, live] = [elsewhere(box, leave), elsewhere(box, leave)];
    const [left, kept] = await Promise.all([printed(dead), printed(live)]);
    await killed(dead);
    const foreign = join(ctx.root.path, ".gv-elsewhere-1-7-01234567-89ab-cdef-0123-456789abcdef");
    for (const other of [foreign, join(ctx.root.path, ".gv-mine")]) writeFileSync(other, "");
    expect([existsSync(left), existsSync(kept)]).toEqual([true, true]);
    writeAtomically(path, "new");
    expect([existsSync(left), existsSync(kept), existsSync(foreign)]).toEqual([false, true, true]);
    for (const [age, isThere] of [
      [86_400 - 60, true],
      [86_400 + 60, false],
    ] as const) {
      utimesSync(foreign, Date.now() / 1000 - age, Date.now() / 1000 - age);
      writeAtomically(path, "new");
      expect(existsSync(foreign)).toBe(isThere);
    }
    expect(namesIn(ctx.root.path)).toContain(".gv-mine");
    await killed(live);
    writeIfAbsent(path, "other"); // It is there, and what is left goes all the same.
    expect([existsSync(kept), readFileSync(path, "utf8")]).toEqual([false, "new"]);
  });

  it("if absent: the first one wins, and one alone says it did", () => {
    const path = join(sandbox().project, "file");
    expect([writeIfAbsent(path, "first"), writeIfAbsent(path, "second")]).toEqual([true, false]);
    expect(textOf(path)).toBe("first");
    expect(readdirSync(dirname(path))).toEqual(["file"]);
  });

  it("if absent: of processes that race, one says it did, and its text is there", async () => {
    const box = sandbox();
    const path = join(box.project, "file");
    const start = join(box.project, "start");
    const code = `
      import { existsSync } from "node:fs";
      while (!existsSync(${JSON.stringify(start)}));
      if (files.writeIfAbsent(${JSON.stringify(path)}, String(process.pid))) console.log(process.pid);`;
    const racers = Array.from({ length: 4 }, () => elsewhere(box, code));
    const said = racers.map(ended);
    box.write("start", "");
    const winners = (await Promise.all(said)).filter((text) => text !== "");
    expect(winners).toEqual([textOf(path)]);
    expect(readdirSync(box.project).toSorted()).toEqual(["file", "start"]);
  });

  it("if absent: nothing where the folder isn't", () => {
    const box = sandbox();
    expect(failureOf(() => writeIfAbsent(join(box.project, "none/file"), "x"))).toMatchObject({
      code: "NOT_WRITABLE",
    });
    expect(listTree(box.project)).toEqual([]);
  });

  it.each([0o755, 0o644, 0o600])("a new file gets mode %o under any umask, and is new", (mode) => {
    const path = join(sandbox().project, "file");
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    const file = newFile(path, mode, 0o077);
    file.write(Buffer.from("a"));
    file.write(Buffer.alloc(100_000, "b"));
    file.close();
    expect(statSync(path)).toMatchObject({ size: 100_001 });
    expect(statSync(path).mode & 0o777).toBe(mode);
    expect(failureOf(() => newFile(path, mode, 0))).toBeInstanceOf(Error);
    expect(statSync(path).size).toBe(100_001);
  });

  it("a link is made once, with its folder", () => {
    const box = sandbox();
    const path = join(box.project, "a/b/link");
    expect([makeLink("/x", path), makeLink("/y", path)]).toEqual([true, false]);
    expect(listTree(box.project)).toEqual(["a/", "a/b/", "a/b/link"]);
  });

  it("a program is copied as a whole and can be run", async () => {
    const box = sandbox();
    const [from, to] = [box.write("from", "#!/bin/sh\necho it runs\n", 0o600), join(box.project, "to")];
    await copyProgram(from, to);
    expect(execFileSync(to, { encoding: "utf8" })).toBe("it runs\n");
    await expect(copyProgram(join(box.project, "none"), to)).rejects.toMatchObject({ code: "NOT_WRITABLE" });
    await expect(copyProgram(from, join(box.project, "none/to"))).rejects.toMatchObject({
      code: "NOT_WRITABLE",
    });
    expect(listTree(box.project)).toEqual(["from", "to"]);
  });

  it.runIf(isRoot)(
    "a copy of another user's file is root's own, since its owner could change it",
    async () => {
      const box = sandbox();
      const from = box.write("from", "#!/bin/sh\n", 0o755);
      chownSync(from, 12345, 12345);
      await copyProgram(from, join(box.project, "program"));
      copyFile(from, join(box.project, "file"), 0o644);
      copyWritable(from, join(box.project, "writable"));
      for (const name of ["program", "file", "writable"])
        expect(statSync(join(box.project, name)), name).toMatchObject({ uid: 0, gid: 0 });
    },
  );

  it.runIf(isRoot && noLoops === undefined)("so is a clone, and a link is none", () => {
    const box = sandbox();
    loopMount(box.root, "btrfs", "200M");
    const [from, clone, link] = ["from", "clone", "link"].map((name) => join(box.root, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(from, "go");
    chownSync(from, 12345, 12345);
    expect(shareFile("clone", from, clone)).toBe(true);
    expect(statSync(clone)).toMatchObject({ uid: 0, gid: 0 });
    expect(shareFile("link", from, link)).toBeUndefined();
    symlinkSync("clone", join(box.root, "leads"));
    expect(shareFile("link", join(box.root, "leads"), link)).toBeUndefined();
    expect(existsSync(link)).toBe(false);
    expect(shareFile("link", clone, link)).toBe(true);
  });
});

describe("reading", () => {
  it("gives nothing for what isn't there or is no file", () => {
    const box = sandbox();
    execFileSync("mkfifo", [join(box.project, "pipe")]);
    for (const name of ["none", ".", "pipe", "pipe/x"])
      expect(textOf(join(box.project, name))).toBeUndefined();
    expect(namesIn(join(box.project, "none"))).toEqual([]);
    expect(namesIn(join(box.project, "pipe"))).toEqual([]);
    expect(namesIn(box.project)).toEqual(["pipe"]);
  });
});

describe("staging", () => {
  it("is a private folder while the work runs, and gone afterwards", async () => {
    const { box, ctx } = ready();
    const folders = await Promise.all(
      [1, 2].map(() =>
        withStaging(ctx, async (folder) => {
          writeFileSync(join(folder, "file"), "");
          expect(statSync(folder).mode & 0o777).toBe(0o700);
          await Promise.resolve();
          return folder;
        }),
      ),
    );
    expect(new Set(folders.map((folder) => dirname(folder)))).toEqual(new Set([ctx.root.staging]));
    expect(new Set(folders).size).toBe(2);
    expect(box.listing()).toEqual(["staging/"]);
  });

  it("is gone when the work fails, and when it moved it away", async () => {
    const { box, ctx } = ready();
    const failing = withStaging(ctx, (folder) => {
      makeFolder(join(folder, "tree/deep"));
      return Promise.reject(new Error("no"));
    });
    await expect(failing).rejects.toThrow("no");
    await withStaging(ctx, (folder) => Promise.resolve(publish(folder, join(box.root, "there"))));
    expect(box.listing()).toEqual(["staging/", "there/"]);
  });

  it("of a dead process is swept, of a live one isn't", async () => {
    const { ctx } = ready();
    const stay = `
      await files.withStaging(ctx, async (folder) => {
        files.writeAtomically(folder + "/file", "");
        console.log(folder);
        await new Promise((resolve) => setTimeout(resolve, 100_000));
      });`;
    const box: Sandbox = { ...sandbox(), root: ctx.root.path };
    const [dead, live] = [elsewhere(box, stay), elsewhere(box, stay)];
    const [left, kept] = await Promise.all([printed(dead), printed(live)]);
    await killed(dead);
    expect([existsSync(left), existsSync(kept)]).toEqual([true, true]);
    await withStaging(ctx, () => Promise.resolve());
    expect([existsSync(left), existsSync(join(kept, "file"))]).toEqual([false, true]);
    expect(readdirSync(ctx.root.staging)).toHaveLength(1);
  });

  it("of another machine is swept when it is a day old, a lock when it is a minute, a shim's when it is an hour, and nothing that isn't a staging folder is", async () => {
    const { box, ctx } = ready();
    const now = ctx.now() / 1000;
    const folders: [name: string, age: number][] = [
      ["elsewhere-1-7-01234567-89ab-cdef-0123-456789abcdef", 86_400 + 60],
      ["elsewhere-2-7-01234567-89ab-cdef-0123-456789abcdef", 86_400 - 60],
      ["elsewhere-3-7-01234567-89ab-cdef-0123-456789abcde", 900_000],
      ["elsewhere-x-7-01234567-89ab-cdef-0123-456789abcdef", 900_000],
      ["version-linux-amd64-1.22.5.lock", 30],
      ["version-linux-amd64-1.22.6.lock", 90],
      ["rehash-5", 3_600 - 60],
      ["rehash-6", 3_600 + 60],
      ["mine", 900_000],
    ];
    for (const [name, age] of folders) {
      const path = join(ctx.root.staging, name);
      mkdirSync(path);
      utimesSync(path, now - age, now - age);
    }
    await withStaging(ctx, () => Promise.resolve());
    const stays = folders.filter(([name]) => !/^elsewhere-1|6\.lock$|^rehash-6$/.test(name));
    expect(box.listing()).toEqual(["staging/", ...stays.map(([name]) => `staging/${name}/`)].toSorted());
  });
});

/** As the store publishes and removes. */
function publish(from: string, to: string): boolean {
  return move(from, to) === "moved";
}

function removeFolder(ctx: Context, path: string): Promise<boolean> {
  return withStaging(ctx, async (staging) => publish(path, join(staging, "removed")));
}

describe("publishing", () => {
  it("moves a folder to its name, and says where there is none", () => {
    const box = sandbox();
    box.write("tree/file", "one");
    expect(move(join(box.project, "tree"), join(box.project, "1.22.5"))).toBe("moved");
    expect(textOf(join(box.project, "1.22.5/file"))).toBe("one");
    expect(move(join(box.project, "tree"), join(box.project, "1.22.6"))).toBe("missing");
  });

  it("never replaces", () => {
    const box = sandbox();
    box.write("tree/file", "second");
    box.write("there/file", "first");
    box.write("taken", "a file");
    symlinkSync("nowhere", join(box.project, "link"));
    const to = (name: string): boolean => publish(join(box.project, "tree"), join(box.project, name));
    expect(to("there")).toBe(false);
    expect(failureOf(() => to("taken"))).toBeInstanceOf(Error);
    expect(failureOf(() => to("link"))).toBeInstanceOf(Error);
    expect(failureOf(() => to("taken/below"))).toBeInstanceOf(Error);
    expect(["there/file", "taken", "tree/file"].map((name) => textOf(join(box.project, name)))).toEqual([
      "first",
      "a file",
      "second",
    ]);
  });

  it("of sixteen at once succeeds once", async () => {
    const { box, ctx } = ready();
    const published = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        withStaging(ctx, async (folder) => {
          writeFileSync(join(folder, "who"), String(i));
          await Promise.resolve();
          return publish(folder, join(box.root, "there"));
        }),
      ),
    );
    expect(published.filter(Boolean)).toHaveLength(1);
    expect(textOf(join(box.root, "there/who"))).toBe(String(published.indexOf(true)));
    expect(box.listing()).toEqual(["staging/", "there/", "there/who"]);
  });
});

describe("removing", () => {
  it("a file or a tree that isn't there is fine", async () => {
    const box = sandbox();
    removeFile(box.write("file", ""));
    removeFile(join(box.project, "file"));
    await removeTree(join(box.project, "none"));
    expect(listTree(box.project)).toEqual([]);
  });

  it("takes the name away, and says whether it was there", async () => {
    const { box, ctx } = ready();
    mkdirSync(join(box.root, "tree/deep"), { recursive: true });
    expect(await removeFolder(ctx, join(box.root, "tree"))).toBe(true);
    expect(await removeFolder(ctx, join(box.root, "tree"))).toBe(false);
    expect(box.listing()).toEqual(["staging/"]);
  });

  it("removes a link, not what it leads to", async () => {
    const { box, ctx } = ready();
    box.write("go/bin/go", "");
    symlinkSync(join(box.project, "go"), join(box.root, "link"));
    expect(await removeFolder(ctx, join(box.root, "link"))).toBe(true);
    expect(listTree(box.project)).toEqual(["go/", "go/bin/", "go/bin/go"]);
  });

  it("takes read-only folders, as in the go command's module cache", async () => {
    const box = sandbox();
    const tree = join(box.project, "tree");
    box.write("tree/mod/a@v1/file", "", 0o444);
    const all = [tree, join(tree, "mod"), join(tree, "mod/a@v1")];
    // Root may do anything: there a process of nobody's does it.
    const uid = isRoot ? 65_534 : undefined;
    if (uid !== undefined) {
      chmodSync(dirname(box.home), 0o755);
      for (const path of [box.project, ...all]) chownSync(path, uid, uid);
    }
    for (const path of all) chmodSync(path, 0o555);
    const child = elsewhere(
      box,
      `await files.removeTree(${JSON.stringify(tree)}); console.log("done");`,
      uid === undefined ? {} : { uid },
    );
    expect(await ended(child)).toBe("done");
    expect(existsSync(tree)).toBe(false);
  });
});

describe("a lock", () => {
  /** Holds the lock `x` until it is killed. */
  const hold = `
    await files.withLock(ctx, "x", async () => {
      console.log("held");
      await new Promise((resolve) => setTimeout(resolve, 100_000));
    });`;

  it("excludes others, who wait for it and are told so once", async () => {
    const { ctx } = ready();
    const steps: string[] = [];
    let waits = 0;
    const work = (name: string) =>
      withLock(
        ctx,
        "x",
        async () => {
          steps.push(`${name} starts`);
          await new Promise((resolve) => setTimeout(resolve, 5));
          steps.push(`${name} ends`);
        },
        () => waits++,
      );
    await Promise.all(["a", "b", "c"].map(work));
    const names = steps.map((step) => step.split(" ")[0]);
    expect(names).toEqual([names[0], names[0], names[2], names[2], names[4], names[4]]);
    expect(waits).toBe(2);
    expect(readdirSync(ctx.root.staging)).toEqual([]);
  });

  it("of another name, or in another root, doesn't", async () => {
    const [{ ctx }, { ctx: other }] = [ready(), ready()];
    const answer = await withLock(ctx, "x", () =>
      withLock(ctx, "y", () => withLock(other, "x", () => Promise.resolve("all three"))),
    );
    expect(answer).toBe("all three");
    for (const { root } of [ctx, other]) expect(readdirSync(root.staging)).toEqual([]);
  });

  it("is let go when the work fails", async () => {
    const { ctx } = ready();
    await expect(withLock(ctx, "x", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(readdirSync(ctx.root.staging)).toEqual([]);
  });

  it("of a live process is waited for, until an interrupt", async () => {
    const { box, ctx } = ready();
    expect(await printed(elsewhere(box, hold))).toBe("held");
    const interrupt = new AbortController();
    const waiting = withLock(
      { ...ctx, signal: interrupt.signal },
      "x",
      () => Promise.resolve("taken"),
      () => interrupt.abort(new GvError("INTERRUPTED", "interrupted")),
    );
    await expect(waiting).rejects.toMatchObject({ code: "INTERRUPTED" });
  });

  it("of a dead process is taken over", async () => {
    const { box, ctx } = ready();
    const holder = elsewhere(box, hold);
    expect(await printed(holder)).toBe("held");
    await killed(holder);
    expect(readdirSync(ctx.root.staging)).toEqual(["x.lock"]);
    expect(await withLock(ctx, "x", () => Promise.resolve("taken"))).toBe("taken");
    expect(readdirSync(ctx.root.staging)).toEqual([]);
  });

  it("that is held for 15 minutes ends the wait", async () => {
    const { box, ctx } = ready();
    await printed(elsewhere(box, hold));
    let time = Date.now();
    const impatient = { ...ctx, now: () => (time += 500_000) };
    await expect(withLock(impatient, "x", () => Promise.resolve())).rejects.toMatchObject({
      code: "BUSY",
      exitCode: 6,
      hint: expect.stringContaining("x.lock"),
    });
  });

  it("works in a directory that was deleted", async () => {
    const { box } = ready();
    const gone = join(box.project, "gone");
    mkdirSync(gone);
    const script = scriptOf(box, `await files.withLock(ctx, "x", async () => console.log("held"));`);
    const command = 'cd "$1" && rmdir "$1" && exec "$2" "$3"';
    const words = ["-c", command, "sh", gone, process.execPath, script];
    expect((await box.run("/bin/sh", words)).stdout).toBe("held\n");
  });

  it("without a place to be in is an error", async () => {
    const ctx = sandbox().context();
    await expect(withLock(ctx, "x", () => Promise.resolve())).rejects.toMatchObject({ code: "NOT_WRITABLE" });
  });
});

describe("the root", () => {
  it("is made, with staging/, and may be there", () => {
    const { box, ctx } = ready();
    prepareRoot(ctx);
    expect(box.listing()).toEqual(["staging/"]);
    const deep = { ...ctx, root: rootAt(join(box.root, "not/there/yet")) };
    prepareRoot(deep);
    expect(existsSync(deep.root.staging)).toBe(true);
  });

  it.each(["", "relative", "./x", "~/x"])("that is relative is refused: %j", (path) => {
    const ctx = sandbox().context({ root: rootAt(path) });
    expect(failureOf(() => prepareRoot(ctx))).toMatchObject({ code: "ROOT_UNSAFE", exitCode: 1 });
    if (path) expect(existsSync(path)).toBe(false);
  });

  it.each([
    [0o777, "ROOT_UNSAFE"],
    [0o1777, "ROOT_UNSAFE"],
    [0o702, "ROOT_UNSAFE"],
    [0o775, undefined],
    [0o700, undefined],
  ])("of mode %o: %s", (mode, code) => {
    const { box, ctx } = ready();
    chmodSync(box.root, mode);
    const act = (): void => prepareRoot(ctx);
    if (code) expect(failureOf(act)).toMatchObject({ code, hint: `chmod o-w ${box.root}` });
    else act();
  });

  it("of another user is refused", () => {
    const { ctx } = ready();
    const stranger = { ...ctx, uid: (ctx.uid ?? 0) + 1 };
    expect(failureOf(() => prepareRoot(stranger))).toMatchObject({ code: "ROOT_UNSAFE" });
  });

  it("that sudo would make in its user's home is refused, and root's own isn't", () => {
    const box = sandbox();
    const owner = statSync(dirname(box.root)).uid;
    // Seen from here, the home is another user's, whoever runs the tests.
    const seen = { ...box.context({ uid: 0 }), env: { SUDO_UID: String(owner) } };
    if (owner === 0) prepareRoot(seen);
    else expect(failureOf(() => prepareRoot(seen))).toMatchObject({ code: "ROOT_UNSAFE" });
    expect(existsSync(box.root)).toBe(owner === 0);
  });

  it.skipIf(!isRoot)(
    `that sudo would make in another user's home is refused${isRoot ? "" : ": needs root"}`,
    () => {
      const box = sandbox();
      chownSync(dirname(box.root), 12_345, 12_345);
      const sudo = box.context({ env: { SUDO_UID: "12345" } });
      expect(failureOf(() => prepareRoot(sudo))).toMatchObject({ code: "ROOT_UNSAFE" });
      expect(existsSync(box.root)).toBe(false);
      prepareRoot(box.context({ env: { SUDO_UID: "999" } }));
      expect(existsSync(box.root)).toBe(true);
    },
  );
});

describe("what the disk says", () => {
  it.each([
    ["ENOSPC", "NO_SPACE"],
    ["EROFS", "NOT_WRITABLE"],
    ["EACCES", "NOT_WRITABLE"],
    ["EPERM", "NOT_WRITABLE"],
    ["EEXIST", "NOT_WRITABLE"],
    ["ENOTDIR", "NOT_WRITABLE"],
    ["EISDIR", "NOT_WRITABLE"],
  ])("%s is %s", (code, meaning) => {
    const cause = Object.assign(new Error("said"), { code });
    const error = diskError(cause, "/x/y");
    expect(error).toMatchObject({ code: meaning, exitCode: 1, cause });
    expect(error).toHaveProperty("message", expect.stringContaining("/x/y"));
    expect(diskError(error, "/other")).toBe(error);
  });

  it("a full quota, for which Node has no code, is NO_SPACE", () => {
    const errno = -osConstants.errno.EDQUOT;
    const cause = Object.assign(new Error("said"), { errno, code: `Unknown system error ${errno}` });
    expect(diskError(cause, "/x")).toMatchObject({ code: "NO_SPACE", cause });
    const other = Object.assign(new Error("said"), { errno: -9999, code: "Unknown system error -9999" });
    expect(diskError(other, "/x")).toMatchObject({ code: "NOT_WRITABLE" });
  });

  it("when a new file is closed is told as any other", () => {
    const file = newFile(join(sandbox().project, "file"), 0o644, 0);
    file.close();
    expect(failureOf(() => file.close())).toMatchObject({ code: "NOT_WRITABLE" });
  });

  it("any other system error is NOT_WRITABLE with its code", () => {
    const error = Object.assign(new Error("said"), { code: "EIO" });
    expect(diskError(error, "/x")).toMatchObject({
      code: "NOT_WRITABLE",
      message: "/x can't be written (EIO)",
    });
  });

  it("anything else stays what it is", () => {
    for (const error of [new GvError("NETWORK", "said"), new TypeError("bug"), "text"])
      expect(diskError(error, "/x")).toBe(error);
  });

  it.skipIf(noMounts)(`a full disk is NO_SPACE, and what was there stays${noMount}`, async () => {
    const box = sandbox();
    tmpfs(box.root, "64k");
    chmodSync(box.root, 0o755);
    const ctx = box.context();
    prepareRoot(ctx);
    const path = join(box.root, "file");
    writeAtomically(path, "old");
    const big = Buffer.alloc(100_000);
    const noSpace = { code: "NO_SPACE", exitCode: 1, hint: expect.stringContaining("GV_ROOT") };
    expect(failureOf(() => writeAtomically(path, big))).toMatchObject(noSpace);
    expect(failureOf(() => writeIfAbsent(join(box.root, "new"), big.toString()))).toMatchObject(noSpace);
    await expect(copyProgram(box.write("big", big), join(box.root, "tool"))).rejects.toMatchObject(noSpace);
    await expect(
      withStaging(ctx, async (folder) => {
        await Promise.resolve();
        newFile(join(folder, "file"), 0o644, 0).write(big);
      }),
    ).rejects.toMatchObject(noSpace);
    expect(textOf(path)).toBe("old");
    expect(box.listing()).toEqual(["file", "staging/"]);
  });

  it.skipIf(noMounts)(`a read-only disk is NOT_WRITABLE${noMount}`, async () => {
    const box = sandbox();
    tmpfs(box.root, "64k");
    chmodSync(box.root, 0o755);
    const ctx = box.context();
    prepareRoot(ctx);
    mkdirSync(join(box.root, "tree"));
    writeFileSync(join(box.root, "file"), "old");
    remountReadOnly(box.root);
    const notWritable = { code: "NOT_WRITABLE", exitCode: 1, message: expect.stringContaining("EROFS") };
    const path = join(box.root, "file");
    const acts = [
      () => writeAtomically(path, "new"),
      () => writeIfAbsent(join(box.root, "new"), "new"),
      () => makeFolder(join(box.root, "new")),
      () => makeLink("/x", join(box.root, "new")),
      () => newFile(join(box.root, "new"), 0o644, 0),
      () => publish(join(box.root, "tree"), join(box.root, "there")),
      () => removeFile(path),
      () => prepareRoot({ ...ctx, root: rootAt(join(box.root, "below")) }),
    ];
    for (const act of acts) expect(failureOf(act), String(act)).toMatchObject(notWritable);
    for (const act of [
      () => withStaging(ctx, () => Promise.resolve()),
      () => withLock(ctx, "x", () => Promise.resolve()),
      () => removeFolder(ctx, join(box.root, "tree")),
      () => removeTree(join(box.root, "tree")),
      () => copyProgram(path, join(box.root, "new")),
    ])
      await expect(act(), String(act)).rejects.toMatchObject(notWritable);
    expect(textOf(path)).toBe("old");
  });
});

it("threads that make the same folders at once don't disturb one another", async () => {
  const box = sandbox();
  const files = box.write("changes.mjs", changesModule);
  const code = `
    import(${JSON.stringify(files)}).then(({ changes }) => {
      for (let i = 0; i < 1000; i++) changes.makeFolder(${JSON.stringify(box.home)} + "/" + i + "/a/b/c/d");
    });`;
  const threads = Array.from({ length: 4 }, () => new Worker(code, { eval: true }));
  await Promise.all(threads.map((thread) => once(thread, "exit")));
  expect(listTree(box.home)).toHaveLength(5000);
});
