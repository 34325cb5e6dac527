/** What programs are built for, and with which C compiler: GOOS, GOARCH, GOARM, CC and cgo, above all where frozen. */
import { whereSet } from "../doctor/assignments.ts";
import type { Check, Finding } from "../doctor/check.ts";
import type { EnvLine, Machine } from "../doctor/machine.ts";
import { beside, change, settingsOf, told, wordsIn } from "../doctor/settings.ts";
import { problemOfPair } from "../go-platforms.ts";
import { allOnPath, isProgram } from "../on-path.ts";
import { formatPlatform } from "../platform.ts";
import { statOf } from "../read.ts";

/** Asks something of the lines of Go's env file that count: the last one of each name, where it isn't empty. */
const frozen =
  (
    names: readonly string[],
    find: (line: EnvLine, machine: Machine) => string | undefined,
    severity?: "note",
  ) =>
  (machine: Machine): readonly Finding[] =>
    machine.envLines.flatMap((line, i, all) => {
      const isLast = all.findLastIndex(({ name }) => name === line.name) === i;
      if (!isLast || line.value === "" || !names.includes(line.name)) return [];
      const what = find(line, machine);
      const fact = `${line.file}, line ${line.line}: ${line.name}=${line.value}${what ? `: ${what}` : ""}`;
      const finding = { fact, ...unfreeze(line) };
      return what === undefined ? [] : [severity && what === "" ? { ...finding, severity } : finding];
    });

function unfreeze({ name }: EnvLine): Pick<Finding, "fix" | "help" | "reach"> {
  return {
    fix: `go env -u ${name}`,
    help: `and set it where it is needed: ${name}=... go build`,
    reach: "every go command, whoever starts it, at once",
  };
}

/** Asks something of what the environment says, here and in new shells, where cgo isn't switched off. */
const inEnvironment =
  (names: readonly string[], find: (machine: Machine, value: string) => string | undefined) =>
  async (machine: Machine): Promise<readonly Finding[]> => {
    const found = names.map(async (name) => {
      const settings = (await settingsOf(machine, name)).filter(({ origin }) => origin === "environment");
      return Promise.all(
        settings.map(async (setting): Promise<readonly Finding[]> => {
          const what = find(machine, setting.value);
          const isOff = (await beside(machine, setting, "CGO_ENABLED"))?.value === "0";
          if (what === undefined || isOff) return [];
          return [{ fact: `${told(machine, name, setting)}: ${what}`, ...change(machine, name, setting) }];
        }),
      );
    });
    return (await Promise.all(found)).flat(2);
  };

const cgoFlags = ["CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS"] as const;

