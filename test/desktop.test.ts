/**
 * gv setup --gui: the file of environment.d read by systemd's own generator, the LaunchAgent by a parser of property
 * lists, and its script run with a launchctl that keeps one variable. launchd itself is not tried here.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import type { Change } from "../src/changes.ts";
import { type Context, rootAt } from "../src/context.ts";
import { agentLabel, desktopChanges, desktopUndo } from "../src/desktop.ts";
import { GvError } from "../src/errors.ts";
import { basicPath, type Sandbox, sandbox } from "./support/sandbox.ts";
import { succeeded } from "./support/scene.ts";
import { findProgram, shellNames, testsWithout, writeProgram } from "./support/shell.ts";

const oddRoots = [
  "/home/me/.gv",
  "/home/my root",
  `/it's "my" \\ \\\\ $HOME \${PATH} $$ $ \`x\` % 100%h & <b> #; root*`,
];

const read = (path: string) => (existsSync(path) ? readFileSync(path) : undefined);
const linux = { os: "linux", arch: "amd64" };
const darwin = { os: "darwin", arch: "arm64" };

function contextOf(box: Sandbox, path: string, more: Partial<Context> = {}): Context {
  return box.context({ root: rootAt(path), platform: linux, ...more });
}

function apply(changes: readonly Change[]): void {
  for (const { path, after } of changes) {
    mkdirSync(dirname(path), { recursive: true });
    if (after) writeFileSync(path, after);
  }
}

function failure(act: () => unknown): GvError {
  try {
    act();
  } catch (error) {
    if (error instanceof GvError) return error;
  }
  return expect.fail("nothing was refused");
}

const pairs = (env: Record<string, string>) => Object.entries(env).map(([name, value]) => `${name}=${value}`);

/** What a parser of property lists finds in a file. */
const parsed = (path: string): Record<string, unknown> => {
  const script = "import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";
  const { stdout, stderr } = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
};

/** Writes the agent, and gives what a parser finds in it. */
const agentOf = (box: Sandbox, root: string) => {
  const [change, ...others] = desktopChanges(contextOf(box, root, { platform: darwin }), read);
  expect(others).toEqual([]);
  if (change) apply([change]);
  return { change, plist: parsed(change?.path ?? "") };
};

describe("on Linux", () => {
  const generator = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";
  if (!existsSync(generator)) testsWithout("systemd");
  else {
    /** PATH as the user manager gets it: what the generator prints is read by its own rules, which are sh's here. */
    const pathBy = async (box: Sandbox, env: Record<string, string>) => {
      const ran = await box.run("/usr/bin/env", ["-i", `HOME=${box.home}`, ...pairs(env), generator]);
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      const line = ran.stdout.split("\n").find((text) => text.startsWith("PATH="));
      return (await box.run("/bin/sh", ["-c", `${line}; /usr/bin/printf %s "$PATH"`])).stdout;
    };

    it.each(oddRoots)("systemd's generator puts the shims of %s first", async (root) => {
      const box = sandbox();
      apply(desktopChanges(contextOf(box, root), read));
      const before = "/usr/local/bin:/it's $HOME:/bin";
      expect(await pathBy(box, { PATH: before })).toBe(`${root}/shims:${root}/bin:${before}`);
      const none = "/usr/local/bin:/usr/bin:/bin";
      expect(await pathBy(box, {})).toBe(`${root}/shims:${root}/bin:${none}`);
    });

    it("reads it whether or not it knows XDG_CONFIG_HOME", async () => {
      const box = sandbox();
      const config = join(box.home, "config");
      const env = { ...box.env, XDG_CONFIG_HOME: `${config}/` };
      const changes = desktopChanges(contextOf(box, "/r", { env }), read);
      expect(changes.map(({ path }) => path)).toEqual([
        join(box.home, ".config/environment.d/gv.conf"),
        join(config, "environment.d/gv.conf"),
      ]);
      apply(changes);
      expect(await pathBy(box, { PATH: "/bin" })).toBe("/r/shims:/r/bin:/bin");
      expect(await pathBy(box, { PATH: "/bin", XDG_CONFIG_HOME: config })).toBe("/r/shims:/r/bin:/bin");
    });
  }

  it("is one file, the same when XDG_CONFIG_HOME says the default, or nothing that counts", () => {
    const box = sandbox();
    const file = join(box.home, ".config/environment.d/gv.conf");
    for (const config of [join(box.home, ".config"), "relative", ""]) {
      const env = { ...box.env, XDG_CONFIG_HOME: config };
      expect(desktopChanges(contextOf(box, "/r", { env }), read).map(({ path }) => path)).toEqual([file]);
    }
  });

  it("says what to restart, how long it holds, and what cron needs", () => {
    const [change] = desktopChanges(contextOf(sandbox(), "/my root"), read);
    expect(change?.note).toContain("holds as long as the file is there");
    expect(change?.note).toContain("Log out of every session and in again");
    expect(change?.note).toContain("\n  PATH=/my root/shims:/my root/bin:/usr/local/bin:/usr/bin:/bin");
  });
});

