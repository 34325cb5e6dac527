/** Which version a project pins: whether its files agree, whether it is there, and whether it is still kept up. */
import { join } from "node:path";

import { configFlag } from "../config.ts";
import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { openAt } from "../doctor/open-at.ts";
import { upwards } from "../read.ts";
import { noVersion } from "../resolve.ts";
import { compareGoVersions } from "../select.ts";
import { quote } from "../shim-conf.ts";
import { explainSwitching, type Switching } from "../switching.ts";
import { goBinary } from "../toolchain.ts";
import { goVersionFile, toolVersionsFile } from "../version-files.ts";
import { compareVersions, formatVersion, newestMatching, releaseName, type Version } from "../version.ts";
import {
  envrcLines,
  type EnvrcLine,
  knownReleases,
  mayAgree,
  nearestPins,
  type Pin,
  pinnedHere,
  pinsIn,
} from "./projects/pins.ts";

const everybody = "everybody who works on the project, once the file is committed";

export const projects: readonly Check[] = [
  {
    id: "pin-not-installed",
    severity: "error",
    title: "the version that is asked for here is installed",
    why: "go ends with exit code 127 here, in a terminal, in scripts and in the editor",
    async find({ ctx, here: asked }) {
      const here = await asked;
      if (here.kind !== "missing") return [];
      const { message, hint = "" } = noVersion(here);
      const [by] = hint.split("\n");
      const isNamed = here.request.kind === "name" || here.request.kind === "tip";
      const fix = isNamed
        ? `gv link ${here.origin.kind === "none" ? "" : here.origin.text} FOLDER`
        : "gv install";
      return [{ fact: `${message}; ${by}`, fix, reach: `every program in ${ctx.cwd}, at once` }];
    },
  },
  {
    id: "pin-no-version",
    severity: "error",
    title: "what a version file says is a version",
    why: "go ends with exit code 127 here: gv takes no path or reference from a file, for strangers write it",
    async find({ here: asked }) {
      const here = await asked;
      if (here.kind !== "refused") return [];
      const { message, hint = "" } = noVersion(here);
      return [
        {
          fact: `${message}; ${hint.split("\n")[0]}`,
          fix: "gv use 1.22",
          help: "writes a version into the file",
          reach: everybody,
        },
      ];
    },
  },
  {
    id: "version-files-differ",
    severity: "warning",
    title: ".go-version and .tool-versions of a folder say the same",
    why: "gv and goenv read .go-version, asdf and mise .tool-versions: people build with different Gos",
    find: ({ ctx }) =>
      [...upwards(ctx.cwd)].flatMap((folder): Finding[] => {
        const [own] = pinsIn(folder, goVersionFile);
        const others = pinsIn(folder, toolVersionsFile);
        const [other] = others;
        if (!own || !other || others.some(({ spec }) => mayAgree(own.spec, spec))) return [];
        return [
          {
            fact: `${formatPin(own)}, and ${formatPin(other)}`,
            fix: `sed -i.bak 's/^\\(go[a-z]*\\)[[:space:]].*/\\1 ${own.spec}/' ${quote(other.file)}`,
            reach: everybody,
          },
        ];
      }),
  },
  {
    id: "pin-below-go-line",
    severity: "warning",
    title: "the pinned Go is as new as go.mod and go.work ask for",
    why: "the go command runs another Go than the pinned one, or refuses to build",
    find: async (machine) => {
      const found = await switchingOfPin(machine);
      const go = found?.switching.file?.lines.go;
      if (!found || !go || compareGoVersions(found.name, go.value) >= 0) return [];
      const { pin, switching } = found;
      const { selection, file } = switching;
      const outcome =
        selection?.kind === "runs" && !selection.isTooOld
          ? `${selection.toolchain} runs instead`
          : switching.off === "old"
            ? "a Go before 1.21 can't switch to another"
            : "it refuses to build";
      return [
        {
          fact: `${formatPin(pin)}, and ${file?.path}, line ${go.line} asks for ${go.value}: ${outcome}`,
          fix: "gv use go.mod",
          reach: everybody,
          ...(outcome.endsWith("instead") ? {} : { severity: "error" }),
        },
      ];
    },
  },
  {
    id: "pin-below-toolchain",
    severity: "warning",
    title: "the pinned Go is as new as the toolchain line",
    why: "the go command runs the toolchain line's Go, not the pinned one: the pin says nothing",
    find: async (machine) => {
      const found = await switchingOfPin(machine);
      const { selection, file } = found?.switching ?? {};
      const line = file?.lines.toolchain?.line;
      if (!found || selection?.kind !== "runs" || selection.by !== "toolchain") return [];
      const fact = `${formatPin(found.pin)}, and by ${file?.path}, line ${line}, ${selection.toolchain} runs instead`;
      return [{ fact, fix: "gv use go.mod", reach: everybody }];
    },
  },
  {
    id: "pin-past-support",
    severity: "warning",
    title: "the pinned Go is still kept up",
    why: "Go mends its two newest minors: faults of security in older ones stay (https://go.dev/doc/devel/release#policy)",
    find: async (machine) => {
      const pinned = await pinnedHere(machine);
      const newest = pinned && newestMatching(knownReleases(machine.ctx), { kind: "latest" });
      if (!newest) return [];
      const { major, minor } = pinned.version;
      if (major !== newest.major || minor >= newest.minor - 1) return [];
      const fact = `${formatPin(pinned.pin)}: Go ${major}.${minor} ended when ${major}.${minor + 2} came`;
      return [{ fact, fix: `gv use ${major}.${newest.minor - 1}`, reach: everybody }];
    },
  },
  {
    id: "pin-has-newer-patch",
    severity: "note",
    title: "the pinned Go is the newest patch of its minor",
    why: "patches mend faults, most often of security",
    find: async (machine) => {
      const pinned = await pinnedHere(machine);
      if (!pinned) return [];
      const { pin, version } = pinned;
      const newest = newestPatch(machine, version);
      if (!newest || compareVersions(newest, version) <= 0) return [];
      const [has, name] = [formatVersion(version), formatVersion(newest)];
      // Of a pin such as 1.22 the newest that is installed applies.
      return mayAgree(pin.spec, name)
        ? [
            {
              fact: `${formatPin(pin)}, ${has} is installed, and there is ${name}`,
              fix: `gv install ${name}`,
              reach: "this machine, at once",
            },
          ]
        : [{ fact: `${formatPin(pin)}, and there is ${name}`, fix: `gv use ${name}`, reach: everybody }];
    },
  },
  {
    id: "envrc-pin",
    severity: "warning",
    title: "direnv's .envrc pins no other version than the version file",
    why: "where direnv works another Go runs than in an editor or a script, which have the version file alone",
    find: ({ ctx }) => {
      const pins = nearestPins(ctx);
      const [pin] = pins;
      const variables = [
        "GV_VERSION",
        "GOENV_VERSION",
        "ASDF_GOLANG_VERSION",
        "MISE_GO_VERSION",
        "GOTOOLCHAIN",
        "use",
      ];
      return envrcLines(ctx).flatMap((one): Finding[] => {
        const { file, line, name, value } = one;
        const spec = value.replace(/\+(?:auto|path)$/, "");
        if (!pin || !variables.includes(name) || pins.some((other) => mayAgree(other.spec, spec))) return [];
        return [
          {
            fact: `${file}, line ${line} says ${name}${name === "use" ? " go " : "="}${value}, and ${formatPin(pin)}`,
            ...withoutLine(ctx, one),
            reach: everybody,
          },
        ];
      });
    },
  },
  {
    id: "envrc-goroot",
    severity: "error",
    title: "direnv's .envrc sets no GOROOT",
    why: "every go that runs there takes that tree's compiler: of another version it fails at each package",
    find: ({ ctx }) =>
      envrcLines(ctx)
        .filter(({ name, value }) => name === "GOROOT" && value !== "")
        .map((one) => ({
          fact: `${one.file}, line ${one.line} sets GOROOT=${one.value}`,
          ...withoutLine(ctx, one),
          reach: everybody,
        })),
  },
];

