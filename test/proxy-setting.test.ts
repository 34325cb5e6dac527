/**
 * gv setup --proxy: which lists are refused, held against the real go command, and what Go's env file says before and
 * after, read by the real go.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import type { Change } from "../src/changes.ts";
import type { Environment } from "../src/context.ts";
import { GvError } from "../src/errors.ts";
import { onPath } from "../src/on-path.ts";
import { problemOfList, withoutCredentials } from "../src/proxy-list.ts";
import { overriding, proxyChanges, proxyUndo } from "../src/proxy-setting.ts";
import { type Sandbox, sandbox } from "./support/sandbox.ts";
import { testsWithout } from "./support/shell.ts";

/** A list, what is wrong with it, and the one that was meant; `go`: the go command refuses it, too, by its text. */
const refused: readonly { list: string; fact: string; meant?: string; go?: true }[] = [
  { list: "", fact: "names no proxy" },
  { list: ",", fact: "names no proxy", go: true },
  { list: " | ", fact: "names no proxy", go: true },
  { list: "https://a.invalid,,direct", fact: "has an empty entry", meant: "https://a.invalid,direct" },
  { list: "https://a.invalid|", fact: "has an empty entry", meant: "https://a.invalid" },
  {
    list: "https://a.invalid;direct",
    fact: 'has "https://a.invalid;direct": only a comma or | is between entries',
    meant: "https://a.invalid,direct",
  },
  { list: "https://a.invalid;", fact: "only a comma or |", meant: "https://a.invalid" },
  {
    list: "a.invalid; b.invalid|direct",
    fact: "only a comma or |",
    meant: "a.invalid,b.invalid|direct",
    go: true,
  },
  {
    list: "https://a.invalid direct",
    fact: "only a comma or |",
    meant: "https://a.invalid,direct",
    go: true,
  },
  { list: "https://a.invalid\uff0cdirect", fact: "only a comma or |", meant: "https://a.invalid,direct" },
  { list: "file:///my dir direct", fact: "only a comma or |", meant: "file:///my dir,direct" },
  { list: "https://a.invalid\n,direct", fact: "has a line break", meant: "https://a.invalid,direct" },
  { list: "direct,https://a.invalid", fact: "has entries behind direct", meant: "https://a.invalid,direct" },
  {
    list: "a.invalid|direct|b.invalid",
    fact: "has entries behind direct",
    meant: "a.invalid|b.invalid|direct",
  },
  { list: "a.invalid,off,direct", fact: "has entries behind off", meant: "a.invalid,off" },
  { list: "proxy,direct", fact: 'has "proxy", which has no scheme', meant: "https://proxy,direct", go: true },
  {
    list: "a.invalid,Direct",
    fact: 'has "Direct", which has no scheme',
    meant: "a.invalid,direct",
    go: true,
  },
  { list: "/srv/proxy", fact: "has no scheme", meant: "file:///srv/proxy", go: true },
  { list: "https:/a.invalid", fact: "names no host", meant: "https://a.invalid" },
  { list: "https:///a.invalid", fact: "names no host", meant: "https://a.invalid" },
  { list: "https//a.invalid", fact: "has no colon behind its scheme", meant: "https://a.invalid" },
  { list: "https:a.invalid", fact: "is no address", meant: "https://a.invalid", go: true },
  { list: "https://", fact: "names no host" },
  { list: "https://a.invalid:port", fact: "is no address", go: true },
  { list: "https://a.invalid/%zz", fact: "is no address", go: true },
  { list: "http://[::1", fact: "is no address", go: true },
  { list: "ftp://a.invalid", fact: "is neither https, http nor file", go: true },
  { list: "file://host/proxy", fact: "is not file:/// and a path", meant: "file:///host/proxy", go: true },
  { list: "file:/proxy", fact: "is not file:/// and a path", meant: "file:///proxy", go: true },
  { list: "file:///proxy?x", fact: "is not file:/// and a path", go: true },
  {
    list: "https:/me:secret@a.invalid direct",
    fact: 'has "https:/a.invalid direct"',
    meant: "https://me:secret@a.invalid,direct",
  },
  {
    list: "https:\\\\a.invalid,direct",
    fact: "has a backslash or a #",
    meant: "https://a.invalid,direct",
    go: true,
  },
  { list: "https://a.invalid\\x", fact: "has a backslash or a #", meant: "https://a.invalid/x", go: true },
  { list: "https://a.invalid/#x", fact: "has a backslash or a #", meant: "https://a.invalid/" },
  { list: "proxy;proxy", fact: 'has "proxy;proxy", which has no scheme', go: true },
];

