/** Settings that name something go doesn't find, and stops at: an experiment, a program, a folder. */
import { isAbsolute, join } from "node:path";

import type { Check } from "../../doctor/check.ts";
import { change, goHere, settingsOf, told, wordsIn } from "../../doctor/settings.ts";
import { allOnPath, isProgram } from "../../on-path.ts";
import { namesIn, statOf } from "../../read.ts";
import { quote } from "../../shim-conf.ts";

export const stops: readonly Check[] = [
  {
    id: "goexperiment-known",
    severity: "error",
    title: "GOEXPERIMENT names experiments that the Go that applies has",
    why: "every build stops, and go version too: unknown GOEXPERIMENT; a release takes those away that it has made its own, or given up",
    async find(machine) {
      const go = await goHere(machine);
      // Each has a file there, since 1.17: exp_loopvar_on.go.
      const known = new Set(
        namesIn(join(go?.goroot ?? "/", "src/internal/goexperiment")).flatMap(
          (file) => /^exp_(\w+)_on\.go$/.exec(file)?.[1] ?? [],
        ),
      );
      if (known.size === 0) return [];
      known.add("regabi"); // It stands for several (internal/buildcfg, ParseGOEXPERIMENT).
      const isKnown = (word: string): boolean => known.has(word.replace(/^no/, ""));
      return (await settingsOf(machine, "GOEXPERIMENT")).flatMap((setting) => {
        const words = setting.value.split(",").filter((word) => word !== "" && word !== "none");
        const bad = words.filter((word) => !isKnown(word));
        if (bad.length === 0) return [];
        const rest = words.filter(isKnown).join(",");
        return [
          {
            fact: `${told(machine, "GOEXPERIMENT", setting)}: the Go in ${go?.goroot} has no ${bad.map((word) => word.replace(/^no/, "")).join(", ")}`,
            ...change(machine, "GOEXPERIMENT", setting, rest || undefined),
          },
        ];
      });
    },
  },
  {
    id: "gocacheprog-gone",
    severity: "error",
    title: "a GOCACHEPROG that is set is a program",
    why: "every build stops: error starting GOCACHEPROG program",
    find: async (machine) =>
      (await settingsOf(machine, "GOCACHEPROG")).flatMap((setting) => {
        const [program = ""] = wordsIn(setting.value);
        const isThere = program.includes("/")
          ? !isAbsolute(program) || isProgram(program)
          : allOnPath(machine.ctx, program).length > 0;
        if (program === "" || isThere) return [];
        return [
          {
            fact: `${told(machine, "GOCACHEPROG", setting)}: there is no program ${program}`,
            ...change(machine, "GOCACHEPROG", setting),
          },
        ];
      }),
  },
  {
    id: "gotmpdir-gone",
    severity: "error",
    title: "a GOTMPDIR that is set is a folder",
    why: "go build, run, test and vet stop: creating work dir; go makes none",
    find: async (machine) =>
      (await settingsOf(machine, "GOTMPDIR")).flatMap((setting) => {
        if (!isAbsolute(setting.value) || statOf(setting.value)?.isDirectory() === true) return [];
        const { fix, help } = change(machine, "GOTMPDIR", setting);
        return [
          {
            fact: `${told(machine, "GOTMPDIR", setting)}: ${statOf(setting.value) ? "that is no folder" : "there is no such folder"}`,
            ...(statOf(setting.value)
              ? { fix, help }
              : { fix: `mkdir -p ${quote(setting.value)}`, help: `or, if it is not meant: ${fix ?? help}` }),
            reach: "every go command, at once",
          },
        ];
      }),
  },
];