/** What takes it out of an .envrc; by hand where its line says other things, too. */
function withoutLine(ctx: Context, { file, line, name, isAlone }: EnvrcLine): Pick<Finding, "fix" | "help"> {
  const allow = `direnv allow ${quote(file)}`;
  return isAlone
    ? { fix: `sed -i.bak ${line}d ${quote(file)} && ${allow}`, help: `what it was is in ${file}.bak then` }
    : {
        fix: `${openAt(ctx, file, line)} && ${allow}`,
        help: `take ${name} out: the line says other things, too`,
      };
}

function formatPin({ file, line, spec }: Pin): string {
  return `${file}, line ${line} says ${spec}`;
}

/** The newest patch that gv knows of a version's minor. */
function newestPatch({ ctx }: Machine, { major, minor }: Version): Version | undefined {
  return newestMatching(
    knownReleases(ctx).filter((one) => one.major === major && one.minor === minor),
    { kind: "latest" },
  );
}

/** What the go command of the pinned version does by go.mod; undefined where none is pinned, or it isn't installed. */
async function switchingOfPin(
  machine: Machine,
): Promise<{ pin: Pin; name: string; switching: Switching } | undefined> {
  const { ctx } = machine;
  const [here, pinned] = [await machine.here, await pinnedHere(machine)];
  if (!pinned || here.kind !== "version") return undefined;
  const forced = configFlag(ctx, "strict-pin") ? { value: "local", origin: "strict-pin" } : undefined;
  const switching = explainSwitching(ctx, join(here.dir, "bin", goBinary(ctx.platform)), forced);
  return { pin: pinned.pin, name: releaseName(pinned.version).slice(2), switching };
}