export const target: readonly Check[] = [
  {
    id: "cc-frozen",
    severity: "warning",
    title: "go env -w has set no compiler",
    why: "every project of this user builds its C by it, also after an upgrade has taken it away or for another processor",
    find: frozen(
      ["CC", "CXX", "FC", "AR", "GCCGO", "PKG_CONFIG"],
      ({ value }, machine) => missingProgram(machine, value) ?? "",
      "note",
    ),
  },
  {
    id: "cc-missing",
    severity: "error",
    title: "the C compilers that the environment names are there",
    why: "cgo is on, and every build of what needs it, of net and os/user too, stops: C compiler not found",
    find: inEnvironment(["CC", "CXX"], missingProgram),
  },
  {
    id: "cgo-disabled",
    severity: "warning",
    title: "neither go env -w nor a start-up file has switched cgo off",
    why: "packages that need C are left out without a word (sqlite3, the system's resolver), and go test -race is refused, in every project",
    find: async (machine) => [
      ...frozen(["CGO_ENABLED"], ({ value }) => (value === "0" ? "" : undefined))(machine),
      // An image or a Makefile may have it so on purpose.
      ...(await settingsOf(machine, "CGO_ENABLED"))
        .filter(({ value, origin }) => value === "0" && origin === "environment")
        .filter(({ start }) => whereSet(machine, "CGO_ENABLED", start?.shell) !== undefined)
        .map((setting) => ({
          fact: told(machine, "CGO_ENABLED", setting),
          ...change(machine, "CGO_ENABLED", setting),
        })),
    ],
  },
  {
    id: "cgo-flags-frozen",
    severity: "warning",
    title: "go env -w has set no flags of the C compiler",
    why: "they go into every cgo build of every project: a folder that is gone stops them, another one means all is built again",
    find: frozen(cgoFlags, ({ value }) => missingFolders(value) ?? "", "note"),
  },
  {
    id: "cgo-flags-missing",
    severity: "warning",
    title: "the folders that CGO_CFLAGS and CGO_LDFLAGS of the environment name are there",
    why: "headers and libraries aren't found, or others than were meant",
    find: inEnvironment(cgoFlags, (_, value) => missingFolders(value)),
  },
  {
    id: "target-other",
    severity: "warning",
    title: "go builds for this machine",
    why: "what is built can't be run here (exec format error), go test fails, and go install puts it into a folder of its own",
    async find(machine) {
      const { platform } = machine.ctx;
      const settings = await Promise.all(
        (["GOOS", "GOARCH"] as const).map(async (name) =>
          (await settingsOf(machine, name)).map((setting) => ({ name, setting })),
        ),
      );
      return settings.flat().flatMap(({ name, setting }): Finding[] => {
        const own = name === "GOOS" ? platform.os : platform.arch;
        if (setting.value === own) return [];
        const finding = {
          fact: `${told(machine, name, setting)}, and this is ${formatPlatform(platform)}`,
          ...change(machine, name, setting),
        };
        // Set for this shell alone it is meant, as long as somebody remembers.
        const isMeant = setting.origin === "environment" && !finding.fact.includes("(");
        return [isMeant ? { ...finding, severity: "note" } : finding];
      });
    },
  },
  {
    id: "target-pair",
    severity: "error",
    title: "GOOS and GOARCH are a pair that Go builds for",
    why: "every build stops: unsupported GOOS/GOARCH pair",
    async find(machine) {
      const { platform } = machine.ctx;
      const found = new Map<string, Finding>();
      for (const place of [
        ...(await settingsOf(machine, "GOOS")),
        ...(await settingsOf(machine, "GOARCH")),
      ]) {
        const [goos, goarch] = [await beside(machine, place, "GOOS"), await beside(machine, place, "GOARCH")];
        const problem = problemOfPair(goos?.value ?? platform.os, goarch?.value ?? platform.arch);
        const [name, setting] = goos ? (["GOOS", goos] as const) : (["GOARCH", goarch] as const);
        if (problem === undefined || !setting) continue;
        const facts = [
          ...(goos ? [told(machine, "GOOS", goos)] : []),
          ...(goarch ? [told(machine, "GOARCH", goarch)] : []),
        ];
        const { help = "", ...remedy } = change(machine, name, setting);
        const fact = `${facts.join("; ")}: ${problem}`;
        const all = "go tool dist list has all pairs";
        found.set(fact, { fact, ...remedy, help: `${help ? `${help}; ` : ""}${all}` });
      }
      return [...found.values()];
    },
  },
  {
    id: "goarm-range",
    severity: "warning",
    title: "GOARM is 5, 6 or 7",
    why: "go takes its default for anything else, without a word or as an error, by version: what is built isn't what was asked for",
    find: async (machine) =>
      (await settingsOf(machine, "GOARM"))
        .filter(({ value }) => !/^[567](?:,(?:softfloat|hardfloat))?$/.test(value))
        .map((setting) => ({ fact: told(machine, "GOARM", setting), ...change(machine, "GOARM", setting) })),
  },
  {
    id: "goarm-arm64",
    severity: "note",
    title: "GOARM is set for 32-bit ARM alone",
    why: "arm64 has no GOARM: it changes nothing there, and whoever set it meant GOARCH=arm, or GOARM64",
    async find(machine) {
      const found = (await settingsOf(machine, "GOARM")).map(async (setting): Promise<readonly Finding[]> => {
        const arch = await beside(machine, setting, "GOARCH");
        if ((arch?.value ?? machine.ctx.platform.arch) !== "arm64") return [];
        return [
          {
            fact: `${told(machine, "GOARM", setting)}, and GOARCH is arm64`,
            ...change(machine, "GOARM", setting),
          },
        ];
      });
      return (await Promise.all(found)).flat();
    },
  },
];

/** The program of a compiler's words (those behind the first are its options: `zig cc -target ...`), where it isn't there. */
function missingProgram({ ctx }: Machine, value: string): string | undefined {
  const [program = ""] = wordsIn(value);
  if (program === "") return undefined;
  const isThere = program.includes("/") ? isProgram(program) : allOnPath(ctx, program).length > 0;
  return isThere ? undefined : `there is no program ${program}`;
}

/** The folders that a C compiler's flags name, where one isn't there. */
function missingFolders(value: string): string | undefined {
  const folders = Array.from(value.matchAll(/(?:^|\s)-[ILF]\s*(\/\S+)/g), ([, folder = ""]) => folder);
  const gone = folders.filter((folder) => !statOf(folder));
  return gone.length > 0 ? `there is no ${gone.join(", ")}` : undefined;
}
