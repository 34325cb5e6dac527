/** Which difference between two snapshots matters, what follows from which, and the line to type. */
import { describe, expect, it } from "vitest";

import { compare } from "../../src/snapshot/compare.ts";
import { goPaths, leavesOf } from "../../src/snapshot/shape.ts";

type Values = Readonly<Record<string, unknown>>;

/** What is known of a folder that is well. */
function folder(path: string, inode: number): Values {
  const allowed = { exists: true, readable: true, writable: true };
  return { path, ...allowed, kind: "folder", device: 7, inode, filesystem: "ext4", free: 50 * 2 ** 30 };
}

/** A snapshot of a machine that is well, with values by their places put in; undefined takes one out. */
function snapshot(values: Values = {}): ReturnType<typeof leavesOf> {
  const go = {
    path: "~/.gv/shims/go",
    isShim: true,
    owner: "gv",
    runs: "~/.gv/versions/linux-amd64/1.22.5/bin/go",
    version: "go1.22.5",
    archs: ["amd64"],
  };
  const leaves = new Map(
    leavesOf({
      schema: 1,
      gv: "0.1.0",
      taken: "2026-01-01T00:00:00.000Z",
      folder: "~/src/x",
      system: { os: "linux", arch: "amd64", name: "Debian", kernel: "6.1.0", translated: false },
      start: { by: "terminal", evidence: "TERM_PROGRAM", chain: ["bash", "kitty"] },
      path: ["~/.gv/shims", "/usr/bin", "/bin"],
      programs: {
        go,
        gopls: { ...go, path: "~/go/bin/gopls", isShim: false, version: "v0.20.0" },
        dlv: null,
      },
      version: { kind: "version", name: "1.22.5", by: "~/src/x/.go-version, line 1" },
      env: {
        GOROOT: "~/.gv/versions/linux-amd64/1.22.5",
        GOTOOLDIR: "~/.gv/versions/linux-amd64/1.22.5/pkg/tool/linux_amd64",
        GOVERSION: "go1.22.5",
        GOOS: "linux",
        GOARCH: "amd64",
        GOHOSTOS: "linux",
        GOHOSTARCH: "amd64",
        GOAMD64: "v1",
        GOENV: "~/.config/go/env",
        GOPATH: "~/go",
        GOMODCACHE: "~/go/pkg/mod",
        GOCACHE: "~/.cache/go-build",
        GOPROXY: "https://goproxy.cn,direct",
        GOFLAGS: "",
        GOMOD: "~/src/x/go.mod",
        GOWORK: "",
        CC: "gcc",
        CGO_ENABLED: "1",
      },
      set: { GOPROXY: "~/.config/go/env, line 1" },
      paths: {
        GOPATH: [folder("~/go", 1)],
        GOCACHE: [folder("~/.cache/go-build", 2)],
        CC: [folder("/usr/bin/gcc", 3)],
      },
    }),
  );
  for (const [place, value] of Object.entries(values)) {
    if (value === undefined) leaves.delete(place);
    else for (const [name, leaf] of leavesOf(value, place)) leaves.set(name, leaf);
  }
  return leaves;
}

const otherMachine = { "paths.GOPATH.0.inode": 101, "paths.GOCACHE.0.inode": 102, "paths.CC.0.inode": 103 };

/** What is told of a second snapshot: each difference with what follows. */
function told(second: Values, first: Values = {}): string[] {
  return compare(snapshot(first), snapshot(second)).differences.map(
    ({ weight, place, with: others }) =>
      `${weight} ${place}${others.length > 0 ? ` > ${others.map((one) => one.place).join(" ")}` : ""}`,
  );
}

function fixOf(place: string, second: Values, first: Values = {}): string | undefined {
  const { differences } = compare(snapshot(first), snapshot(second));
  const found = differences.find((one) => one.place === place);
  if (!found) throw new Error(`${place} doesn't differ`);
  return found.fix;
}

