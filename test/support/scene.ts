/** What a test of the built program starts from: a sandbox, and a local GOPROXY with tiny toolchains. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import process from "node:process";

import { expect, onTestFinished } from "vitest";

import type { Environment } from "../../src/context.ts";
import { formatPlatform, platformFolder, platformOfNode } from "../../src/platform.ts";
import { type Goproxy, type GoproxyOptions, startGoproxy, tinyToolchain, type Toolchain } from "./goproxy.ts";
import { distFolder, type Ran, type RunOptions, type Sandbox, sandbox } from "./sandbox.ts";

/** The platform that the tests run on, as `linux/amd64` and as `linux-amd64`. */
export const host = platformOfNode(process.platform, process.arch);
export const hostName = formatPlatform(host);
export const hostFolder = platformFolder(host);

/** The folder of this Node: for scripts that start `node`. */
export const nodeFolder = join(process.execPath, "..");

/** The program that is built, for `node`. */
export const entry = join(distFolder, "gv.cjs");

export interface Scene {
  readonly proxy: Goproxy;
  readonly box: Sandbox;
  /** The built program, by this Node. */
  readonly gv: (...words: string[]) => Promise<Ran>;
  /** `$GV_ROOT/bin/gv`, or a shim: `shims/go`. */
  readonly inRoot: (program: string, words: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** Installs these versions and nothing but succeeds. */
  readonly install: (...versions: string[]) => Promise<void>;
  /** The GOROOT of an installed version of the host's platform. */
  readonly goroot: (version: string) => string;
}

/** A proxy on loopback for as long as the test runs. */
export async function localProxy(options: GoproxyOptions = {}): Promise<Goproxy> {
  const proxy = await startGoproxy(options);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** What makes gv ask this proxy and trust its checksum database. */
export function settingsFor({ url, database }: Goproxy): Environment {
  return { GOPROXY: url, GOSUMDB: database.verifierKey };
}

export async function scene(
  versions: readonly string[] = ["1.22.5"],
  options: GoproxyOptions = {},
): Promise<Scene> {
  const proxy = await localProxy({
    toolchains: versions.map((version) => tinyToolchain(version, host)),
    ...options,
  });
  const box = sandbox(settingsFor(proxy));
  return {
    proxy,
    box,
    gv: (...words) => box.gv(words),
    inRoot: (program, words, more) => box.run(join(box.root, program), words, more),
    goroot: (version) => join(box.root, "versions", hostFolder, version),
    install: async (...names) => {
      expect(await box.gv(["install", "-q", ...names])).toEqual(succeeded(""));
    },
  };
}

/** A PATH with sh and nothing else: no Node above all. */
export function barePath({ home }: Sandbox): string {
  const folder = join(home, "bare");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, "sh"))) symlinkSync("/bin/sh", join(folder, "sh"));
  return folder;
}

/** A run that printed this, nothing to stderr, and ended well. */
export function succeeded(stdout: string): Ran {
  return { code: 0, signal: null, stdout, stderr: "" };
}

/**
 * Holds a failed run to the rules: the fact and a hint to stderr, nothing to stdout, no stack. Gives the fact
 * and the hint's lines.
 */
export function failedWith(exitCode: number, ran: Ran): { fact: string; hint: string } {
  expect(ran).toMatchObject({ code: exitCode, signal: null, stdout: "" });
  const match = /^gv: (.+)\n((?: {4}.+\n)+)$/.exec(ran.stderr);
  expect(match, ran.stderr).not.toBeNull();
  expect(ran.stderr).not.toMatch(/^\s+at .*:\d+|node:internal|this is a bug/m);
  return { fact: match?.[1] ?? "", hint: (match?.[2] ?? "").replaceAll(/^ {4}/gm, "").trimEnd() };
}

/** The error that a failed run with --json printed to stdout; nothing is on stderr. */
export function jsonError(exitCode: number, ran: Ran): { code: string; message: string; hint: string } {
  expect(ran).toMatchObject({ code: exitCode, signal: null, stderr: "" });
  const parsed = JSON.parse(ran.stdout);
  expect(parsed).toEqual({
    error: { code: expect.any(String), message: expect.any(String), hint: expect.any(String) },
  });
  return parsed.error;
}

/** A program that runs: what it says can be waited for, and signals sent. */
export interface Running {
  readonly pid: number | undefined;
  readonly ended: Promise<Ran>;
  /** Resolves when this text has been printed to stdout; rejects when the program ends without it. */
  said(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** A line of input. */
  type(line: string): void;
}

/** Starts the built gv, or another program of the sandbox. */
export function start(
  { box }: Pick<Scene, "box">,
  words: readonly string[],
  program?: string,
  env: Environment = {},
): Running {
  const [file, args] = program === undefined ? [process.execPath, [entry, ...words]] : [program, words];
  const child = spawn(file, args, { cwd: box.project, env: { ...box.env, ...env }, stdio: "pipe" });
  let [stdout, stderr] = ["", ""];
  const waiting = new Set<() => void>();
  child.stdin.on("error", () => undefined);
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    pid: child.pid,
    ended,
    kill: (signal) => void child.kill(signal),
    type: (line) => void child.stdin.write(`${line}\n`),
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => stdout.includes(text) && resolve();
        waiting.add(look);
        look();
        void ended.then((ran) => reject(new Error(`it never said "${text}": ${JSON.stringify(ran)}`)));
      }),
  };
}

/** An answer that a proxy begins and doesn't end: `begun` once it is asked for, `cut` ends the connection. */
export interface HeldAnswer {
  readonly begun: Promise<void>;
  cut(): void;
  /** Lets the proxy answer from now on. */
  release(): void;
}

/**
 * From now on the zip of this version is answered as far as the directory at its end and half of the rest, which
 * is where it stops; without ranges, as far as half of it.
 */
export function holdZip(proxy: Goproxy, { version, zip }: Toolchain, ranges = true): HeldAnswer {
  const held: ServerResponse[] = [];
  let asked: (() => void) | undefined;
  const begun = new Promise<void>((resolve) => (asked = resolve));
  proxy.intercept = ({ url, headers }, response) => {
    if (!url?.endsWith(`/${version}.zip`)) return false;
    const [, last] = /^bytes=-(\d+)$/.exec(headers.range ?? "") ?? [];
    const from = !ranges || last === undefined ? 0 : Math.max(0, zip.length - Number(last));
    const [, to = zip.length - 1] = /^bytes=0-(\d+)$/.exec(headers.range ?? "") ?? [];
    const end = Number(to) + 1;
    const range = { "content-range": `bytes ${from}-${end - 1}/${zip.length}` };
    response.writeHead(ranges ? 206 : 200, {
      ...(ranges ? range : {}),
      "content-length": end - from,
      etag: `"${version}"`,
    });
    if (ranges && from > 0) {
      response.end(zip.subarray(from, end));
      return true;
    }
    response.write(zip.subarray(0, Math.floor(end / 2)), () => asked?.());
    held.push(response);
    return true;
  };
  return {
    begun,
    cut: () => held.forEach((response) => response.destroy()),
    release: () => (proxy.intercept = undefined),
  };
}

/** A toolchain whose zip is too long to be read by one range: 7 MB that don't compress. */
export function largeToolchain(version: string): Toolchain {
  const noise = Array.from({ length: 8 }, () => randomBytes(750_000).toString("latin1"));
  const files = Object.fromEntries(noise.map((text, i) => [`pkg/noise${i}`, text]));
  return tinyToolchain(version, host, { files });
}
