/** macOS: signatures of Go and its tools: what Gatekeeper, the kernel and the debugger ask of them. */
import { basename } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import { debuggerEntitlement, entitlementsOf } from "../doctor/dlv-sign.ts";
import type { Machine } from "../doctor/machine.ts";
import { gosInForce, type Program, toolsHere } from "../doctor/programs.ts";
import { readBuildInfo } from "../program/buildinfo.ts";
import { quote } from "../shim-conf.ts";

const only = ["darwin"];

export const macSigning: readonly Check[] = [
  {
    id: "mac-quarantine",
    severity: "warning",
    title: "no program has the quarantine of a download",
    why: "macOS asks before its first start, or says that it is damaged; started by an editor it just doesn't come up",
    only,
    find: (machine) =>
      each(machine, async ({ path }) =>
        (await quarantineOf(machine, path)).map((mark) => ({
          fact: `${path} has com.apple.quarantine (${mark})`,
          fix: unquarantine(path),
          reach: "every program that starts it; for good",
        })),
      ),
  },
  {
    id: "mac-gatekeeper",
    severity: "error",
    title: "Gatekeeper lets what was downloaded start",
    why: "what isn't notarized and has the quarantine is refused: 'is damaged and can't be opened', or killed",
    only,
    find: (machine) =>
      each(machine, async ({ path }) => {
        const [mark] = await quarantineOf(machine, path);
        if (mark === undefined) return [];
        const { code, stdout, stderr } = await machine.run("spctl", [
          "--assess",
          "--type",
          "execute",
          "-v",
          path,
        ]);
        if (code === 0 || !/rejected/.test(stdout + stderr)) return [];
        const source = /source=(.*)/.exec(stdout + stderr)?.[1] ?? "no usable signature";
        return [
          {
            fact: `spctl rejects ${path} (${source}), and it has the quarantine`,
            fix: unquarantine(path),
            help: `if you know where it is from; else gv install, or gv tools install ${basename(path)}`,
            reach: "every program that starts it; for good",
          },
        ];
      }),
  },
  {
    id: "mac-signature",
    severity: "error",
    title: "the signatures of Go and its tools hold",
    why: "Apple silicon kills a program whose signature is missing or broken: 'killed: 9', with no other word",
    only,
    find: (machine) =>
      each(machine, async ({ name, path, executable }) => {
        const { code, stderr } = await machine.run("codesign", ["--verify", "--strict", path]);
        if (code === 0 || code === undefined) return [];
        // Programs for Intel processors need no signature.
        const isAsked = executable.images.some(({ arch }) => arch === "arm64");
        if (!isAsked && /not signed at all/.test(stderr)) return [];
        const [said = ""] = stderr
          .replaceAll(`${path}: `, "")
          .split("\n")
          .filter((line) => line !== "");
        const again = name === "go" ? "gv verify" : `gv tools install ${name}`;
        return [
          {
            fact: `codesign refuses ${path}: ${said || `exit code ${code}`}`,
            fix: `codesign --force --sign - ${quote(path)}`,
            help: `or from its source: ${again}`,
            reach: "every program that starts it; until it is written again",
          },
        ];
      }),
  },
  {
    id: "dlv-entitlements",
    severity: "warning",
    title: "dlv may debug where its signature decides",
    why: "by its own backend, or hardened, dlv gets no task port without com.apple.security.cs.debugger: could not launch process, operation not permitted",
    only,
    find: (machine) =>
      each(machine, async ({ name, path }) => {
        if (name !== "dlv") return [];
        const reason = await needsEntitlement(machine, path);
        if (reason === undefined) return [];
        const entitlements = await entitlementsOf(machine, path);
        if (entitlements === undefined || entitlements.includes(debuggerEntitlement)) return [];
        return [
          {
            fact: `${path} ${reason}, and hasn't the entitlement ${debuggerEntitlement}`,
            fix: `gv doctor dlv-sign ${quote(path)} --fix`,
            reach: "the debugger, in terminals and editors; until dlv is built again",
          },
        ];
      }),
  },
];

/** What is found of each Mach-O program that the work is done with. */
async function each(
  machine: Machine,
  find: (program: Program) => Promise<readonly Finding[]>,
): Promise<Finding[]> {
  const programs = [...(await gosInForce(machine)), ...toolsHere(machine)];
  const signed = programs.filter(({ executable }) => executable.format === "mach-o");
  return (await Promise.all(signed.map(find))).flat();
}

/** The quarantine's own text; none where there is none. */
function quarantineOf(machine: Machine, path: string): Promise<readonly string[]> {
  return machine.once(`quarantine: ${path}`, async () => {
    const { code, stdout } = await machine.run("xattr", ["-p", "com.apple.quarantine", path]);
    return code === 0 && stdout.trim() !== "" ? [stdout.trim()] : [];
  });
}

/** Of a go command the whole tree came with it. */
function unquarantine(path: string): string {
  const tree = path.endsWith("/bin/go") ? path.slice(0, -"/bin/go".length) : path;
  return `xattr -dr com.apple.quarantine ${quote(tree)}`;
}

/** Why the signature decides; dlv as it usually is works through Apple's debugserver, which has the entitlement. */
async function needsEntitlement(machine: Machine, path: string): Promise<string | undefined> {
  const tags = readBuildInfo(path, machine.ctx.platform)?.settings["-tags"] ?? "";
  if (tags.split(",").includes("macnative")) return "was built with its own backend (-tags macnative)";
  const { stdout, stderr } = await machine.run("codesign", ["-d", "-v", path]);
  return /flags=\S*\bruntime\b/.test(stdout + stderr) ? "has the hardened runtime" : undefined;
}
