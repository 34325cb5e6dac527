/** gv setup among the user's own files: what it writes, what it never touches, and that undo leaves no trace. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import { apply, type Change } from "../src/changes.ts";
import { leftToPerson } from "../src/profiles.ts";
import { basicPath, listTree, type Sandbox, sandbox } from "./support/sandbox.ts";
import { noMounts, remountReadOnly, tmpfs } from "./support/mount.ts";

const marker = `# added by gv setup; "gv setup --undo" takes it out`;

/** A home with these files; the root below it, as for most users. */
function homeWith(
  files: Readonly<Record<string, string | Uint8Array>>,
  shell = "/bin/bash",
): Sandbox & {
  readonly setup: (...words: string[]) => ReturnType<Sandbox["gv"]>;
  readonly state: () => Record<string, string>;
} {
  const box = sandbox({ SHELL: shell });
  const root = join(box.home, ".gv");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(box.home, name)), { recursive: true });
    writeFileSync(join(box.home, name), text);
  }
  return {
    ...box,
    root,
    setup: (...words) => box.gv(["setup", ...words], { env: { GV_ROOT: root } }),
    /** Every file of the home but gv's own, with its bytes, mode and where it leads. */
    state: () =>
      Object.fromEntries(
        listTree(box.home)
          .filter((name) => !name.startsWith(".gv/") && !name.endsWith("/"))
          .map((name) => {
            const path = join(box.home, name);
            const link = lstatSync(path).isSymbolicLink() ? ` -> ${readlinkSync(path)}` : "";
            const isFile = existsSync(path) && statSync(path).isFile();
            const bytes = isFile ? readFileSync(path).toString("latin1") : "";
            return [`${name}${link} ${lstatSync(path).mode.toString(8)} ${lstatSync(path).uid}`, bytes];
          }),
      ),
  };
}

const debian = readFileSync("/etc/skel/.bashrc");
const others = `export GOENV_ROOT="$HOME/.goenv"
export PATH="$GOENV_ROOT/bin:$PATH"
eval "$(goenv init -)"
[[ -s "$HOME/.gvm/scripts/gvm" ]] && source "$HOME/.gvm/scripts/gvm"
eval "$(mise activate bash)"
export GOROOT=/usr/local/go
`;

