/** Go's other settings: what is frozen by `go env -w`, GOFLAGS, GODEBUG, GOTOOLCHAIN, GOSUMDB, GOPROXY. */
import { dirname, join } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import { moduleFileHere } from "../doctor/project.ts";
import type { Machine } from "../doctor/machine.ts";
import {
  change,
  goHere,
  type SettingHere,
  settingsOf,
  shown,
  told,
  unfreeze,
  wordsIn,
} from "../doctor/settings.ts";
import { settingWithin, userEnvFile } from "../goenv.ts";
import { problemOfList, withoutCredentials } from "../proxy-list.ts";
import { statOf } from "../read.ts";
import { explainSwitching, type Switching } from "../switching.ts";
import { type DebugKey, debugKeys } from "./goenv/godebug.ts";

/** Asks something of one setting, wherever it is set. */
const of =
  (name: string, find: (setting: SettingHere, machine: Machine) => readonly Finding[]) =>
  async (machine: Machine): Promise<readonly Finding[]> =>
    (await settingsOf(machine, name)).flatMap((setting) => find(setting, machine));

const ofKey =
  (isAsked: (key: DebugKey) => boolean) =>
  async (machine: Machine): Promise<readonly Finding[]> =>
    (await debugKeys(machine)).filter(isAsked).map(({ key, value, where, fix, help, reach }) => ({
      fact: `GODEBUG has ${key}=${value}, in ${where}`,
      fix,
      help,
      reach,
    }));

const withoutProxy = "where no proxy is meant, the word is direct; off forbids every download";

