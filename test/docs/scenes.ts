/**
 * What each page with commands takes to be there, a row each: folders, versions, files of the reader's. A page without
 * a row may show no command.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

import { expect, type TestContext } from "vitest";

import { type Environment, gvVersion } from "../../src/context.ts";
import { onPath } from "../../src/on-path.ts";
import { layGoroot } from "../support/foreign.ts";
import { goScript } from "../support/goproxy.ts";
import { startNginx } from "../support/nginx.ts";
import { packGv } from "../support/package.ts";
import { isRequired } from "../support/required.ts";
import type { Ran, Sandbox } from "../support/sandbox.ts";
import { host, hostFolder, hostName } from "../support/scene.ts";
import { writeTree } from "../support/shell.ts";

/** A machine on which gv is set up, in `~/.gv`; the shell is opened in `box.project`. */
export interface Machine {
  readonly box: Sandbox;
  /** What a login shell of bash makes of these lines. */
  readonly type: (script: string, env?: Environment) => Promise<Ran>;
  /** Types a command of gv there, which must succeed. */
  readonly gv: (...words: string[]) => Promise<void>;
}

/** What a page's commands find. */
export interface Found {
  /** What stands in the test for a path or an address of the page. */
  readonly instead?: Readonly<Record<string, string>>;
  /** Set in each shell; PATH, too, after what the profile makes of it. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Scene {
  /** Real releases of the machine's GOPROXY, in one root for all such pages; else tiny ones of a proxy on loopback. */
  readonly releases: "real" | "tiny";
  /** Makes what has to be there before the first line. */
  readonly lay: (machine: Machine, test: TestContext) => Promise<Found> | Found;
}

/** The tiny ones; those of them for which darwin/arm64 is there, too, are what docs/fleet.md mirrors. */
export const tinyVersions = ["1.22.5", "1.26.8", "1.27.1"];

export const scenes: Readonly<Record<string, Scene>> = {
  "README.md": {
    releases: "real",
    async lay({ box }) {
      copyFileSync((await packGv(box)).archive, join(box.project, `gv-${gvVersion}.tgz`));
      return { env: { npm_config_prefix: join(box.home, "npm") } };
    },
  },
  "docs/build.md": {
    releases: "tiny",
    async lay({ box, gv }) {
      await gv("install", "-q", "1.22.5");
      const sources = join(box.home, "src/go");
      const tools = `../pkg/tool/${hostFolder.replace("-", "_")}`;
      const script = `mkdir -p ../bin ${tools}; cat >../bin/go <<'EOF'\n${goScript("go1.99.1", host)}EOF\nchmod +x ../bin/go\n`;
      writeTree(sources, { VERSION: "go1.99.1\n", "src/fmt/print.go": "package fmt\n" });
      box.write(join(sources, "src/make.bash"), `#!/usr/bin/env bash\nbootgo=1.20.6\n${script}`, 0o755);
      const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
      for (const words of [["init"], ["add", "-A"], ["commit", "-m", "one"]])
        await git(box, "-C", sources, ...author, ...words, ...(words[0] === "add" ? [] : ["-q"]));
      await gv("config", "set", "source", pathToFileURL(sources).href);
      return { instead: { "/opt/go": layGoroot(join(box.home, "opt/go"), "1.22.5") } };
    },
  },
  "docs/check.md": {
    releases: "tiny",
    async lay({ box }) {
      await git(box, "init", "-q");
      return {};
    },
  },
  "docs/ci.md": {
    releases: "real",
    async lay({ box }) {
      writeTree(box.project, {
        ".go-version": "1.26\n",
        "main.go": 'package main\n\nfunc main() { println("hello") }\n',
      });
      return { env: { GV: (await packGv(box)).archive } };
    },
  },
  "docs/docker.md": {
    releases: "tiny",
    lay({ box }) {
      box.write(".go-version", "1.27.1\n");
      return {};
    },
  },
  "docs/fleet.md": {
    releases: "tiny",
    async lay({ box }, test) {
      const folder = join(box.home, "srv");
      mkdirSync(folder);
      const { url } = await startNginx(test, join(box.home, "nginx"), `root ${folder};`);
      return {
        instead: { "/srv/go": folder, "https://go.example.com": url, "linux/amd64": hostName },
        env: { PATH: `${join(box.home, ".gv/bin")}:${realGo(box, test)}:${box.env["PATH"]}` },
      };
    },
  },
  "docs/import.md": {
    releases: "tiny",
    lay({ box }) {
      layGoroot(join(box.home, ".goenv/versions/1.22.5"), "1.22.5");
      box.write(join(box.home, ".goenv/version"), "1.22.5\n");
      return {};
    },
  },
  "docs/install-gv.md": { releases: "tiny", lay: () => ({}) },
  "docs/snapshot.md": {
    releases: "tiny",
    async lay({ gv }) {
      await gv("install", "-q", "1.22.5");
      for (const name of ["theirs.json", "baseline.json"]) await gv("snapshot", "--output", name);
      return {};
    },
  },
  "docs/tools.md": {
    releases: "real",
    async lay({ gv }) {
      await gv("install", "-q", "1.22.5", "1.26");
      await gv("local", "1.26");
      return {};
    },
  },
  "docs/verify.md": {
    releases: "tiny",
    async lay({ box, gv }) {
      await gv("install", "-q", "1.22.5");
      const folder = layGoroot(join(box.home, "usr/local/go"), "1.26.8");
      const path = [`${box.home}/.gv/shims`, `${box.home}/.gv/bin`, `${folder}/bin`, box.env["PATH"]].join(
        ":",
      );
      return { instead: { "/usr/local/go": folder }, env: { PATH: path } };
    },
  },
};

/** The folder of a real go command. */
function realGo(box: Sandbox, { skip }: TestContext): string {
  const go = onPath({ ...box.context(), env: process.env }, "go");
  if (go === undefined) {
    if (isRequired("network")) throw new Error("there is no go on PATH");
    return skip("there is no go on PATH");
  }
  return dirname(go);
}

async function git(box: Sandbox, ...words: string[]): Promise<void> {
  const ran = await box.run("git", words);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
}
