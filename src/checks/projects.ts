/** Which version a project pins: whether its files agree, whether it is there, and whether it is still kept up. */
import { join } from "node:path";

import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { moduleFileHere, projectFolders } from "../doctor/project.ts";
import { upwards } from "../read.ts";
import { noVersion } from "../resolve.ts";
import { compareGoVersions } from "../select.ts";
import { quote } from "../shim-conf.ts";
import { explainSwitching, strictPin, type Switching } from "../switching.ts";
import { goBinary } from "../toolchain.ts";
import { goVersionFile, toolVersionsFile } from "../version-files.ts";
import { compareVersions, formatVersion, newestMatching, releaseName, type Version } from "../version.ts";
import {
  knownReleases,
  mayAgree,
  nearestOfEach,
  formatPin,
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
          fix: "gv use latest",
          help: "or another version: it writes it into the file",
          reach: everybody,
        },
      ];
    },
  },
  {
    id: "version-files-differ",
    severity: "warning",
    title: ".go-version and .tool-versions that apply here say the same",
    why: "goenv 2 and setup-go read .go-version, asdf and mise .tool-versions: people build with different Gos",
    find: ({ ctx }) => [
      ...[...upwards(ctx.cwd)].flatMap((folder): Finding[] => {
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
      ...apart(ctx),
    ],
  },
  {
    id: "pin-below-go-line",
    severity: "warning",
    title: "the pinned Go is as new as go.mod and go.work ask for",
    why: "the go command runs another Go than the pinned one, or refuses to build",
    find: async (machine) => {
      const found = await switchingOfPin(machine);
      if (!found) return belowUnseen(machine);
      const go = found.switching.file?.lines.go;
      if (!go || compareGoVersions(found.name, go.value) >= 0) return [];
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
];

/**
 * One kind of file nearer than the other, in the project: who reads both takes the nearer one (gv, goenv 3; mise and asdf
 * where they are told to), who reads one kind alone that one (docs/version-files.md). Two of a kind are ordinary.
 */
function apart(ctx: Context): Finding[] {
  const folders = projectFolders(ctx);
  const [one, other] = nearestOfEach(folders);
  if (!one || !other || one.folder === other.folder) return [];
  const [near, far] =
    folders.indexOf(one.folder) < folders.indexOf(other.folder) ? [one, other] : [other, one];
  const [own] = near.pins;
  const [above] = far.pins;
  if (!own || !above || near.pins.some(({ spec }) => far.pins.some((pin) => mayAgree(spec, pin.spec))))
    return [];
  const isTools = own.file.endsWith(toolVersionsFile.name);
  const missing = join(near.folder, (isTools ? goVersionFile : toolVersionsFile).name);
  const line = isTools ? own.spec : `golang ${own.spec}`;
  return [
    {
      fact: `${formatPin(own)}, and above it ${formatPin(above)}`,
      fix: `echo ${quote(line)} >> ${quote(missing)}`,
      reach: everybody,
      severity: "note",
    },
  ];
}

/** The newest patch that gv knows of a version's minor. */
function newestPatch({ ctx }: Machine, { major, minor }: Version): Version | undefined {
  return newestMatching(
    knownReleases(ctx).filter((one) => one.major === major && one.minor === minor),
    { kind: "latest" },
  );
}

/** The same of a pin that isn't installed, so that its go can't be asked: by the newest release that it may mean. */
async function belowUnseen({ ctx, here: asked }: Machine): Promise<readonly Finding[]> {
  const here = await asked;
  if (here.kind !== "missing" || here.origin.kind !== "file") return [];
  const { request, origin } = here;
  const newest =
    request.kind === "exact"
      ? releaseName(request.version).slice(2)
      : request.kind === "partial" && request.minor !== undefined
        ? `${request.major}.${request.minor}.999`
        : undefined;
  const file = moduleFileHere(ctx);
  const go = file?.lines.go;
  if (newest === undefined || !go || compareGoVersions(newest, go.value) >= 0) return [];
  const pin = { file: origin.file, line: origin.line, spec: origin.text };
  return [
    {
      fact: `${formatPin(pin)}, which isn't installed, and ${file.path}, line ${go.line} asks for ${go.value}`,
      fix: "gv use go.mod",
      reach: everybody,
      ...(compareGoVersions(newest, "1.21") < 0 ? { severity: "error" as const } : {}),
    },
  ];
}

/** What the go command of the pinned version does by go.mod; undefined where none is pinned, or it isn't installed. */
async function switchingOfPin(
  machine: Machine,
): Promise<{ pin: Pin; name: string; switching: Switching } | undefined> {
  const { ctx } = machine;
  const [here, pinned] = [await machine.here, await pinnedHere(machine)];
  if (!pinned || here.kind !== "version") return undefined;
  const switching = explainSwitching(ctx, join(here.dir, "bin", goBinary(ctx.platform)), strictPin(ctx));
  return { pin: pinned.pin, name: releaseName(pinned.version).slice(2), switching };
}