/** What a person may paste with a password in it: none of it is printed. */
const secrets = [
  "GOPROXY=https://user:SECRET@a.invalid,direct",
  '"https://user:SECRET@a.invalid"',
  "https\uff1a//user:SECRET@a.invalid",
  "direct\uff0chttps://u:SECRET@a.invalid",
  "ftp://u:SECRET@a.invalid",
  "git+https://u:SECRET@a.invalid",
  "http s://u:SECRET@a.invalid",
  "https://user:SEC/RET@a.invalid;off",
];

const accepted = [
  "direct",
  "off",
  "https://a.invalid,direct",
  "https://a.invalid|http://b.invalid:8080/go/, direct",
  "a.invalid",
  "localhost:3000,off",
  "HTTPS://a.invalid",
  "https://me:secret@a.invalid/x?y",
  "https://[::1]:80",
  "https://a.invalid/a;b",
  "file:///my dir|direct",
];

describe("a list", () => {
  it.each(refused)("$list is refused: $fact", ({ list, fact, meant }) => {
    const problem = problemOfList(list);
    expect(problem?.fact).toContain(fact);
    expect(problem?.meant).toBe(meant);
    if (meant !== undefined) expect(problemOfList(meant)).toBeUndefined();
  });

  it.each(secrets)("%s is refused without its password", (list) => {
    expect(problemOfList(list)?.fact).toBeDefined();
    expect(problemOfList(list)?.fact).not.toMatch(/SECRET|SEC|RET|user/);
  });

  it.each(accepted)("%s is taken", (list) => {
    expect(problemOfList(list)).toBeUndefined();
  });

  const go = onPath(sandboxless(), "go");
  if (go === undefined) testsWithout("go");
  else {
    /** Whether the go command refuses the list by its text; it reaches no network. */
    const isRefused = async (box: Sandbox, GOPROXY: string) => {
      const nowhere = "http://127.0.0.1:1";
      const env = {
        GOPROXY,
        HTTPS_PROXY: nowhere,
        HTTP_PROXY: nowhere,
        GOTOOLCHAIN: "local",
        GONOSUMDB: "*",
      };
      const ran = await box.run(go, ["list", "-m", "-versions", "example.invalid/x"], { env });
      expect(ran.code).toBe(1);
      return /invalid (?:file:\/\/ )?proxy URL|contains no entries|^go: parse "/m.test(ran.stderr);
    };

    it("is judged as the go command does, or more strictly", async () => {
      const box = sandbox();
      box.write("go.mod", "module example.com/x\n\ngo 1.21\n");
      for (const { list, meant, go: too = false } of refused.filter((row) => !/^$|\n/.test(row.list))) {
        expect([list, await isRefused(box, list)]).toEqual([list, too]);
        if (meant !== undefined) expect([meant, await isRefused(box, meant)]).toEqual([meant, false]);
      }
      for (const list of accepted) expect([list, await isRefused(box, list)]).toEqual([list, false]);
    });
  }
});

/** The environment of the tests themselves, for the programs that they use. */
function sandboxless() {
  return { env: process.env, root: { shims: "/nowhere" } } as Parameters<typeof onPath>[0];
}

const read = (path: string) => (existsSync(path) ? readFileSync(path) : undefined);

function apply(changes: readonly Change[]): void {
  for (const { path, before, after } of changes) {
    expect(read(path)).toEqual(before);
    mkdirSync(dirname(path), { recursive: true });
    if (after) writeFileSync(path, after);
    else rmSync(path);
  }
}

/** A home, its go/env file, and both directions of the setting. */
function place(text?: string | Buffer, settings: Environment = {}) {
  const box = sandbox(settings);
  mkdirSync(box.root);
  const file = join(box.home, ".config/go/env");
  if (text !== undefined) box.write("../home/.config/go/env", text);
  const ctx = (env: Environment = {}) => box.context({ env: { ...box.env, ...env } });
  return {
    box,
    file,
    ctx,
    set: (list: string, env?: Environment) => {
      const changes = proxyChanges(ctx(env), list, read);
      apply(changes);
      return changes;
    },
    undo: () => {
      const changes = proxyUndo(ctx(), read);
      apply(changes);
      return changes;
    },
    says: () => read(file)?.toString("latin1"),
  };
}

