/**
 * Signing dlv so that macOS lets it debug: the entitlements are written, codesign signs with them, and what it wrote is
 * read back. Of use to a dlv with its own backend, or one that was signed with the hardened runtime.
 *
 * The entitlement is Apple's "Debugging Tool Entitlement" (developer.apple.com/documentation/bundleresources).
 */
import { join } from "node:path";

import { type Context, pathFrom } from "../context.ts";
import { GvError } from "../errors.ts";
import { makeFolder, writeAtomically } from "../files.ts";
import { isShim, onPath } from "../on-path.ts";
import { readExecutable } from "../program/executable.ts";
import { quote } from "../shim-conf.ts";
import { Machine } from "./machine.ts";

export const debuggerEntitlement = "com.apple.security.cs.debugger";

const entitlements = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>${debuggerEntitlement}</key>
  <true/>
</dict>
</plist>
`;

const limit = 30_000; // ms: codesign may ask for the keychain

/** What codesign says of a program's entitlements, as text; undefined where it can't be asked. */
export async function entitlementsOf(machine: Machine, path: string): Promise<string | undefined> {
  const { code, stdout } = await machine.run("codesign", ["-d", "--entitlements", "-", path]);
  return code === undefined ? undefined : stdout;
}

/**
 * Signs a dlv, and proves that its signature has the entitlement; without `fix` it prints what it would do. `word` is a
 * path, or a name on PATH. Throws BAD_ARGUMENT for what is no Mach-O program, and elsewhere than on macOS; UNHEALTHY
 * where codesign fails or what was read back hasn't the entitlement.
 */
export async function signDlv(ctx: Context, word: string | undefined, fix: boolean): Promise<void> {
  const binary = programNamed(ctx, word);
  const plist = join(ctx.root.lib, "dlv.entitlements");
  const line = `codesign --force --sign - --entitlements ${quote(plist)} ${quote(binary)}`;
  if (!fix) {
    ctx.stdout.write(
      `${entitlements}\nwould be written to ${plist}, then:\n  ${line}\ngv doctor dlv-sign ${quote(binary)} --fix   does it\n`,
    );
    return;
  }
  const machine = new Machine(ctx);
  makeFolder(ctx.root.lib);
  writeAtomically(plist, entitlements);
  ctx.stdout.write(`wrote ${plist}\n${line}\n`);
  const words = ["--force", "--sign", "-", "--entitlements", plist, binary];
  const { code, stderr } = await machine.run("codesign", words, { limit });
  if (code === undefined)
    throw new GvError("UNHEALTHY", "codesign can't be started, or took too long: it signed nothing", {
      hint: "it comes with Apple's command line tools: xcode-select --install",
    });
  if (code !== 0)
    throw new GvError("UNHEALTHY", `codesign ended with ${code}: ${stderr.trim()}`, {
      hint: `${binary} may belong to another user: build your own:  gv tools install dlv`,
    });
  const read = await entitlementsOf(machine, binary);
  if (read?.includes(debuggerEntitlement) !== true)
    throw new GvError("UNHEALTHY", `${binary} was signed, and its signature has no ${debuggerEntitlement}`, {
      hint: `codesign -d --entitlements - ${quote(binary)}   prints what it has`,
    });
  ctx.stdout.write(
    `read back: ${binary} has ${debuggerEntitlement}\nreaches: the debugger, in terminals and editors; until dlv is built again\n`,
  );
}

function programNamed(ctx: Context, word: string | undefined): string {
  const usage = { hint: "gv doctor dlv-sign ~/go/bin/dlv --fix" };
  if (ctx.platform.os !== "darwin")
    throw new GvError("BAD_ARGUMENT", `only macOS asks for dlv's signature, and this is ${ctx.platform.os}`, {
      hint: "elsewhere: gv doctor ptrace-scope",
    });
  if (word === undefined) throw new GvError("BAD_ARGUMENT", "dlv-sign needs the program to sign", usage);
  const path = word.includes("/") ? pathFrom(ctx.cwd, word) : (onPath(ctx, word) ?? word);
  if (isShim(ctx, path))
    throw new GvError("BAD_ARGUMENT", `${path} is gv's shim, no program of its own`, {
      hint: `gv doctor dlv-sign "$(gv which dlv)" --fix`,
    });
  if (readExecutable(path)?.format !== "mach-o")
    throw new GvError("BAD_ARGUMENT", `${path} is no program of macOS`, usage);
  return path;
}