export const goenv: readonly Check[] = [
  {
    id: "goenv-frozen",
    severity: "note",
    title: "go env -w has set nothing",
    why: "it holds for every Go, shell, editor and project of this user, is seen in no profile, and outlives what it was for",
    find: ({ envLines }) =>
      envLines
        .filter(({ name, value }) => value !== "" && name !== "GOROOT")
        .map(({ file, line, name, value }) => ({
          fact: `${file}, line ${line}: ${name}=${shown(name, value)}`,
          fix: unfreeze(name, value, file),
          help: "if it isn't meant for all of them",
          reach: "every go command, whoever starts it, at once",
        })),
  },
  {
    id: "goflags-words",
    severity: "error",
    title: "GOFLAGS is made of flags",
    why: "every go command stops at a word that is none: parsing $GOFLAGS: non-flag, or unknown flag",
    find: of("GOFLAGS", (setting, machine) => {
      const words = wordsIn(setting.value);
      const bad = words.find((flag) => !/^--?[^-=]/.test(flag));
      // A quote counts at the begin of a word alone: -ldflags='-s -w' is two words.
      const torn = words.find((flag) => /^-[^'"]*=(?:'[^']*|"[^"]*)$/.test(flag));
      const meant = setting.value.replaceAll(/(?<=^|\s)(-[^\s'"]*=)(['"])(.*?)\2/g, "$2$1$3$2");
      const set = told(machine, "GOFLAGS", setting);
      if (torn !== undefined)
        return [
          {
            fact: `${set}: ${torn} is a word of its own, for a quote counts around a whole flag alone`,
            ...change(machine, "GOFLAGS", setting, meant),
          },
        ];
      return bad === undefined
        ? []
        : [{ fact: `${set}: "${bad}" is no flag`, ...change(machine, "GOFLAGS", setting) }];
    }),
  },
  {
    id: "goflags-vendor",
    severity: "error",
    title: "GOFLAGS asks for vendor only where there is one",
    why: "every build stops: inconsistent vendoring, or no such folder",
    find: of("GOFLAGS", (setting, machine) => {
      if (!wordsIn(setting.value).some((flag) => /^--?mod=vendor$/.test(flag))) return [];
      const file = moduleFileHere(machine.ctx)?.path;
      if (file === undefined || statOf(join(dirname(file), "vendor"))?.isDirectory()) return [];
      const { fix, help, reach = "" } = change(machine, "GOFLAGS", setting);
      return [
        {
          fact: `${told(machine, "GOFLAGS", setting)}, and there is no ${join(dirname(file), "vendor")}`,
          fix,
          help: `${help ? `${help}; ` : ""}or, to have one: go mod vendor`,
          reach,
        },
      ];
    }),
  },
  {
    id: "goflags-strip",
    severity: "warning",
    title: "GOFLAGS leaves the debugger its symbols",
    why: "with -s or -w in -ldflags, or -dwarf=false, a program has no DWARF: dlv can't find a line or a variable, or doesn't start",
    find: of("GOFLAGS", (setting, machine) =>
      wordsIn(setting.value).some(strips)
        ? [{ fact: told(machine, "GOFLAGS", setting), ...change(machine, "GOFLAGS", setting) }]
        : [],
    ),
  },
  {
    id: "godebug-asyncpreemptoff",
    severity: "warning",
    title: "loops can be preempted",
    why: "with asyncpreemptoff=1 a loop without calls stops for nobody: the garbage collector and dlv wait for it, in go and gopls, too",
    find: ofKey(({ key, value }) => key === "asyncpreemptoff" && value !== "0"),
  },
  {
    id: "godebug-x509ignorecn",
    severity: "warning",
    title: "certificates are checked by their names",
    why: "Go 1.17 took x509ignoreCN away: a server whose certificate has a common name alone fails from then on, whatever is set",
    find: ofKey(({ key }) => key === "x509ignoreCN"),
  },
  {
    id: "godebug-set",
    severity: "note",
    title: "GODEBUG changes nothing",
    why: "each key makes programs behave otherwise than Go's documents say, go itself among them",
    find: ofKey(({ key }) => key !== "x509ignoreCN" && key !== "asyncpreemptoff"),
  },
  {
    id: "gotoolchain-local",
    severity: "error",
    title: "the Go that applies here is new enough for go.mod",
    why: "with GOTOOLCHAIN as it is, it may not switch to a newer one, and refuses to build: go.mod requires go >=",
    find: async (machine) =>
      (await switchings(machine)).flatMap(({ selection, file, itself, gotoolchain }): Finding[] => {
        if (selection?.kind !== "runs" || !selection.isTooOld || !file?.lines.go) return [];
        const wanted = file.lines.go;
        const set = gotoolchain ? told(machine, "GOTOOLCHAIN", gotoolchain) : "GOTOOLCHAIN is not set";
        return [
          {
            fact: `${file.path}, line ${wanted.line}: go ${wanted.value}, and ${itself ?? "this Go"} applies here; ${set}`,
            fix: "gv use go.mod",
            reach: "this project, in every program that finds the shims, until its .go-version is changed",
          },
        ];
      }),
  },
  {
    id: "gotoolchain-invalid",
    severity: "error",
    title: "GOTOOLCHAIN is one that go takes",
    why: "every go command stops before it does anything",
    find: async (machine) =>
      (await switchings(machine)).flatMap(({ selection, gotoolchain }): Finding[] => {
        if (selection?.kind !== "stops" || !gotoolchain || !selection.message.includes("GOTOOLCHAIN"))
          return [];
        return [
          {
            fact: `${told(machine, "GOTOOLCHAIN", gotoolchain)}: ${selection.message}`,
            ...change(machine, "GOTOOLCHAIN", gotoolchain),
            // go env -u reads it first, and stops.
            ...(gotoolchain.origin === "environment" ? {} : { fix: "go env -w GOTOOLCHAIN=" }),
          },
        ];
      }),
  },
  {
    id: "gosumdb-off",
    severity: "warning",
    title: "modules are checked against the checksum database",
    why: "with GOSUMDB=off what a proxy sends the first time is believed; and go can't switch to another toolchain, which it never does unchecked",
    find: of("GOSUMDB", (setting, machine) =>
      setting.value === "off"
        ? [
            {
              fact: told(machine, "GOSUMDB", setting),
              ...change(machine, "GOSUMDB", setting),
            },
          ]
        : [],
    ),
  },
  {
    id: "goproxy-list",
    severity: "error",
    title: "GOPROXY is a list that go can use",
    why: "go takes a wrong separator for a part of a host's name, and never asks what stands behind direct or off",
    async find(machine) {
      const go = await goHere(machine);
      // An empty value counts in Go's env files, and hides the one of the GOROOT: go finds no entries then.
      const here = settingWithin(machine.ctx, go?.goroot ?? "/", "GOPROXY");
      const elsewhere = (await settingsOf(machine, "GOPROXY")).filter(({ start }) => start);
      return [...(here ? [here] : []), ...elsewhere].flatMap((setting: SettingHere): Finding[] => {
        const problem = problemOfList(setting.value);
        if (problem === undefined) return [];
        const hides = withoutCredentials(setting.value) !== setting.value;
        const isForeign = setting.origin !== "environment" && setting.origin !== userEnvFile(machine.ctx);
        const meant = problem.meant ?? (isForeign ? "direct" : undefined);
        const { help, ...remedy } = change(machine, "GOPROXY", setting, hides ? undefined : meant);
        const words = [...(help ? [help] : []), ...(problem.meant ? [] : [withoutProxy])];
        const finding = {
          fact: `${told(machine, "GOPROXY", setting)}: it ${problem.fact}`,
          ...remedy,
          help: words.join("; ") || undefined,
        };
        return [
          problem.fact.startsWith("has entries behind") ? { ...finding, severity: "warning" } : finding,
        ];
      });
    },
  },
  {
    id: "goproxy-fallback",
    severity: "note",
    title: "GOPROXY goes on to the next proxy when one fails",
    why: "behind a comma the next one is asked after 404 and 410 alone: while the first is down or slow nothing is downloaded",
    find: of("GOPROXY", (setting, machine) => {
      const { value } = setting;
      const proxy = String.raw`(?:https?:/|file:/|[\w-]+\.)[^,|]*`;
      const meant = value.replaceAll(new RegExp(`(?<=(?:^|[,|])${proxy}),(?=\\s*${proxy})`, "g"), "|");
      if (meant === value || problemOfList(value) || withoutCredentials(value) !== value) return [];
      const { fix, help, reach = "" } = change(machine, "GOPROXY", setting, meant);
      return [
        {
          fact: `${told(machine, "GOPROXY", setting)}: a comma between two proxies`,
          fix,
          help: `if the second is there for when the first fails${help ? `; ${help}` : ""}`,
          reach,
        },
      ];
    }),
  },
];

/** What the go command makes of go.mod here, and in new shells that have another GOTOOLCHAIN. */
function switchings(
  machine: Machine,
): Promise<readonly (Switching & { readonly gotoolchain: SettingHere | undefined })[]> {
  return machine.once("switching", async () => {
    const go = await goHere(machine);
    if (!go) return [];
    const elsewhere = (await settingsOf(machine, "GOTOOLCHAIN")).filter(({ start }) => start);
    return [undefined, ...elsewhere].map((forced) => {
      const found = explainSwitching(machine.ctx, go.program, forced);
      return { ...found, gotoolchain: forced ?? found.gotoolchain };
    });
  });
}

/** Whether a flag takes the debugger its symbols; -gcflags and -ldflags may name packages first (`all=-s`). */
function strips(flag: string): boolean {
  const [, kind, value = ""] = /^--?(ld|gc)flags=(?:[^\s'"=-][^\s'"=]*=)?(.*)$/s.exec(flag) ?? [];
  const stripping =
    kind === "ld" ? /^--?(?:[sw](?:=(?:1|t|true))?|dwarf=(?:0|f|false))$/i : /^--?dwarf=(?:0|f|false)$/i;
  return wordsIn(value).some((word) => stripping.test(word));
}