it("nothing differs in what isn't a difference", () => {
  expect(told({ taken: "2027-01-01T00:00:00.000Z", "paths.GOPATH.0.free": 40 * 2 ** 30 })).toEqual([]);
});

describe("the machine", () => {
  it("is the same by device and inode, also where one folder was made anew", () => {
    expect(compare(snapshot(), snapshot())).toMatchObject({ machine: "same", agreeing: 3, shared: 3 });
    expect(compare(snapshot(), snapshot({ "paths.GOCACHE.0.inode": 9 }))).toMatchObject({
      machine: "same",
      agreeing: 2,
      differences: [],
    });
  });

  it("is another one where they differ, and unknown where there is nothing to compare", () => {
    expect(compare(snapshot(), snapshot(otherMachine)).machine).toBe("another");
    const elsewhere = {
      "paths.GOPATH.0.path": "~/a",
      "paths.GOCACHE.0.path": "~/b",
      "paths.CC.0.path": "/c",
    };
    expect(compare(snapshot(), snapshot(elsewhere)).machine).toBe("unknown");
  });

  it("decides whether other folders matter", () => {
    const moved = { "env.GOCACHE": "~/other", "set.GOCACHE": "environment" };
    expect(told(moved)).toEqual(["matters env.GOCACHE"]);
    expect(told({ ...moved, ...otherMachine })).toEqual(["harmless env.GOCACHE"]);
  });
});

describe("a program", () => {
  it("that one side hasn't is told once", () => {
    const gone = { "programs.gopls.path": undefined, "programs.gopls.version": undefined };
    const second = { ...gone, "programs.gopls.archs": undefined, "programs.gopls.archs.0": undefined };
    const bare = ["isShim", "owner", "runs"].map((name) => [`programs.gopls.${name}`, undefined]);
    expect(
      told({ ...second, ...Object.fromEntries(bare) }).filter((line) => !line.includes("version")),
    ).toEqual(["matters programs.gopls.path"]);
  });

  it("for another processor is mended by a line that there is", () => {
    expect(fixOf("programs.go.archs", { "programs.go.archs": ["arm64"] })).toBe(
      "gv doctor go-architecture   has the line",
    );
    expect(fixOf("programs.gopls.archs", { "programs.gopls.archs": ["arm64"] })).toBe(
      "gv tools install gopls@v0.20.0",
    );
  });
});

