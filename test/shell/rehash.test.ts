/** Auto-rehash: what `go install` builds is collected and has its shim the moment it ends; signals pass through. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { afterAll, describe, expect, it } from "vitest";

import {
  makeRoot,
  run,
  type RunOptions,
  Scenes,
  shellsAsSh,
  testsWithout,
  writeProgram,
  writeTree,
} from "../support/shell.ts";

/** Words of unshare before a command that is process 1 there, of the parent 0, as in a container. */
const namespace = ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];
const hasNamespaces =
  process.platform === "linux" && spawnSync("unshare", [...namespace, "true"]).status === 0;

const scenes = new Scenes();
afterAll(() => scenes.remove());

/**
 * A go command that "builds" `<name>@<os>-<arch>` into GOBIN or GOPATH/bin, and says of such a program what the
 * real one says. A program is text without `#!`, which any sh runs.
 */
const fakeGo = (version: string): string => `#!/bin/sh
[ "$1" != -C ] || { cd "$2" && shift 2; }
case $1 in
  install)
    shift
    bin=\${GOBIN:-\${GOPATH:-$HOME/go}/bin}
    mkdir -p "$bin"
    [ ! -f "$HOME/also" ] || . "$HOME/also"
    for word do
      [ "$word" != bad ] || exit 3
      printf '%s\\n' ": go${version} \${word#*@}" "echo \${word%@*} of ${version}" >"$bin/.new$$"
      chmod 755 "$bin/.new$$" && mv "$bin/.new$$" "$bin/\${word%@*}"
    done ;;
  version)
    echo "GOTOOLCHAIN=$GOTOOLCHAIN" >>"$HOME/asked"
    shift 2
    for file do
      read -r colon built platform <"$file"
      case $built in go*) ;; *) echo "$file: could not read Go build info" >&2; continue ;; esac
      printf '%s: %s\\n\\tpath\\tx\\n' "$file" "$built"
      [ "$platform" = none ] || printf '\\tbuild\\tGOARCH=%s\\n\\tbuild\\tGOOS=%s\\n' "\${platform#*-}" "\${platform%-*}"
    done ;;
  *) echo "go ${version} $*" ;;
esac
`;