/** Profiles as people have them; each goes through setup, setup again, undo. */
const fixtures: readonly {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly shell?: string;
  readonly prepare?: (home: string) => void;
  /** Files that have gv's line afterwards. */
  readonly changed: readonly string[];
  /** Files that can't be changed, and why. */
  readonly refused?: readonly RegExp[];
}[] = [
  { name: "an empty .bashrc", files: { ".bashrc": "" }, changed: [".bashrc", ".profile"] },
  { name: "nothing there", files: {}, changed: [".bashrc", ".profile"] },
  { name: "nothing there, zsh", files: {}, shell: "/bin/zsh", changed: [".zshenv", ".zprofile", ".zshrc"] },
  { name: "nothing there, fish", files: {}, shell: "/usr/bin/fish", changed: [".config/fish/config.fish"] },
  { name: "no line break at the end", files: { ".bashrc": "a=1" }, changed: [".bashrc", ".profile"] },
  {
    name: "a link into a dotfiles repository",
    files: { "dotfiles/bashrc": "a=1\n" },
    prepare: (home) => symlinkSync("dotfiles/bashrc", join(home, ".bashrc")),
    changed: [".bashrc", ".profile"],
  },
  {
    name: "a link to a link, elsewhere",
    files: { "a/b/real": "a=1" },
    prepare: (home) => {
      symlinkSync(join(home, "a/b/real"), join(home, "middle"));
      symlinkSync("middle", join(home, ".bashrc"));
    },
    changed: [".bashrc", ".profile"],
  },
  { name: "CRLF", files: { ".bashrc": "a=1\r\nb=2\r\n" }, changed: [".bashrc", ".profile"] },
  {
    name: "CRLF, no line break at the end",
    files: { ".bashrc": "a=1\r\nb=2" },
    changed: [".bashrc", ".profile"],
  },
  {
    name: "bytes that aren't UTF-8",
    files: { ".bashrc": Buffer.from("PS1='\xe9\xff\x80 '\n", "latin1") },
    changed: [".bashrc", ".profile"],
  },
  { name: "a byte order mark", files: { ".bashrc": "\ufeffa=1\n" }, changed: [".bashrc", ".profile"] },
  {
    name: "Debian's own, which returns early",
    files: { ".bashrc": debian },
    changed: [".bashrc", ".profile"],
  },
  { name: "other managers' lines", files: { ".bashrc": others }, changed: [".bashrc", ".profile"] },
  {
    name: "a .bash_profile beside a .profile",
    files: { ".bash_profile": ". ~/.profile\n", ".profile": "a=1\n" },
    changed: [".bash_profile", ".bashrc", ".profile"],
  },
  { name: "a .bash_login", files: { ".bash_login": "a=1\n" }, changed: [".bash_login", ".bashrc"] },
  {
    name: "a .profile alone: no .bash_profile is made that would hide it",
    files: { ".profile": "a=1\n" },
    changed: [".profile", ".bashrc"],
  },
  {
    name: "files of many shells",
    files: {
      ".zshrc": "a=1\n",
      ".kshrc": "a=1\n",
      ".mkshrc": "",
      ".yashrc": "a=1\n",
      ".config/fish/config.fish": "",
    },
    changed: [
      ".bashrc",
      ".profile",
      ".zshenv",
      ".zprofile",
      ".zshrc",
      ".kshrc",
      ".mkshrc",
      ".yashrc",
      ".yash_profile",
      ".config/fish/config.fish",
    ],
  },
  {
    name: "a private one, mode 600",
    files: { ".bashrc": "TOKEN=1\n" },
    prepare: (home) => chmodSync(join(home, ".bashrc"), 0o600),
    changed: [".bashrc", ".profile"],
  },
  {
    name: "a read-only one",
    files: { ".bashrc": "a=1\n" },
    prepare: (home) => chmodSync(join(home, ".bashrc"), 0o444),
    changed: [".profile"],
    refused: [
      /\.bashrc is read-only\n {4}chmod u\+w '.*\.bashrc'\n {4}by hand: put this line into .*\.bashrc: \[ ! -r/,
    ],
  },
  {
    name: "one with another name (a hard link)",
    files: { ".bashrc": "a=1\n" },
    prepare: (home) => linkSync(join(home, ".bashrc"), join(home, "bashrc.shared")),
    changed: [".profile"],
    refused: [/\.bashrc has 2 names \(hard links\)/],
  },
  {
    name: "a link that leads nowhere",
    files: {},
    prepare: (home) => symlinkSync("not/there", join(home, ".bashrc")),
    changed: [".profile"],
    refused: [/\.bashrc can't be read \(it is a link that leads nowhere\)/],
  },
  {
    name: "two names that lead to one file",
    files: { ".bashrc": "a=1\n" },
    prepare: (home) => symlinkSync(".bashrc", join(home, ".bash_profile")),
    changed: [".bashrc"],
  },
  {
    name: "a link to itself",
    files: {},
    prepare: (home) => symlinkSync(".bashrc", join(home, ".bashrc")),
    changed: [".profile"],
    refused: [/\.bashrc can't be read \(it is a link that leads nowhere\)/],
  },
  {
    name: "a pipe",
    files: {},
    prepare: (home) => execFileSync("mkfifo", [join(home, ".bashrc")]),
    changed: [".profile"],
    refused: [/\.bashrc can't be read \(it is no regular file\)/],
  },
  {
    name: "a device",
    files: {},
    prepare: (home) => symlinkSync("/dev/null", join(home, ".bashrc")),
    changed: [".profile"],
    refused: [/\.bashrc can't be read \(it is no regular file\)/],
  },
  {
    name: "a folder of that name",
    files: { ".bashrc/a": "" },
    changed: [".profile"],
    refused: [/\.bashrc can't be read \(it is no regular file\)/],
  },
  {
    name: "an earlier gv's line, and lines behind it",
    files: { ".bashrc": "a=1\n. /old/gv/env\nexport PATH=/usr/bin:$PATH\n" },
    changed: [".bashrc", ".profile"],
  },
  {
    name: "a here-document that nothing ends",
    files: { ".bashrc": "cat >/dev/null <<EOF\na\n" },
    changed: [".bashrc", ".profile"],
  },
  { name: "a last line that goes on", files: { ".bashrc": "a=1 \\\n" }, changed: [".bashrc", ".profile"] },
  { name: "a large one", files: { ".bashrc": "# x\n".repeat(500_000) }, changed: [".bashrc", ".profile"] },
];

describe("profiles as people have them: setup, setup again, undo", () => {
  it.each(fixtures)("$name", async ({ files, shell, prepare, changed, refused = [] }) => {
    const home = homeWith(files, shell);
    prepare?.(home.home);
    const before = home.state();
    const dry = await home.setup("--dry-run");
    expect(home.state()).toEqual(before);
    expect(existsSync(home.root)).toBe(false);
    expect(dry.stdout.match(/^\+\+\+ .*$/gm)?.toSorted() ?? []).toEqual(
      [...changed, ...(refused.length > 0 && !dry.stderr.includes("can't be read") ? [".bashrc"] : [])]
        .map((name) => `+++ ${join(home.home, name)}`)
        .toSorted(),
    );

    const first = await home.setup();
    expect(first.code).toBe(refused.length > 0 ? 1 : 0);
    for (const reason of refused) expect(first.stderr).toMatch(reason);
    const after = home.state();
    for (const name of changed) expect(readFileSync(join(home.home, name), "latin1")).toContain(marker);
    const again = await home.setup();
    expect(again.code).toBe(first.code);
    expect(home.state()).toEqual(after);

    const undo = await home.setup("--undo");
    expect(undo).toMatchObject({ code: 0, stderr: "" });
    expect(undo.stdout).not.toContain("@@"); // of a line, no diff
    expect(home.state()).toEqual(before);
    // And each file that was there has its copies, which nobody else can read.
    for (const name of changed.filter((file) => Object.hasOwn(files, file))) {
      const times = readdirSync(join(home.root, "backups")).toSorted();
      const copy = join(home.root, "backups", times[0] ?? "", home.home, name);
      expect(readFileSync(copy).equals(Buffer.from(files[name] ?? ""))).toBe(true);
      expect(statSync(copy).mode & 0o077).toBe(0);
    }
  });
});

describe("which files", () => {
  it("follows ZDOTDIR and XDG_CONFIG_HOME, and finds the files again without them", async () => {
    const home = homeWith({ "z/.zshrc": "a=1\n", "conf/fish/config.fish": "a\n" }, "/bin/zsh");
    const env = {
      GV_ROOT: home.root,
      ZDOTDIR: join(home.home, "z"),
      XDG_CONFIG_HOME: join(home.home, "conf"),
    };
    const before = home.state();
    expect((await home.gv(["setup"], { env })).code).toBe(0);
    const names = Object.keys(home.state()).map((name) => name.split(" ")[0]);
    expect(names).toEqual(["conf/fish/config.fish", "z/.zprofile", "z/.zshenv", "z/.zshrc"]);
    expect(readFileSync(join(home.home, "conf/fish/config.fish"), "utf8")).toContain(
      `test -r "$HOME/.gv/env.fish"; and source "$HOME/.gv/env.fish" ${marker}`,
    );
    expect((await home.setup("--undo")).code).toBe(0);
    expect(home.state()).toEqual(before);
  });

  it("serves the shells that are named, and leaves all alone where asked to", async () => {
    const home = homeWith({});
    expect((await home.setup("--no-profiles")).stdout).toBe(
      `${home.root} is ready: launcher, shims, env files\n`,
    );
    expect(home.state()).toEqual({});
    const ran = await home.setup("--shell", "fish", "nu", "pwsh", "tcsh");
    expect(existsSync(join(home.home, ".config/fish/config.fish"))).toBe(true);
    expect(ran.stdout).toContain(
      `For nu, put this line into ${home.home}/.config/nushell/config.nu:\n  $env.PATH = ($env.PATH | split row (char esep) | prepend ["${home.root}/shims" "${home.root}/bin"])\n`,
    );
    expect(ran.stdout).toContain(`$env:PATH = '${home.root}/shims:${home.root}/bin:' + $env:PATH\n`);
    expect(ran.stdout).toContain(`setenv PATH '${home.root}/shims':'${home.root}/bin'":$PATH"\n`);
    const own = await homeWith({}, "/usr/bin/nu").setup();
    expect(own.stdout).toMatch(
      /^For nu, put this line into .*\n {2}\$env\.PATH = .*\nThen open a new terminal, and go is found\. In this one, type that line\.\nNo Go is here yet:\n {2}gv install latest\n$/m,
    );
    const wrong = await home.setup("--shell", "bsah");
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toContain("bsah");
  });
});

it("nushell's file is where nushell looks on each system", () => {
  const home = homeWith({});
  const file = (os: string, env: Record<string, string> = {}) =>
    leftToPerson(home.context({ env, platform: { os, arch: "arm64" } }), ["nu"])[0]?.file.slice(
      home.home.length,
    );
  expect(file("linux")).toBe("/.config/nushell/config.nu");
  expect(file("darwin")).toBe("/Library/Application Support/nushell/config.nu");
  expect(file("darwin", { XDG_CONFIG_HOME: `${home.home}/conf` })).toBe("/conf/nushell/config.nu");
});

describe("nothing lost", () => {
  it("leaves what another program wrote meanwhile", () => {
    const home = homeWith({ ".bashrc": "a=1\n" });
    const path = join(home.home, ".bashrc");
    const change: Change = { path, before: Buffer.from("a=1\n"), after: Buffer.from("mine\n") };
    writeFileSync(path, "theirs\n");
    expect(() => apply(home.context(), change, 0)).toThrow(/another program has just written .*\.bashrc/);
    expect(readFileSync(path, "utf8")).toBe("theirs\n");
    const fresh: Change = { path: join(home.home, ".new"), before: undefined, after: Buffer.from("mine\n") };
    writeFileSync(join(home.home, ".new"), "theirs\n");
    expect(() => apply(home.context(), fresh, 0)).toThrow(/another program/);
    expect(readFileSync(join(home.home, ".new"), "utf8")).toBe("theirs\n");
    expect(readdirSync(home.home).filter((name) => name.startsWith(".gv-"))).toEqual([]);
  });

  it("two at once, ten times", async () => {
    for (let round = 0; round < 10; round++) {
      const home = homeWith({ ".bashrc": debian });
      const alone = homeWith({ ".bashrc": debian });
      await alone.setup();
      const both = await Promise.all([home.setup(), home.setup()]);
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      for (const { stderr } of both) expect(stderr).toMatch(/^(?:gv: another gv setup is at work, .*\n)?$/);
      expect(Object.values(home.state())).toEqual(Object.values(alone.state()));
    }
  });

  it.skipIf(noMounts !== undefined)("a full disk, a read-only one", async () => {
    const home = homeWith({});
    const disk = join(home.home, "disk");
    tmpfs(disk, "64k");
    writeFileSync(join(disk, "bashrc"), "a=1\n");
    symlinkSync(join(disk, "bashrc"), join(home.home, ".bashrc"));
    expect((await home.setup("--no-profiles")).code).toBe(0);
    execFileSync("sh", ["-c", `head -c 200k /dev/zero >"$1/fill" 2>/dev/null; :`, "sh", disk]);
    const full = await home.setup();
    expect(full).toMatchObject({ code: 1 });
    expect(full.stderr).toMatch(
      /^gv: no space left to write .*\.bashrc\n {4}free some; the file is as it was\n {4}by hand/,
    );
    expect(readFileSync(join(disk, "bashrc"), "utf8")).toBe("a=1\n");
    expect(readdirSync(disk)).toEqual(["bashrc", "fill"]);
    expect(readFileSync(join(home.home, ".profile"), "utf8")).toContain(marker); // The rest is done.
    remountReadOnly(disk);
    const fixed = await home.setup();
    expect(fixed.stderr).toMatch(
      /\.bashrc can't be written \(EROFS\)\n {4}it is on a file system that is read-only; the file is as it was/,
    );
  });
});

describe("what is the user's own", () => {
  it("a file among those of the desktop stays, and keeps no other from its change", async () => {
    const home = homeWith({ ".config/environment.d/gv.conf": "FOO=1\n" });
    const before = home.state();
    const ran = await home.setup("--gui");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(
      /gv\.conf has lines of your own in it\n {4}move it away, or put this into it:\n/,
    );
    expect(readFileSync(join(home.home, ".profile"), "utf8")).toContain(marker);
    expect((await home.setup("--undo")).code).toBe(0);
    expect(home.state()).toEqual(before);
  });

  it("a file in gv's root is no less than one elsewhere", async () => {
    const home = homeWith({ rc: "a=1\n" });
    mkdirSync(join(home.home, ".config/fish"), { recursive: true });
    symlinkSync(join(home.home, "rc"), join(home.home, ".config/fish/config.fish"));
    const env = { GV_ROOT: join(home.home, ".config") };
    expect((await home.gv(["setup", "--shell", "fish"], { env })).code).toBe(0);
    expect(lstatSync(join(home.home, ".config/fish/config.fish")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(home.home, "rc"), "utf8")).toContain(marker);
  });

  it("is not printed: passwords in a diff, control bytes, lines around gv's own", async () => {
    const home = homeWith({
      ".bashrc": "export TOKEN=secret1\n",
      ".config/go/env": "# GOPROXY=https://u:secret2@p.example\nGOPROXY=me:secret3@p.example\nA=\u001b[31m\n",
    });
    const ran = await home.setup("--dry-run", "--proxy", "cn");
    expect(ran.stdout).toContain("+GOPROXY=https://goproxy.cn,direct\n");
    expect(ran.stdout).not.toContain("secret");
    expect(ran.stdout).not.toContain("\u001b");
  });

  it("undo without a root makes none, and says what it can't know", async () => {
    const home = homeWith({
      ".config/go/env": "GOPROXY=https://goproxy.cn,direct\nGOSUMDB=sum.golang.google.cn\n",
    });
    const ran = await home.setup("--undo");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(
      /gv doesn't know what was there before: go env -u GOPROXY GOSUMDB\nnothing of gv's/,
    );
    expect(existsSync(home.root)).toBe(false);
  });

  it("undo takes the lines out where Go's file can't be read", async () => {
    const home = homeWith({ ".bashrc": "a=1\n" });
    expect((await home.setup()).code).toBe(0);
    mkdirSync(join(home.home, ".config/go/env"), { recursive: true });
    expect((await home.setup("--undo")).code).toBe(0);
    expect(readFileSync(join(home.home, ".bashrc"), "utf8")).toBe("a=1\n");
  });

  it("a HOME that is no absolute path is refused", async () => {
    const home = homeWith({});
    const ran = await home.gv(["setup", "--dry-run"], { env: { GV_ROOT: home.root, HOME: "here" } });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain('HOME is "here"');
  });
});

describe("--hook", () => {
  it("sources the hook in place of env, until --no-hook says otherwise", async () => {
    const home = homeWith({ ".bashrc": "a=1\n", ".config/fish/config.fish": "" });
    const before = home.state();
    const lines = () =>
      [".bashrc", ".profile", ".config/fish/config.fish"].map(
        (name) => /\.gv\/[\w.]+(?=" # added)/.exec(readFileSync(join(home.home, name), "utf8"))?.[0],
      );
    const [shims, hook] = [
      [".gv/env", ".gv/env", ".gv/env.fish"],
      [".gv/hook", ".gv/hook", ".gv/hook.fish"],
    ];
    for (const [words, expected] of [
      [[], shims],
      [["--hook"], hook],
      [[], hook],
      [["--no-hook"], shims],
      [[], shims],
      [["--hook"], hook],
    ] as const) {
      expect((await home.setup(...words)).code).toBe(0);
      expect([words, lines()]).toEqual([words, expected]);
    }
    expect((await home.setup("--undo")).code).toBe(0);
    expect(home.state()).toEqual(before);
  });
});

describe("--gui and --proxy", () => {
  it("write their files with the rest, show a diff, and undo takes all back", async () => {
    const home = homeWith({
      ".bashrc": "a=1\n",
      ".config/go/env": "# mine\nGOPROXY=https://u:secret@proxy.example\n",
    });
    const before = home.state();
    const dry = await home.setup("--gui", "--proxy", "cn", "--dry-run");
    expect(dry.stdout).toContain("-GOPROXY=https://proxy.example\n+GOPROXY=https://goproxy.cn,direct\n");
    expect(dry.stdout).not.toContain("secret");
    expect(home.state()).toEqual(before);
    const ran = await home.setup("--gui", "--proxy", "cn");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("  -GOPROXY=https://proxy.example\n  +GOPROXY=https://goproxy.cn,direct\n");
    expect(ran.stdout).not.toContain("secret");
    expect(readFileSync(join(home.home, ".config/environment.d/gv.conf"), "utf8")).toContain(
      `${home.root}/shims:`,
    );
    expect(statSync(join(home.root, "go-env-before")).mode & 0o077).toBe(0);
    const again = await home.gv(["setup", "--gui", "--proxy", "cn"], {
      env: { GV_ROOT: home.root, GOPROXY: "https://other.example" },
    });
    expect(again.stdout).toContain("environment.d/gv.conf says so already\n");
    expect(again.stdout).toMatch(
      /GOPROXY is that already in .*\nGOPROXY=https:\/\/other\.example in this environment wins/,
    );
    expect((await home.setup("--undo")).code).toBe(0);
    expect(home.state()).toEqual(before);
    expect(existsSync(join(home.root, "go-env-before"))).toBe(false);
    expect((await home.setup("--undo")).stdout).toMatch(/^nothing of gv's is in your files\n/);
  });

  it("a list that go can't use is refused before anything is written", async () => {
    const home = homeWith({});
    const ran = await home.setup("--proxy", "https://goproxy.cn;direct");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("gv setup --proxy https://goproxy.cn,direct\n");
    expect([existsSync(home.root), home.state()]).toEqual([false, {}]);
  });

  it("Go's file stays where what was in it can't be kept", async () => {
    const home = homeWith({ ".config/go/env": "GOPROXY=direct\n" });
    mkdirSync(join(home.root, "go-env-before"), { recursive: true });
    const ran = await home.setup("--proxy", "cn");
    expect(ran.code).toBe(1);
    expect(readFileSync(join(home.home, ".config/go/env"), "utf8")).toBe("GOPROXY=direct\n");
  });
});

it("env is found from a path with spaces, quotes and dollars", async () => {
  const home = homeWith({});
  const root = join(home.home, "it's my \\ root $x");
  expect((await home.gv(["setup", "--shell", "fish"], { env: { GV_ROOT: root } })).code).toBe(0);
  for (const [shell, words] of [
    ["bash", ["-ic"]],
    ["fish", ["-c"]],
  ] as const) {
    const ran = await home.run(shell, [...words, `printf '%s\\n' "$PATH"`], { env: { GV_ROOT: undefined } });
    expect(ran.stdout).toContain(`${root}/shims`);
  }
  expect(basicPath).not.toContain(root);
});