describe("what follows from another difference is told with it", () => {
  it("another version: GOROOT, GOVERSION, GOTOOLDIR", () => {
    const root = "~/.gv/versions/linux-amd64/1.26.8";
    const second = {
      "version.name": "1.26.8",
      "env.GOROOT": root,
      "env.GOTOOLDIR": `${root}/pkg/tool/linux_amd64`,
      "env.GOVERSION": "go1.26.8",
      "programs.go.version": "go1.26.8",
    };
    expect(told(second)).toEqual([
      "matters version.name > programs.go.version env.GOROOT env.GOVERSION env.GOTOOLDIR",
    ]);
    expect(fixOf("version.name", second)).toBe("gv use 1.22.5");
  });

  it("a PATH without gv: the first go is another one, and so is all of it", () => {
    const second = {
      path: ["/usr/local/go/bin", "/usr/bin", "/bin"],
      "programs.go.path": "/usr/local/go/bin/go",
      "programs.go.isShim": false,
      "programs.go.owner": "the archive in /usr/local/go",
      "programs.go.version": "go1.20.1",
      "env.GOVERSION": "go1.20.1",
      "env.GOROOT": "/usr/local/go",
      "start.by": "desktop",
    };
    expect(told(second)).toContainEqual(
      expect.stringMatching(/^matters path > .*programs\.go\.path.*env\.GOROOT.*env\.GOVERSION/),
    );
    expect(fixOf("path", second)).toContain("gv setup --gui");
    expect(fixOf("path", { ...second, "start.by": "terminal" })).toBe("gv setup   then a new shell");
  });

  it("another system: its GOOS and GOARCH, but not a GOARCH that somebody set", () => {
    const mac = {
      "system.os": "darwin",
      "system.arch": "arm64",
      "env.GOOS": "darwin",
      "env.GOHOSTOS": "darwin",
      "env.GOARCH": "arm64",
      "env.GOHOSTARCH": "arm64",
      "env.CC": "clang",
      ...otherMachine,
    };
    expect(told(mac)).toEqual([
      "matters system.os > env.GOOS env.GOARCH env.GOHOSTOS env.GOHOSTARCH env.CC",
      "matters system.arch",
    ]);
    const set = { "set.GOOS": "environment", "set.GOARCH": "environment" };
    expect(told({ ...mac, ...set }).slice(0, 4)).toEqual([
      "matters system.os > env.GOHOSTOS env.GOHOSTARCH env.CC",
      "matters system.arch",
      "matters env.GOOS",
      "matters env.GOARCH",
    ]);
  });

  it("another GOPATH: the module cache in it, but not one elsewhere", () => {
    const gopath = { "env.GOPATH": "~/gopath", "set.GOPATH": "environment" };
    expect(told({ ...gopath, "env.GOMODCACHE": "~/gopath/pkg/mod" })).toEqual([
      "matters env.GOPATH > env.GOMODCACHE",
    ]);
    expect(told({ ...gopath, "env.GOMODCACHE": "~/modules" })).toEqual([
      "matters env.GOPATH",
      "matters env.GOMODCACHE",
    ]);
  });

  it("no compiler: CGO_ENABLED, and what is no more at its path", () => {
    const gone = { exists: false, readable: false, writable: false, kind: undefined };
    const facts = Object.entries(gone).map(([name, value]) => [`paths.CC.0.${name}`, value]);
    expect(told({ ...Object.fromEntries(facts), "paths.CC.0.path": "gcc", "env.CGO_ENABLED": "0" })).toEqual([
      "matters paths.CC.0.exists > env.CGO_ENABLED paths.CC.0.path paths.CC.0.readable paths.CC.0.writable",
    ]);
  });

  it("no go: all that go would tell", () => {
    const second = Object.fromEntries(
      [...snapshot().keys()].filter((name) => name.startsWith("env.")).map((name) => [name, undefined]),
    );
    expect(told({ ...second, failure: "no go on PATH" })).toEqual([
      expect.stringMatching(/^matters failure > .*env\.GOROOT/),
    ]);
  });
});

describe("a setting", () => {
  it("is put back where it is set", () => {
    const other = { "env.GOPROXY": "direct" };
    expect(fixOf("env.GOPROXY", { ...other, "set.GOPROXY": "environment" })).toBe(
      "export GOPROXY=https://goproxy.cn,direct",
    );
    expect(fixOf("env.GOPROXY", other)).toBe("go env -w GOPROXY=https://goproxy.cn,direct");
    const flags = { "env.GOFLAGS": "-mod=vendor" };
    expect(fixOf("env.GOFLAGS", { ...flags, "set.GOFLAGS": "environment" })).toMatch(/^unset GOFLAGS /);
    expect(fixOf("env.GOFLAGS", { ...flags, "set.GOFLAGS": "~/.config/go/env, line 2" })).toBe(
      "go env -u GOFLAGS",
    );
    const goroot = { ...other, "set.GOPROXY": "/usr/lib/go/go.env, line 7" }; // go env -u doesn't reach it.
    expect(fixOf("env.GOPROXY", goroot, { "set.GOPROXY": undefined })).toMatch(/^go env -w GOPROXY=https/);
    const fish = { ...other, "start.chain": "fish, kitty", "set.GOPROXY": "environment" };
    expect(fixOf("env.GOPROXY", fish)).toBe("set -gx GOPROXY https://goproxy.cn,direct");
  });

  it("is quoted, and ~ is the home of whoever types it", () => {
    const first = {
      "env.GOFLAGS": "-tags=$(id) '",
      "set.GOFLAGS": "environment",
      "set.GOCACHE": "environment",
    };
    expect(fixOf("env.GOFLAGS", {}, first)).toBe(String.raw`go env -w GOFLAGS='-tags=$(id) '\'''`);
    expect(fixOf("env.GOCACHE", { "env.GOCACHE": "/x" }, first)).toBe(
      'go env -w GOCACHE="$HOME"/.cache/go-build',
    );
    expect(fixOf("env.GOPROXY", {}, { "env.GOPROXY": "https://***@x.example" })).toContain("by hand");
    expect(told({}, { "env.X; rm -rf ~": "1" })).toEqual([]); // No name of a variable: nobody is told to type it.
  });

  it("of a Go to come matters, until somebody says what it does", () => {
    expect(told({ "env.GOFUTURE": "1" })).toEqual(["matters env.GOFUTURE"]);
    expect(told({ "env.GOFUTURE": "1", "env.GOVERSION": "go1.40.0" })).toEqual([
      "matters env.GOVERSION > env.GOFUTURE",
    ]);
  });
});

