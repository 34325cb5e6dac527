/**
 * Releases of Go itself in the matrix, from the machine's own GOPROXY: those of this platform run in a login of each
 * shell and build a tool; other platforms' are proven, and their go is told by its header, or run by an emulator.
 */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { readExecutable } from "../../src/program/executable.ts";
import { entry, hostFolder, hostName } from "../support/scene.ts";
import { setupShells } from "../support/launch.ts";
import { findProgram, removeTree, temporaryFolder, writeTree } from "../support/shell.ts";

/** One row: what was done, and why it doesn't hold; undefined where it does. */
export interface RealRow {
  readonly platform: string;
  readonly release: string;
  readonly done: string;
  readonly failure: string | undefined;
}

const [older, newest] = ["1.26.8", "1.27.1"] as const;
const foreign = [
  ["linux/arm64", newest],
  ["darwin/arm64", older],
  ["darwin/amd64", older],
] as const;

const hello = `package main

import (
	"os"
	"runtime"
)

func main() { os.Stdout.WriteString("hello by " + runtime.Version() + "\\n") }
`;

/** How this machine reaches the network. */
const wayOut =
  /^(?:GOPROXY|GOSUMDB|(?:HTTPS?|NO|ALL)_PROXY|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|SSL_CERT_(?:FILE|DIR))$/i;

interface Answer {
  readonly stdout: string;
  readonly failure: string | undefined;
}

/** Installs and starts all of them; `emulator` is what stands before a command that may be arm64's. */
export async function runReal(emulator: readonly string[]): Promise<RealRow[]> {
  const top = temporaryFolder();
  const root = join(top, "root");
  const settings = Object.entries(process.env).filter(([name]) => wayOut.test(name));
  const env = {
    ...Object.fromEntries(settings),
    HOME: join(top, "home"),
    GV_ROOT: root,
    GOCACHE: join(top, "cache"),
    PATH: process.env["PATH"],
    LC_ALL: "C.UTF-8",
  };
  const run = (words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    const [program = "", ...rest] = words;
    const options = { cwd: join(top, "here"), env: { ...env, ...more } };
    return new Promise((resolve) => {
      execFile(program, rest, options, (error, stdout, stderr) =>
        resolve({ stdout, failure: error ? `${error.code}: ${stderr}`.trim().slice(0, 300) : undefined }),
      ).stdin?.end();
    });
  };
  const gv = (...words: string[]) => run([process.execPath, entry, ...words]);
  try {
    for (const folder of ["home", "elsewhere"]) mkdirSync(join(top, folder));
    writeTree(top, {
      "here/go.mod": "module example.com/hello\n\ngo 1.21\n",
      "here/main.go": hello,
      "here/.go-version": `${newest}\n`,
    });
    const installed = (await gv("install", "-q", older, newest)).failure;
    // So that the first shell's build is as short as the others'.
    await run([join(root, "shims/go"), "build", "-o", join(top, "warm"), "."]);
    const rows: RealRow[] = [];
    for (const shell of setupShells) {
      const home = join(top, shell);
      writeTree(home, { ".local/share/fish/generated_completions/.keep": "" });
      const at = { HOME: home, SHELL: findProgram(shell) ?? "", PATH: "/usr/bin:/bin" };
      const setup = (await run([process.execPath, entry, "setup", "-q"], at)).failure;
      const ask = ["go version", "go env GOROOT"];
      const line = [
        `cd ${top}/here`,
        ...ask,
        "go install .",
        "hello",
        `cd ${top}/elsewhere`,
        ...ask,
        "hello",
      ];
      const { stdout } = await run([at.SHELL, "-l", "-i", "-c", line.join("; ")], at);
      const seen = stdout.split("\n").filter((text) => /^(?:go version|\/.*\/versions\/|hello)/.test(text));
      const answers = (version: string): string[] => [
        `go version go${version} ${hostName}`,
        join(root, "versions", hostFolder, version),
        `hello by go${newest}`,
      ];
      const isRight = JSON.stringify(seen) === JSON.stringify([...answers(newest), ...answers(older)]);
      rows.push({
        platform: hostName,
        release: `${older}, ${newest}`,
        done: `all four steps in a login of ${shell}`,
        failure: installed ?? setup ?? (isRight ? undefined : stdout.slice(0, 300)),
      });
    }
    for (const [platform, release] of foreign) rows.push(await foreignRow(platform, release));
    return rows;
  } finally {
    removeTree(top);
  }

  async function foreignRow(platform: string, release: string): Promise<RealRow> {
    const failed = (await gv("install", "-q", "--platform", platform, release)).failure;
    const [os, arch] = platform.split("/");
    if (os === "linux") {
      const words = [process.execPath, entry, "exec", "--platform", platform, release, "--", "go", "version"];
      const { stdout } = await run([...emulator, ...words]);
      const isRight = stdout === `go version go${release} ${platform}\n`;
      const done = "installed, proven, its go run by qemu-user";
      return { platform, release, done, failure: failed ?? (isRight ? undefined : stdout) };
    }
    const go = join(root, "versions", platform.replace("/", "-"), release, "bin/go");
    const images = readExecutable(go)?.images ?? [];
    const isRight = images.length === 1 && images[0]?.os === os && images[0]?.arch === arch;
    const done =
      "installed and proven; its go is a Mach-O program for that processor by its header, and was not run";
    return { platform, release, done, failure: failed ?? (isRight ? undefined : "another header") };
  }
}
