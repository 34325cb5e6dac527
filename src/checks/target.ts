/** What programs are built for, and with which C compiler: GOOS, GOARCH, GOARM, CC and cgo, above all where frozen. */
import type { Check, Finding } from "../doctor/check.ts";
import type { EnvLine, Machine } from "../doctor/machine.ts";
import { change, settingHere, told } from "../doctor/settings.ts";
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

export const target: readonly Check[] = [
  {
    id: "cc-frozen",
    severity: "warning",
    title: "go env -w has set no compiler",
    why: "every project of this user builds its C by it, also after an upgrade has taken it away or for another processor",
    find: frozen(
      ["CC", "CXX", "FC", "AR", "GCCGO", "PKG_CONFIG"],
      ({ value }, { ctx }) => {
        // The words behind the first are its options: `zig cc -target ...`.
        const [program = ""] = value.trim().split(/\s+/);
        const isThere = program.includes("/") ? isProgram(program) : allOnPath(ctx, program).length > 0;
        return isThere ? "" : `there is no program ${program}`;
      },
      "note",
    ),
  },
  {
    id: "cgo-disabled",
    severity: "warning",
    title: "go env -w has not switched cgo off",
    why: "packages that need C are left out without a word (sqlite3, the system's resolver), and go test -race is refused, in every project",
    find: frozen(["CGO_ENABLED"], ({ value }) => (value === "0" ? "" : undefined)),
  },
  {
    id: "cgo-flags-frozen",
    severity: "warning",
    title: "go env -w has set no flags of the C compiler",
    why: "they go into every cgo build of every project: a folder that is gone stops them, another one means all is built again",
    find: frozen(
      ["CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS"],
      ({ value }) => {
        const folders = Array.from(value.matchAll(/(?:^|\s)-[ILF]\s*(\/\S+)/g), ([, folder = ""]) => folder);
        const gone = folders.filter((folder) => !statOf(folder));
        return gone.length > 0 ? `there is no ${gone.join(", ")}` : "";
      },
      "note",
    ),
  },
  {
    id: "target-other",
    severity: "warning",
    title: "go builds for this machine",
    why: "what is built can't be run here (exec format error), go test fails, and go install puts it into a folder of its own",
    async find(machine) {
      const { platform } = machine.ctx;
      const settings = await Promise.all(
        (["GOOS", "GOARCH"] as const).map(async (name) => ({
          name,
          setting: await settingHere(machine, name),
        })),
      );
      return settings.flatMap(({ name, setting }): Finding[] => {
        const own = name === "GOOS" ? platform.os : platform.arch;
        if (!setting || setting.value === own) return [];
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
      const [goos, goarch] = [await settingHere(machine, "GOOS"), await settingHere(machine, "GOARCH")];
      const problem = problemOfPair(goos?.value ?? platform.os, goarch?.value ?? platform.arch);
      const [name, setting] = goos ? (["GOOS", goos] as const) : (["GOARCH", goarch] as const);
      if (problem === undefined || !setting) return [];
      const facts = [
        ...(goos ? [told(machine, "GOOS", goos)] : []),
        ...(goarch ? [told(machine, "GOARCH", goarch)] : []),
      ];
      const { fix, help = "", reach = "" } = change(machine, name, setting);
      return [
        {
          fact: `${facts.join("; ")}: ${problem}`,
          fix,
          help: `${help ? `${help}; ` : ""}go tool dist list has all pairs`,
          reach,
        },
      ];
    },
  },
  {
    id: "goarm-range",
    severity: "warning",
    title: "GOARM is 5, 6 or 7",
    why: "go takes its default for anything else, without a word or as an error, by version: what is built isn't what was asked for",
    async find(machine) {
      const setting = await settingHere(machine, "GOARM");
      if (!setting || /^[567](?:,(?:softfloat|hardfloat))?$/.test(setting.value)) return [];
      return [{ fact: told(machine, "GOARM", setting), ...change(machine, "GOARM", setting) }];
    },
  },
  {
    id: "goarm-arm64",
    severity: "warning",
    title: "GOARM is set for 32-bit ARM alone",
    why: "arm64 has no GOARM: it changes nothing there, and whoever set it meant GOARCH=arm, or GOARM64",
    async find(machine) {
      const [setting, arch] = [await settingHere(machine, "GOARM"), await settingHere(machine, "GOARCH")];
      if (!setting || (arch?.value ?? machine.ctx.platform.arch) !== "arm64") return [];
      return [
        {
          fact: `${told(machine, "GOARM", setting)}, and GOARCH is arm64`,
          ...change(machine, "GOARM", setting),
        },
      ];
    },
  },
];