describe.each<[string, Values, string]>([
  ["a GOROOT that lies elsewhere", { "env.GOROOT": "/opt/go" }, "harmless env.GOROOT"],
  ["another kernel", { "system.kernel": "6.2.0" }, "harmless system.kernel"],
  ["Rosetta", { "system.translated": true }, "matters system.translated"],
  ["another gopls", { "programs.gopls.version": "v0.16.0" }, "matters programs.gopls.version"],
  ["a go.work on one side", { "env.GOWORK": "~/src/go.work" }, "matters env.GOWORK"],
  ["the go.mod of another folder", { "env.GOMOD": "~/src/y/go.mod" }, "harmless env.GOMOD"],
  ["no go.mod", { "env.GOMOD": "/dev/null" }, "matters env.GOMOD"],
  ["no compiler", { "paths.CC.0.exists": false }, "matters paths.CC.0.exists"],
  ["a cache that isn't there yet", { "paths.GOCACHE.0.exists": false }, "harmless paths.GOCACHE.0.exists"],
  [
    "a cache that can't be written",
    { "paths.GOCACHE.0.writable": false },
    "matters paths.GOCACHE.0.writable",
  ],
  ["a cache on a network", { "paths.GOCACHE.0.filesystem": "nfs4" }, "matters paths.GOCACHE.0.filesystem"],
  ["a full disk", { "paths.GOCACHE.0.free": 1000 }, "matters paths.GOCACHE.0.free"],
  ["a file for a folder", { "paths.GOPATH.0.kind": "file" }, "matters paths.GOPATH.0.kind"],
])("%s", (_, second, difference) => {
  it(`is told: ${difference}`, () => expect(told(second)).toEqual([difference]));
});

it("each difference that matters has a reason and a line to type", () => {
  for (const place of [...snapshot().keys(), ...Object.keys(goPaths).map((name) => `env.${name}`)])
    for (const { weight, why, fix } of compare(snapshot(), snapshot({ [place]: "another" })).differences) {
      expect(why).not.toBe("");
      expect(fix === undefined).toBe(weight === "harmless");
    }
});

it("each difference is told once, however many there are", () => {
  const first = snapshot();
  const others = [...first.keys()].filter((place) => !place.startsWith("paths."));
  const all = snapshot(Object.fromEntries(others.map((place) => [place, "another"])));
  const alone = others.filter(
    (place) => compare(first, snapshot({ [place]: "another" })).differences.length > 0,
  );
  const { differences } = compare(first, all);
  const places = differences.flatMap((one) => [one.place, ...one.with.map(({ place }) => place)]);
  expect(places.toSorted()).toEqual(alone.toSorted());
  expect(differences.length).toBeLessThan(alone.length / 2);
});