function place() {
  const top = scenes.withRoot([]);
  const [root, project, home] = [join(top, "my root"), join(top, "p"), join(top, "h o m e")];
  makeRoot(root, { versions: ["1.20.0", "1.22.5", "1.23rc1"] });
  for (const version of ["1.20.0", "1.22.5", "1.23rc1"])
    writeProgram(
      join(root, "versions/linux-amd64", version, "bin/go"),
      fakeGo(version === "1.20.0" ? "1.20" : version),
    );
  writeTree(project, { ".go-version": "1.22.5\n" });
  mkdirSync(home);
  const env: Record<string, string> = { PATH: `${root}/shims:/usr/bin:/bin`, HOME: home };
  /** The copy of a tool that its shim runs. */
  const which = async (tool: string): Promise<string> =>
    (await run(join(root, "bin/gv"), ["which", tool], { cwd: project, env })).stdout
      .replace(`${root}/tools/linux-amd64/`, "")
      .trim();
  const tools = (): string[] =>
    readdirSync(join(root, "tools/linux-amd64"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.split("/").length === 3)
      .toSorted();
  const shims = (): string[] =>
    readdirSync(join(root, "shims"))
      .filter((name) => name !== "go" && name !== "gofmt")
      .toSorted();
  return { root, project, home, env, which, tools, shims, shim: (name: string) => join(root, "shims", name) };
}

describe.each(shellsAsSh(scenes.withRoot()))("$name", ({ name, sh }) => {
  if (sh === undefined) {
    testsWithout(name);
    return;
  }
  const call = (words: readonly string[], options: RunOptions) => run(sh, words, options);

  it("finds a tool the moment it is installed, and the right one after a switch", async () => {
    const { root, project, home, env, which, tools, shims, shim } = place();
    const installed = await call([shim("go"), "install", "gopls@linux-amd64"], { cwd: project, env });
    expect(installed).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
    expect([tools(), shims()]).toEqual([["1.22.5/bin/gopls"], ["gopls"]]);
    expect(await which("gopls")).toBe("1.22.5/bin/gopls");
    expect(existsSync(join(home, "go/bin/gopls"))).toBe(true);
    expect(readdirSync(join(root, "staging"))).toEqual([]);
    expect(readFileSync(join(home, "asked"), "utf8")).toBe("GOTOOLCHAIN=local\n");

    // Another version's build of the same tool stands beside it.
    writeTree(project, { ".go-version": "1.20.0\n" });
    await call([shim("go"), "-C", "/", "install", "gopls@linux-amd64"], { cwd: project, env });
    expect(tools()).toEqual(["1.20.0/bin/gopls", "1.22.5/bin/gopls"]);
    expect(await which("gopls")).toBe("1.20.0/bin/gopls");
    writeTree(project, { ".go-version": "1.22.5\n" });
    expect(await which("gopls")).toBe("1.22.5/bin/gopls");
  });

  it.each([
    ["GOBIN", (home: string) => ({ GOBIN: `${home}/b` })],
    ["GOPATH, of which the first counts", (home: string) => ({ GOPATH: `${home}/x:${home}/y` })],
    ["a go/env file in XDG_CONFIG_HOME", (home: string) => ({ XDG_CONFIG_HOME: `${home}/c` })],
    ["GOENV", (home: string) => ({ GOENV: `${home}/c/go/env` })],
  ])("looks where go installs: %s", async (_, settings) => {
    const { project, home, env, tools, shim } = place();
    writeTree(home, { "c/go/env": `GOFLAGS=-x\r\nGOBIN=${home}/b\r\n` });
    const given = settings(home);
    // The stand-in for go reads the environment alone.
    const real = "GOPATH" in given ? { GOBIN: "", GOPATH: `${home}/x` } : { GOBIN: `${home}/b` };
    writeProgram(
      join(home, "install.sh"),
      `#!/bin/sh\n${Object.entries(real)
        .map(([key, value]) => `${key}='${value}' export ${key}`)
        .join("\n")}\n`,
    );
    const go = join(shim("go"), "../../versions/linux-amd64/1.22.5/bin/go");
    writeProgram(go, fakeGo("1.22.5").replace("#!/bin/sh", `#!/bin/sh\n. "$HOME/install.sh"`));
    const ran = await call([shim("go"), "install", "dlv@linux-amd64"], {
      cwd: project,
      env: { ...env, ...given },
    });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(tools()).toEqual(["1.22.5/bin/dlv"]);
  });

  it("takes what this go built for this platform, by the version that built it, and nothing else", async () => {
    const { project, home, env, tools, shims, shim } = place();
    const programs = {
      script: "#!/bin/sh\n",
      other: "no program of Go's\n",
      old: ": go1.22rc1 none\n",
      mac: ": go1.22.5 darwin-arm64\n",
      "sp ace": ": go1.22.5 linux-amd64\n",
      go: ": go1.22.5 linux-amd64\n",
    };
    const lines = Object.entries(programs).map(
      ([file, text]) =>
        `printf '%s' '${text.replaceAll("'", "'\\''")}' >"$bin/${file}" && chmod 755 "$bin/${file}"\n`,
    );
    writeTree(home, { also: `${lines.join("")}mkdir "$bin/folder"; echo x >"$bin/text"\n` });
    writeProgram(join(home, "go/bin/before"), ": go1.22.5 linux-amd64\n");
    utimesSync(join(home, "go/bin/before"), 1_000_000_000, 1_000_000_000);
    const ran = await call([shim("go"), "install", "a@linux-amd64", "b@linux-arm64"], { cwd: project, env });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect([tools(), shims()]).toEqual([
      ["1.22.5/bin/a", "1.22rc1/bin/old"],
      ["a", "old"],
    ]);
  });

  it("collects again what was built again, with its shim, and asks nothing where nothing is new", async () => {
    const { root, project, home, env, shims, shim } = place();
    const options = { cwd: project, env };
    await call([shim("go"), "install", "gopls@linux-amd64"], options);
    const asked = () => readFileSync(join(home, "asked"), "utf8").split("\n").length - 1;
    // In the past, for those shells that count times in seconds.
    utimesSync(join(home, "go/bin/gopls"), 0, 0);
    await call([shim("go"), "install"], options);
    expect(asked()).toBe(1);
    // What gv tools put there meanwhile is replaced by what is typed now.
    const copy = join(root, "tools/linux-amd64/1.22.5/bin/gopls");
    writeProgram(copy, "another\n");
    rmSync(shim("gopls"));
    await call([shim("go"), "install", "gopls@linux-amd64"], options);
    expect([asked(), shims()]).toEqual([2, ["gopls"]]);
    expect(readFileSync(copy, "utf8")).toContain("gopls of 1.22.5");
    // Half a shim is none.
    writeProgram(shim("gopls"), "");
    await call([shim("go"), "install", "gopls@linux-amd64"], options);
    expect(readFileSync(shim("gopls"), "utf8")).toBe(readFileSync(shim("go"), "utf8"));
  });

  it.skipIf(process.platform !== "linux").each([
    [["./..."], ["a", "c"]],
    [
      ["-v", "./a"],
      ["a", "c"],
    ],
    [[], ["a", "c"]],
    // No program came or went: of one package@version only the program of its name can have been found up to date.
    [["-ldflags=-s -w", "example.com/x/a@latest"], ["a"]],
    [
      ["example.com/a/v2@v2.0.1", "-v"],
      ["a", "c"],
    ],
    [
      ["example.com/x/a@latest", "example.com/x/c@latest"],
      ["a", "c"],
    ],
    [
      ["example.com/x/...@latest", "-v"],
      ["a", "c"],
    ],
    [
      ["-tags", "x", "example.com/x/a@latest"],
      ["a", "c"],
    ],
  ] as const)(
    "collects what was found up to date, as late as the mark itself: install %j",
    async (words, found) => {
      const { project, home, env, tools, shim } = place();
      for (const [tool, time] of Object.entries({ a: 1000, b: 3000, c: 1000, d: 1000 })) {
        writeProgram(join(home, "go/bin", tool), ": go1.22.5 linux-amd64\n");
        utimesSync(join(home, "go/bin", tool), time, time);
      }
      utimesSync(join(home, "go/bin"), 2000, 2000);
      // Number 8 is the mark; b is newer than its folder, and old.
      writeTree(home, { also: `touch -r /proc/$PPID/fd/8 "$bin/a" "$bin/c" && exit 7\n` });
      const ran = await call([shim("go"), "install", ...words], { cwd: project, env });
      expect([ran.code, ran.stderr]).toEqual([7, ""]);
      expect(tools()).toEqual(found.map((tool) => `1.22.5/bin/${tool}`));
    },
  );

  it.skipIf(process.platform !== "linux")(
    "keeps a file for the mark only where the clock of the root's file system is behind",
    async () => {
      const { root, project, home, env, tools, shim } = place();
      mkdirSync(join(root, "staging"));
      writeTree(home, { also: `ls "${root}/staging"\n` });
      const options = { cwd: project, env };
      const usual = await call([shim("go"), "install", "a@linux-amd64"], options);
      expect([usual.code, usual.stdout, usual.stderr, tools()]).toEqual([0, "", "", ["1.22.5/bin/a"]]);
      // What is written there changes no time.
      stopClock(root);
      const behind = await call([shim("go"), "install", "b@linux-amd64"], options);
      expect([behind.code, behind.stderr]).toEqual([0, ""]);
      expect(behind.stdout).toMatch(/^rehash-\d+-\d+-1\n$/);
      expect(tools()).toEqual(["1.22.5/bin/a", "1.22.5/bin/b"]);
      await call([shim("go"), "install", "bad"], options);
      expect(readdirSync(join(root, "staging"))).toEqual([]);
    },
  );

  it("becomes go get where that puts no program anywhere, and waits for it elsewhere", async () => {
    const { root, project, home, env, shim } = place();
    for (const version of ["1.17.13", "1.18.0", "1.22.5"])
      writeProgram(join(root, "versions/linux-amd64", version, "bin/go"), `#!/bin/sh\necho "$$ $*"\n`);
    writeTree(home, { "old/env": "GOTOOLCHAIN=go1.17.13\n", "off/env": "GO111MODULE=off\n" });
    const becomes = async (pin: string, more: Record<string, string> = {}): Promise<boolean> => {
      writeTree(project, { ".go-version": pin });
      let pid = 0;
      const onStart = (id: number) => (pid = id);
      const ran = await call([shim("go"), "get", "x"], { cwd: project, env: { ...env, ...more }, onStart });
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      expect(ran.stdout).toMatch(/^\d+ get x\n$/);
      return ran.stdout.startsWith(`${pid} `);
    };
    for (const pin of ["1.18.0", "1.22.5", "1.22 # the general case"]) expect(await becomes(pin)).toBe(true);
    expect(await becomes("1.22.5", { GO111MODULE: "on", GOTOOLCHAIN: "local+path" })).toBe(true);
    expect(await becomes("1.17.13")).toBe(false);
    expect(await becomes("1.22.5", { GO111MODULE: "auto" })).toBe(false);
    expect(await becomes("1.22.5", { GOTOOLCHAIN: "go1.17.13+auto" })).toBe(false);
    for (const file of ["old", "off"])
      expect(await becomes("1.22.5", { GOENV: join(home, file, "env") })).toBe(false);
  });

  it("passes on the exit code, and collects what was built before the failure", async () => {
    const { project, env, tools, shim } = place();
    const ran = await call([shim("go"), "install", "a@linux-amd64", "bad", "c@linux-amd64"], {
      cwd: project,
      env,
    });
    expect([ran.code, ran.stderr]).toEqual([3, ""]);
    expect(tools()).toEqual(["1.22.5/bin/a"]);
  });

  it("works through go +1.23rc1 and gv exec", async () => {
    const { root, project, env, tools, shim } = place();
    await call([shim("go"), "+1.23rc1", "install", "a@linux-amd64"], { cwd: project, env });
    await call([join(root, "bin/gv"), "exec", "1.20", "--", "go", "install", "b@linux-amd64"], {
      cwd: project,
      env,
    });
    expect(tools()).toEqual(["1.20.0/bin/b", "1.23rc1/bin/a"]);
  });

  it("says what it could not do, and leaves go's exit code", async () => {
    const { root, project, env, shim, home } = place();
    writeTree(root, { tools: "a file in the way" });
    const ran = await call([shim("go"), "install", "a@linux-amd64"], { cwd: project, env });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(
      `gv: what go install built could not be put into ${root}/tools/linux-amd64\n`,
    );
    expect(ran.stderr).toContain(`    it is in ${home}/go/bin as always; to try again: gv rehash\n`);
    expect(readdirSync(join(root, "staging"))).toEqual([]);
  });

  it("gives go the input, and no file of its own", async () => {
    const { root, project, env, shim } = place();
    writeProgram(join(root, "versions/linux-amd64/1.22.5/bin/go"), "#!/bin/sh\ncat\nls /proc/self/fd\n");
    const options = { cwd: project, env, input: "to go\n" };
    const direct = await run(join(root, "versions/linux-amd64/1.22.5/bin/go"), ["install"], options);
    expect((await call([shim("go"), "install"], options)).stdout).toBe(direct.stdout);
  });

  it("runs with its input closed, and with all numbers of files that it could use but one taken", async () => {
    const { project, env, shim, tools } = place();
    const taken = [3, 4, 5, 6, 7, 9].map((fd) => `${fd}</dev/null`).join(" ");
    for (const [tool, redirections] of [
      ["a", "<&-"],
      ["b", taken],
    ] as const) {
      const script = `exec "$0" "$@" ${redirections}`;
      const ran = await call(["-c", script, sh, shim("go"), "install", `${tool}@linux-amd64`], {
        cwd: project,
        env,
      });
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      expect(tools()).toContain(`1.22.5/bin/${tool}`);
    }
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "passes %s on, and ends by it as go does",
    async (signal) => {
      const { root, project, env, shim } = place();
      // Says that it runs, and ends by the signal. As go does while it downloads, it has no handler.
      writeProgram(
        join(root, "versions/linux-amd64/1.22.5/bin/go"),
        `#!/bin/sh\necho running\nexec sleep 30\n`,
      );
      const ran = await untilRunning(
        (options) => call([shim("go"), "install"], { cwd: project, env, ...options }),
        signal,
      );
      // Some shells can't end by a signal: they say it as an exit code, which is the same to a shell.
      const endedBy = ran.code === null ? ran.signal : 128 + constants.signals[signal] === ran.code && signal;
      expect([endedBy, ran.stderr]).toEqual([signal, ""]);
    },
  );

  it("leaves the end to a go that handles the signal", async () => {
    const { root, project, env, shim, tools } = place();
    const go = join(root, "versions/linux-amd64/1.22.5/bin/go");
    writeProgram(
      go,
      fakeGo("1.22.5").replace(
        "#!/bin/sh",
        `#!${process.execPath}
if (process.argv[2] === "version") { console.log(process.argv[4] + ": go1.22.5"); process.exit(); }
const fs = require("node:fs"), bin = process.env.HOME + "/go/bin";
process.on("SIGINT", () => { fs.mkdirSync(bin, { recursive: true }); fs.writeFileSync(bin + "/late", "x", { mode: 0o755 }); console.log("caught"); process.exit(1); });
console.log("running");
setTimeout(() => {}, 30000);
/*`,
      ) + "*/\n",
    );
    const ran = await untilRunning(
      (options) => call([shim("go"), "install"], { cwd: project, env, ...options }),
      "SIGINT",
    );
    expect([ran.code, ran.signal, ran.stdout]).toEqual([1, null, "running\ncaught\n"]);
    expect(tools()).toEqual(["1.22.5/bin/late"]);
  });

  it("leaves what another go is writing: what it asks the umask by, and what is gone again", async () => {
    const { root, project, home, env, tools, shim } = place();
    // As where another go install removes a program to write it anew, just when it is to be copied.
    writeProgram(join(home, "fake/cp"), '#!/bin/sh\nrm -f "$HOME/go/bin/gone"\nexec /bin/cp "$@"\n');
    const install = [
      shim("go"),
      "install",
      "a@linux-amd64",
      "a-go-tmp-umask@linux-amd64",
      "gone@linux-amd64",
    ];
    const ran = await call(install, { cwd: project, env: { ...env, PATH: `${home}/fake:${env["PATH"]}` } });
    expect([ran.code, ran.stderr, existsSync(join(home, "go/bin/gone"))]).toEqual([0, "", false]);
    expect(tools()).toEqual(["1.22.5/bin/a"]);
    expect(readdirSync(join(root, "staging"))).toEqual([]);
  });

  it("ten at once: every tool is whole and has its shim", async () => {
    const { root, project, env, tools, shims, shim } = place();
    const names = Array.from({ length: 10 }, (_, index) => `tool${index}`);
    const all = await Promise.all(
      names.map((tool) =>
        call([shim("go"), "install", `${tool}@linux-amd64`, "same@linux-amd64"], { cwd: project, env }),
      ),
    );
    expect(all.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, ""]));
    expect([tools(), shims()]).toEqual([
      [...names, "same"].map((tool) => `1.22.5/bin/${tool}`).toSorted(),
      [...names, "same"].toSorted(),
    ]);
    expectWhole(root, [...names, "same"]);
  });

  it.each(["the folder with its copies", "the mark"])(
    "leaves what a killed one left whose process ids it has: %s",
    async (what) => {
      const { root, project, home, env, tools, shims, shim } = place();
      const staging = join(root, "staging");
      writeProgram(
        join(home, "fake/cp"),
        '#!/bin/sh\ncase $* in */b) kill -9 $PPID ;; esac\nexec /bin/cp "$@"\n',
      );
      if (what === "the mark") {
        stopClock(root);
        writeTree(home, { also: "kill -9 $PPID; exit\n" });
      }
      let pid = 0;
      const killed = await call([shim("go"), "install", "a@linux-amd64", "b@linux-amd64"], {
        cwd: project,
        env: { ...env, PATH: `${home}/fake:${env["PATH"]}` },
        onStart: (id) => (pid = id),
      });
      expect([killed.signal, existsSync(join(root, "tools"))]).toEqual(["SIGKILL", false]);
      rmSync(join(home, "also"), { force: true });
      for (const tool of ["a", "b"]) rmSync(join(home, "go/bin", tool), { force: true });
      const moves = readdirSync(staging).map(
        (file) => `mv ${file} ${file.replace(`rehash-${pid}-${process.pid}`, () => "rehash-$$-$PPID")}`,
      );
      expect(moves).toHaveLength(1);
      const left = (): string[] =>
        readdirSync(staging, { recursive: true, encoding: "utf8" })
          .map((path) => path.replace(/^rehash-\d+-\d+/, ""))
          .toSorted();
      const before = left();
      const script = `cd "$0" && ${moves.join(" && ")} && cd "$OLDPWD" && exec "$@"`;
      const ran = await call(["-c", script, staging, sh, shim("go"), "install", "c@linux-amd64"], {
        cwd: project,
        env,
      });
      expect(ran).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
      expect([tools(), shims(), left()]).toEqual([["1.22.5/bin/c"], ["c"], before]);
    },
  );

  it.skipIf(!hasNamespaces).each(["", "whose clock is behind"])(
    "ten at once with the same process ids, in a root %s",
    async (clock) => {
      const { root, project, home, env, tools, shims, shim } = place();
      if (clock !== "") stopClock(root);
      const names = Array.from({ length: 10 }, (_, index) => `tool${index}`);
      const all = await Promise.all(
        names.map((tool) =>
          run("unshare", [...namespace, sh, shim("go"), "install", `${tool}@linux-amd64`], {
            cwd: project,
            env: { ...env, GOBIN: join(home, tool) },
          }),
        ),
      );
      expect(all.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, ""]));
      expect([tools(), shims()]).toEqual([names.map((tool) => `1.22.5/bin/${tool}`), names]);
      expectWhole(root, names);
    },
  );

  it.each(["", "whose clock is behind"])(
    "lets nobody else write what it makes, under a umask of 000, in a root %s",
    async (clock) => {
      const { root, project, home, env, shim } = place();
      if (clock !== "") stopClock(root);
      writeTree(home, {
        also: `umask >"$HOME/umask"; printf ': go1.22.5 none\\n' >"$bin/a"; chmod 777 "$bin/a"\n`,
      });
      const script = 'umask 000 && exec "$0" "$@"';
      const ran = await call(["-c", script, sh, shim("go"), "install"], { cwd: project, env });
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      expect(readFileSync(join(home, "umask"), "utf8")).toMatch(/^0+\n$/);
      expect([mode(join(home, "go/bin")), mode(join(home, "go/bin/a"))]).toEqual(["777", "777"]);
      const made = [
        "staging",
        "tools/linux-amd64",
        "tools/linux-amd64/1.22.5",
        "tools/linux-amd64/1.22.5/bin",
      ];
      const programs = ["tools/linux-amd64/1.22.5/bin/a", "shims/a"];
      for (const path of [...made, ...programs])
        expect([path, mode(join(root, path))]).toEqual([path, "755"]);
    },
  );
});

/** Each of these tools is as go made it, and staging/ is empty. */
function expectWhole(root: string, names: readonly string[]): void {
  for (const tool of names)
    expect(readFileSync(join(root, "tools/linux-amd64/1.22.5/bin", tool), "utf8")).toContain(
      `echo ${tool} of`,
    );
  expect(readdirSync(join(root, "staging"))).toEqual([]);
}

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** As where the clock of the root's file system is behind: a file in staging/ is the mark. */
function stopClock(root: string): void {
  rmSync(join(root, "lib/clock"), { force: true });
  symlinkSync("/dev/null", join(root, "lib/clock"));
}

/** Runs it, and sends the signal to the shim's own process once go has said that it runs. */
function untilRunning(
  start: (options: Pick<RunOptions, "onStart" | "onOutput">) => ReturnType<typeof run>,
  signal: NodeJS.Signals,
): ReturnType<typeof run> {
  let pid = 0;
  return start({
    onStart: (id) => (pid = id),
    onOutput: (text) => {
      if (text.endsWith("running\n")) process.kill(pid, signal);
    },
  });
}