function failure(act: () => unknown): GvError {
  try {
    act();
  } catch (error) {
    if (error instanceof GvError) return error;
  }
  return expect.fail("nothing was refused");
}

const china = "GOPROXY=https://goproxy.cn,direct\nGOSUMDB=sum.golang.google.cn\n";

/** The lines of all other settings. */
const untouched = (all: string | undefined) =>
  (all ?? "").split("\n").filter((line) => line !== "" && !/^GO(?:PROXY|SUMDB)=/.test(line));

describe("Go's env file", () => {
  const texts: readonly (string | Buffer | undefined)[] = [
    undefined,
    "",
    "# mine\n",
    "GOFLAGS=-x\nGOPROXY=https://old.invalid,off\n\n# why\nGOSUMDB=off\nGONOPROXY=a\n",
    "GOPROXY=first\nGOPROXY=last\n#GOPROXY=no\n GOPROXY=no\nGOPROXYX=no\n",
    "GOPROXY=a\r\nGOSUMDB=\r\n",
    "GOPROXY=no newline",
    Buffer.from("# \xe9\xff\nGOFLAGS=\xfe\nGOPROXY=\xfd\n", "latin1"),
  ];

  it.each(texts)("%j says it and is as it was after undo", (text) => {
    const { set, undo, says, box, ctx } = place(text);
    const before = says();
    expect(set("cn").map(({ path }) => path)).toEqual([join(box.root, "go-env-before"), expect.any(String)]);
    const lines = says()?.split("\n") ?? [];
    expect(lines.findLast((line) => line.startsWith("GOPROXY="))).toBe("GOPROXY=https://goproxy.cn,direct");
    expect(lines.findLast((line) => line.startsWith("GOSUMDB="))).toBe("GOSUMDB=sum.golang.google.cn");
    expect(untouched(says())).toEqual(untouched(before));
    expect(set("cn")).toEqual([]);
    expect(undo()).toHaveLength(2);
    expect(says()).toBe(before);
    expect(existsSync(join(box.root, "go-env-before"))).toBe(false);
    expect(proxyUndo(ctx(), read)).toEqual([]);
  });

  it("keeps what was there as text", () => {
    const { set, box, file } = place("GOPROXY=https://old.invalid\n");
    set("cn");
    expect(readFileSync(join(box.root, "go-env-before"), "utf8")).toBe(
      [
        "# What gv setup --proxy set in Go's env file, and what stood there before: for gv setup --undo.",
        `file ${file}`,
        "set GOPROXY=https://goproxy.cn,direct",
        "before GOPROXY=https://old.invalid",
        "set GOSUMDB=sum.golang.google.cn\n",
      ].join("\n"),
    );
  });

  it("a list leaves GOSUMDB alone, and undo goes back behind all of gv's", () => {
    const { set, undo, says } = place("GOSUMDB=off\n");
    set("https://a.invalid,direct");
    expect(says()).toBe("GOSUMDB=off\nGOPROXY=https://a.invalid,direct\n");
    set("cn");
    set("https://b.invalid|direct");
    expect(says()).toBe("GOSUMDB=sum.golang.google.cn\nGOPROXY=https://b.invalid|direct\n");
    undo();
    expect(says()).toBe("GOSUMDB=off\n");
  });

  it("undo leaves what you changed since, and says so", () => {
    const { set, undo, says, file } = place();
    set("cn");
    writeFileSync(file, china.replace("https://goproxy.cn", "https://mine.invalid"));
    expect(undo()[0]?.note).toBe("GOPROXY is no longer what gv set, and stays as it is.");
    expect(says()).toBe("GOPROXY=https://mine.invalid,direct\n");
  });

  it("what you changed since is what the next undo puts back", () => {
    const { set, undo, says, file } = place("GOPROXY=old\n");
    set("cn");
    writeFileSync(file, "GOPROXY=mine\n");
    set("cn");
    undo();
    expect(says()).toBe("GOPROXY=mine\n");
  });

  it("undo without the file only forgets", () => {
    const { set, undo, file, box } = place();
    set("cn");
    rmSync(file);
    expect(undo()).toMatchObject([{ path: join(box.root, "go-env-before"), after: undefined }]);
  });

  it("is the one that GOENV names", () => {
    const { set, ctx, box } = place();
    set("cn", { GOENV: "my env" });
    expect(readFileSync(join(box.project, "my env"), "utf8")).toBe(china);
    const { code, hint } = failure(() => proxyChanges(ctx(), "cn", read));
    expect([code, hint]).toEqual(["BAD_ARGUMENT", "gv setup --undo   puts back the other one first"]);
    apply(proxyUndo(ctx(), read));
    expect(existsSync(join(box.project, "my env"))).toBe(false);
  });

  it("isn't there with GOENV=off", () => {
    const { ctx } = place();
    const { message, hint } = failure(() => proxyChanges(ctx({ GOENV: "off" }), "cn", read));
    expect(message).toContain("GOENV=off");
    expect(hint).toContain("unset GOENV");
  });

  it("says which variable wins over it, without its password", () => {
    const env = { GOPROXY: "https://me:secret@a.invalid", GOSUMDB: "sum.golang.google.cn" };
    const { set, ctx } = place();
    const note = set("cn", env).at(-1)?.note ?? "";
    expect(note).toContain("GOPROXY=https://a.invalid in this environment wins over the file");
    expect(note).toContain("\n  unset GOPROXY");
    expect(note).not.toContain("GOSUMDB=");
    expect(overriding(ctx(env), "cn")).toHaveLength(2);
    expect(overriding(ctx({ GOPROXY: "https://goproxy.cn,direct" }), "cn")).toEqual([]);
  });

  it("is not touched by a list that is refused, with the line to type", () => {
    const { ctx, says } = place();
    const refusal = (list: string) => {
      const { code, message, hint } = failure(() => proxyChanges(ctx(), list, read));
      return [code, message, hint];
    };
    expect(refusal("https://goproxy.cn;direct")).toEqual([
      "BAD_GOPROXY",
      'the list has "https://goproxy.cn;direct": only a comma or | is between entries',
      "gv setup --proxy https://goproxy.cn,direct",
    ]);
    expect(refusal("direct|goproxy.cn")[2]).toBe("gv setup --proxy 'goproxy.cn|direct'");
    for (const list of ["CN", "cn,direct", " cn ; direct"])
      expect(refusal(list)[2]).toBe("gv setup --proxy cn");
    expect(refusal("ftp://x.invalid")[2]).toContain("entries are https://");
    const [, message, hint] = refusal("https://me:secret@a.invalid;direct");
    expect(message).not.toContain("secret");
    expect(hint).toBe(
      "gv setup --proxy https://a.invalid,direct   with the user and password of yours, which are not printed",
    );
    expect(says()).toBeUndefined();
  });

  const go = onPath(sandboxless(), "go");
  if (go === undefined) testsWithout("go");
  else
    it("is read by the real go, and undone after go env -w has sorted it", async () => {
      const { box, set, undo, says } = place("# mine\nGOSUMDB=off\nGOFLAGS=-x\n");
      const asks = async () => {
        const ran = await box.run(go, ["env", "GOPROXY", "GOSUMDB", "GOFLAGS"]);
        expect(ran).toMatchObject({ code: 0, stderr: "" });
        return ran.stdout.trimEnd().split("\n");
      };
      set("cn");
      expect(await asks()).toEqual(["https://goproxy.cn,direct", "sum.golang.google.cn", "-x"]);
      expect(await box.run(go, ["env", "-w", "GOPRIVATE=example.com"])).toMatchObject({ code: 0 });
      expect(says()).toContain("GOPRIVATE=example.com");
      undo();
      expect((await asks()).slice(1)).toEqual(["off", "-x"]);
      expect(says()).toBe("# mine\nGOFLAGS=-x\nGOPRIVATE=example.com\nGOSUMDB=off\n");
    });
});

it.each([
  ["https://user:secret@a,direct", "https://a,direct"],
  ["user:secret@a|off", "a|off"],
  ["https://a,https://user:se,cret@b/x,direct", "https://a,https://b/x,direct"],
  ["https://user:secret", "https://***"],
  ["https://a:8080,http://[::1]:80/x|direct", "https://a:8080,http://[::1]:80/x|direct"],
])("shows of %s no credentials", (list, shown) => {
  expect(withoutCredentials(list)).toBe(shown);
});

it("says what is wrong with a list whose password has a comma without a part of it", () => {
  expect(problemOfList("https://user:sec,ret@a.example")?.fact).toBe(
    'has "https://***", which is no address',
  );
});
