/** Programs with Go's build information: blobs made by hand, and real ones where the machine has a go. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import type { Sandbox } from "./sandbox.ts";

/** The program that PATH names, with its version (`go1.22.5`); undefined where there is none. */
export const realGo: string | undefined = findGo();

function findGo(): string | undefined {
  try {
    return execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8", env: offline() }).trim();
  } catch {
    return undefined;
  }
}

function offline(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GOTOOLCHAIN: "local",
    GOPROXY: "off",
    GOFLAGS: "",
    GO111MODULE: "on",
    GOENV: "off",
  };
}

/** Builds a program of no imports by the real go; gives its path. */
export function goBuild(box: Sandbox, env: Readonly<Record<string, string>> = {}): string {
  box.write("src/go.mod", "module example.com/tiny\n\ngo 1.18\n");
  box.write("src/main.go", "package main\n\nfunc main() {}\n");
  const program = join(box.project, "tiny");
  execFileSync("go", ["build", "-o", program, "."], {
    cwd: join(box.project, "src"),
    env: { ...offline(), ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return program;
}

export interface BlobOptions {
  /** Where the header begins. */
  readonly at?: number;
  readonly modules?: string;
  /** Flags of the header: 2 where the strings follow it. */
  readonly flags?: number;
}

/** A file with a header of build information, as cmd/link writes it since Go 1.18. */
export function buildInfoBlob(
  version: string,
  { at = 0, modules = "", flags = 2 }: BlobOptions = {},
): Buffer {
  const header = Buffer.alloc(32);
  header.write("\xff Go buildinf:", "latin1");
  header.writeUInt8(8, 14);
  header.writeUInt8(flags, 15);
  // The module information stands between two marks of 16 bytes.
  const start = Buffer.from("3077af0c9274080241e1c107e6d618e6", "hex");
  const end = Buffer.from("f932433186182072008242104116d8f2", "hex");
  const marked = modules === "" ? Buffer.alloc(0) : Buffer.concat([start, Buffer.from(modules), end]);
  const strings = [Buffer.from(version), marked].flatMap((text) => [varint(text.length), text]);
  return Buffer.concat([Buffer.alloc(at), header, ...strings, Buffer.alloc(64)]);
}

/** What cmd/link writes of a program's modules. */
export function moduleInfo(platform: string, path = "example.com/cmd/tiny"): string {
  const [os, arch] = platform.split("/");
  return `path\t${path}\nmod\texample.com\t(devel)\t\nbuild\t-compiler=gc\nbuild\tGOARCH=${arch}\nbuild\tGOOS=${os}\n`;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 128; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}