describe("on macOS", () => {
  if (!findProgram("python3")) testsWithout("python3");
  else
    describe("the LaunchAgent", () => {
      it.each(oddRoots)("has these keys and no others, for the root %s", (root) => {
        const box = sandbox();
        const { change, plist } = agentOf(box, root);
        expect(change?.path).toBe(join(box.home, "Library/LaunchAgents", `${agentLabel}.plist`));
        expect(plist).toEqual({
          Label: "gv.environment",
          ProgramArguments: ["/bin/sh", "-c", expect.any(String), "gv", `${root}/shims`, `${root}/bin`],
          RunAtLoad: true,
          ProcessType: "Interactive",
        });
      });

      describe.each(shellNames.map((name) => ({ name, program: findProgram(name) })))(
        "its script under $name",
        ({ name, program }) => {
          if (program === undefined) {
            testsWithout(name);
            return;
          }
          it.each(oddRoots)("puts the shims of %s first, once, and keeps the rest", async (root) => {
            const box = sandbox();
            const { plist } = agentOf(box, root);
            const [, ...words] = plist["ProgramArguments"] as string[];
            const kept = box.write("launchd/PATH", "");
            const getconf = writeProgram(
              join(box.project, "mac/getconf"),
              "#!/bin/sh\necho /usr/bin:/bin:/usr/sbin:/sbin\n",
            );
            writeProgram(
              join(box.project, "mac/launchctl"),
              `#!/bin/sh
case $1,$2,$# in
  getenv,PATH,2) cat '${kept}' ;;
  setenv,PATH,3) printf '%s\\n' "$3" >'${kept}' ;;
  *) exit 64 ;;
esac
`,
            );
            const own = `${root}/shims:${root}/bin`;
            const run = async (before: string) => {
              writeFileSync(kept, before);
              const env = { PATH: `${dirname(getconf)}:${basicPath}` };
              const shell = name === "busybox" ? ["sh", ...words] : words;
              expect(await box.run(program, shell, { env })).toEqual(succeeded(""));
              return readFileSync(kept, "utf8");
            };
            const before = "/opt/homebrew/bin:/it's $HOME:/usr/bin";
            const [first, none] = [`${own}:${before}\n`, `${own}:/usr/bin:/bin:/usr/sbin:/sbin\n`];
            expect(await run(`${before}\n`)).toBe(first);
            expect(await run(first)).toBe(first);
            expect(await run("")).toBe(none);
            expect(await run(`${own}\n`)).toBe(`${own}\n`);
            expect(await run(`/a:${root}/bin:/b:${own}:${root}/shimsx\n`)).toBe(
              `${own}:/a:/b:${root}/shimsx\n`,
            );
          });
        },
      );
    });

  it("says what to restart and how long it holds", () => {
    const [change] = desktopChanges(contextOf(sandbox(), "/r", { home: "/h it's", platform: darwin }), read);
    const lines = change?.note?.split("\n") ?? [];
    expect(lines).toContain(
      `  launchctl bootstrap gui/$(id -u) '/h it'\\''s/Library/LaunchAgents/gv.environment.plist'`,
    );
    expect(lines).toContain("  launchctl kickstart -k gui/$(id -u)/com.apple.Dock.agent");
    expect(change?.note).toContain("lasts until you log out");
    expect(change?.note).toContain("then the editor");
  });
});

describe.each([linux, darwin])("on $os", (platform) => {
  it("a second time there is nothing to change, and undo takes it all away", () => {
    const box = sandbox();
    const ctx = contextOf(box, "/r", { platform });
    expect(desktopUndo(ctx, read)).toEqual([]);
    const [change] = desktopChanges(ctx, read);
    expect(change?.before).toBeUndefined();
    if (change) apply([change]);
    expect(desktopChanges(ctx, read)).toEqual([]);
    // Another root's is replaced, and undone, too.
    const other = contextOf(box, "/other", { platform });
    expect(desktopChanges(other, read)).toMatchObject([{ path: change?.path, before: change?.after }]);
    expect(desktopUndo(other, read)).toEqual([
      { path: change?.path, before: change?.after, after: undefined, note: expect.stringContaining("login") },
    ]);
  });

  it("undo leaves a file of that name that gv didn't write", () => {
    const box = sandbox();
    const ctx = contextOf(box, "/r", { platform });
    const [change] = desktopChanges(ctx, read);
    apply([{ path: change?.path ?? "", before: undefined, after: Buffer.from("PATH=/mine\n") }]);
    expect(desktopUndo(ctx, read)).toEqual([]);
  });
});

it("is refused where gv knows no place for it, and for a root that PATH can't hold", () => {
  const box = sandbox();
  const freebsd = contextOf(box, "/my root", { platform: { os: "freebsd", arch: "amd64" } });
  const { code, hint } = failure(() => desktopChanges(freebsd, read));
  expect(code).toBe("UNSUPPORTED_SYSTEM");
  expect(hint).toContain(". '/my root/env'");
  expect(desktopUndo(freebsd, read)).toEqual([]);
  for (const root of ["/a:b", "relative"])
    expect(failure(() => desktopChanges(contextOf(box, root), read)).code).toBe("ROOT_UNSAFE");
});
