/** GOROOT: no Go since 1.9 needs it; a wrong one makes a go command use the files of another Go, or of none. */
import { join } from "node:path";

import { bytesAt, type Change } from "../changes.ts";
import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { change, goHere, settingsOf, told } from "../doctor/settings.ts";
import { releaseOf } from "../goroot.ts";
import { charactersOf, fileOf } from "../latin1.ts";
import { formatPlatform, samePlatform } from "../platform.ts";
import { statOf } from "../read.ts";
import { quote } from "../shim-conf.ts";
import { releaseName } from "../version.ts";

/** What a GOROOT is, seen from here. */
type Kind = "gone" | "platform" | "version" | "same";

const asked = (kind: Kind): Check["find"] => {
  return async (machine) => {
    const found = (await settingsOf(machine, "GOROOT")).map(async (setting): Promise<readonly Finding[]> => {
      if (setting.origin !== "environment") return []; // goroot-frozen tells it.
      const seen = await look(machine, setting.value);
      if (seen.kind !== kind) return [];
      return [
        { fact: `${told(machine, "GOROOT", setting)}: ${seen.what}`, ...change(machine, "GOROOT", setting) },
      ];
    });
    return (await Promise.all(found)).flat();
  };
};

export const goroot: readonly Check[] = [
  {
    id: "goroot-gone",
    severity: "error",
    title: "a GOROOT that is set is a Go",
    why: "the shims unset it, but editors, gopls, linters and every other go look there and stop; containers and remote shells inherit it from another machine",
    find: asked("gone"),
  },
  {
    id: "goroot-platform",
    severity: "error",
    title: "a GOROOT that is set is a Go for this system",
    why: "its compiler can't be run here (exec format error): editors, linters and every go but the shim's believe it",
    find: asked("platform"),
  },
  {
    id: "goroot-version",
    severity: "warning",
    title: "a GOROOT that is set is the Go that applies here",
    why: "the shims unset it, but a go that is started otherwise compiles with the other one's files: does not match go tool version",
    find: asked("version"),
  },
  {
    id: "goroot-set",
    severity: "note",
    title: "GOROOT is not set",
    why: "each go finds its own; this one is wrong as soon as another version applies",
    find: asked("same"),
  },
  {
    id: "goroot-frozen",
    severity: "error",
    title: "Go's env file sets no GOROOT",
    why: "every go command of every version believes it, shims or not; where it is gone each one stops, even go env -u",
    async find(machine) {
      const last = machine.envLines.findLast(({ name }) => name === "GOROOT");
      if (!last || last.value === "") return [];
      const { file, line, value } = last;
      const seen = await look(machine, value);
      const finding: Finding = {
        fact: `${file}, line ${line}: GOROOT=${value}: ${seen.what}`,
        fix: `sed -i.bak '/^GOROOT=/d' ${quote(file)}`,
        reach: "every go command, whoever starts it, at once",
        changes: [withoutGoroot(file)],
      };
      return [
        seen.kind === "same" || seen.kind === "version" ? { ...finding, severity: "warning" } : finding,
      ];
    },
  },
];

/** What lies at a GOROOT, in a word and in words. */
async function look(machine: Machine, path: string): Promise<{ kind: Kind; what: string }> {
  const { ctx } = machine;
  if (!["go", "go.exe"].some((name) => statOf(join(path, "bin", name))?.isFile()))
    return { kind: "gone", what: statOf(path) ? "there is no Go in it" : "there is no such folder" };
  const release = releaseOf(path);
  if (typeof release !== "string" && !samePlatform(release.platform, ctx.platform))
    return {
      kind: "platform",
      what: `it is a Go for ${formatPlatform(release.platform)}, and this is ${formatPlatform(ctx.platform)}`,
    };
  const go = await goHere(machine);
  const here = go && releaseOf(go.goroot);
  if (typeof release === "string" || !here || typeof here === "string")
    return { kind: "same", what: "no go needs it" };
  const [itsName, hereName] = [releaseName(release.version), releaseName(here.version)];
  return itsName === hereName
    ? { kind: "same", what: `it is ${itsName}, which finds itself` }
    : { kind: "version", what: `it is ${itsName}, and ${hereName} applies here` };
}

function withoutGoroot(path: string): Change {
  const before = bytesAt(path);
  const lines = before === undefined ? [] : charactersOf(before).split("\n");
  const after = fileOf(lines.filter((line) => !line.startsWith("GOROOT=")).join("\n"));
  return { path, before, after };
}
