/** Starts: whether every shell, however it is started, finds the shims, and has the same settings as the others. */
import type { Check, Finding } from "../doctor/check.ts";
import { assignments } from "../doctor/assignments.ts";
import { desktopStart } from "../doctor/desktop-start.ts";
import type { Machine } from "../doctor/machine.ts";
import { type Start, startLimit, type Way } from "../doctor/starts.ts";
import { lateStarts } from "../doctor/late-starts.ts";
import { openAt } from "../doctor/open-at.ts";
import type { Environment } from "../context.ts";
import { isChange } from "../changes.ts";
import { shown } from "../doctor/settings.ts";
import { allOnPath, isShim } from "../on-path.ts";
import { profileChanges } from "../profiles.ts";

const newShells = "new shells of each kind; programs that are open keep what they have";

/** The starts in which a shell reads no file of the user's: it has what it is started with. */
const inherits: Readonly<Record<string, readonly Way[]>> = {
  bash: ["plain"],
  ksh: ["plain"],
  ksh93: ["plain"],
  mksh: ["plain"],
  yash: ["plain"],
};
const posix: readonly Way[] = ["plain", "interactive"];

/** The starts that came up and have read the user's files. */
async function reading(machine: Machine): Promise<(Start & { env: Environment })[]> {
  return (await machine.starts).flatMap((start) => {
    const { env, shell, way } = start;
    const isPosix = ["sh", "dash", "ash", "busybox"].includes(shell);
    const isInherited = (isPosix ? posix : (inherits[shell] ?? [])).includes(way);
    return env === undefined || isInherited ? [] : [{ ...start, env }];
  });
}

/** The line that shows how far a start comes. */
function traced([start]: readonly Start[]): string {
  const words = (start?.line ?? "").replace(/ -c$/, "");
  return start?.shell === "fish" ? `fish_trace=1 ${words} -c exit` : `${words} -x -c exit`;
}

/** What decides whether two builds share what the first one made. */
const shared = ["GOPROXY", "GOCACHE", "GOMODCACHE", "GOFLAGS"] as const;

export const starts: readonly Check[] = [
  {
    id: "shims-in-starts",
    severity: "error",
    title: "every start of a shell finds the shims",
    why: "an editor, make, cron or ssh starts a shell otherwise than a terminal does, and gets another go there, or none",
    async find(machine) {
      const { ctx } = machine;
      const lost = (await reading(machine)).flatMap(({ env, line }): string[] => {
        const [first] = allOnPath({ ...ctx, env }, "go");
        if (first === undefined)
          return env["PATH"]?.split(":").includes(ctx.root.shims)
            ? []
            : [`${line}: PATH has no ${ctx.root.shims}`];
        const isOwn = isShim(ctx, first) || first.startsWith(`${ctx.root.path}/`);
        return isOwn ? [] : [`${line}: go is ${first}`];
      });
      if (lost.length === 0) return [];
      const changes = profileChanges(ctx, [], undefined).flatMap((one) =>
        "error" in one || !isChange(one) ? [] : [one],
      );
      return lost.map((fact, i) =>
        changes.length === 0
          ? {
              fact,
              fix: `gv setup --undo && gv setup --shell ${fact.split(" ")[0]}`,
              reach: newShells,
            }
          : { fact, fix: "gv setup", reach: newShells, ...(i === 0 ? { changes } : {}) },
      );
    },
  },
  {
    id: "start-hangs",
    severity: "warning",
    title: "every start of a shell comes up soon",
    why: "an editor waits for a shell to learn its PATH, and goes on without it; a terminal, scp and git over ssh may wait for it as well",
    async find(machine) {
      return (await lateStarts(machine)).map(({ starts: late, cut, waitsFor, place }) => {
        const what = cut === "time" ? `not up after ${startLimit / 1000} s` : "prints without end";
        const lines = late.map(({ line }) => line).join(", ");
        const waits = waitsFor === undefined ? "" : `, and waits for: ${waitsFor}`;
        const where = place === undefined ? "" : ` (probably ${place.file}, line ${place.line})`;
        return {
          fact: `${lines}: ${what}${waits}${where}`,
          fix: place ? openAt(machine.ctx, place.file, place.line) : traced(late),
          help: place
            ? "have it run in the background, or only where somebody types: [ -t 0 ]"
            : "it prints each line before it runs it: the last one is where it waits",
          reach: newShells,
        };
      });
    },
  },
  {
    id: "starts-differ",
    severity: "warning",
    title: "GOPROXY, GOCACHE, GOMODCACHE and GOFLAGS are the same however go is started",
    why: "caches miss where they differ: what a terminal has built or downloaded, the editor builds and downloads again, by another way",
    async find(machine) {
      const [all, desktop] = [await reading(machine), await desktopStart(machine)];
      const gui = desktop ? [{ line: "the desktop", env: desktop }] : [];
      return shared.flatMap((name): Finding[] => {
        const lines = new Map<string, string[]>();
        for (const { line, env } of [...all, ...gui]) {
          const value = env[name] || machine.envLines.findLast((one) => one.name === name)?.value || "";
          lines.set(value, [...(lines.get(value) ?? []), line]);
        }
        // A number that is another one in each shell is told by gocache-process-id.
        const kinds = new Set([...lines.keys()].map((value) => value.replaceAll(/\d{2,}/g, "0")));
        if (kinds.size < 2) return [];
        const told = [...lines]
          .toSorted(([a], [b]) => Number(a === "") - Number(b === ""))
          .map(([value, ways]) => `${value ? shown(name, value) : "nothing"} in ${ways.join(", ")}`);
        const places = assignments(machine).filter((one) => one.name === name);
        const where = places.map(({ file, line }) => `${file}, line ${line}`).join("; ");
        const [value = ""] = [...lines.keys()].filter((one) => one !== "");
        // What a shell makes up anew each time is no value for all of them.
        const isMadeUp = places.some((place) =>
          /\$\$|\$\(|`|\$\{?(?:\w*PID|fish_pid|RANDOM)\b|%self/.test(place.value),
        );
        const isPlain = !isMadeUp && /^[\w.:/,@%+=-]+$/.test(value) && shown(name, value) === value;
        const [place] = places;
        const opened = place && openAt(machine.ctx, place.file, place.line);
        const isMild = name === "GOPROXY" && lines.size === 2 && lines.has("");
        return [
          {
            fact: `${name} is ${told.join("; ")}${where ? ` (set in ${where})` : ""}`,
            fix: isPlain ? `go env -w ${name}=${value}` : opened,
            help: isPlain
              ? `and take ${where || "it"} out of the start-up files${opened ? `: ${opened}` : ""}`
              : `take it out there, and set one value for all: go env -w ${name}=VALUE`,
            reach: "every go command of this user, whoever starts it, until it is set again",
            ...(isMild ? { severity: "note" as const } : {}),
          },
        ];
      });
    },
  },
  {
    id: "path-drops-system",
    severity: "error",
    title: "no start-up file drops the system's folders from PATH",
    why: "a PATH that is set anew loses all that stood on it: ls, cc and git aren't found, and go can't start them",
    async find(machine) {
      const broken = (await machine.starts).filter(({ env }) => {
        const folders = env?.["PATH"]?.split(":");
        return folders && !folders.includes("/usr/bin") && !folders.includes("/bin");
      });
      return assignments(machine)
        .filter(
          ({ name, value, shells }) =>
            /^path$/i.test(name) &&
            !/\$\{?path\b|\$\(|`|\/usr\/bin/i.test(value) &&
            broken.some(({ shell }) => shells.length === 0 || shells.includes(shell)),
        )
        .map(({ name, value, file, line }) => {
          const ways = broken.map((start) => start.line).join(", ");
          return {
            fact: `${file}, line ${line}: ${name}=${value}; without /usr/bin and /bin is ${ways}`,
            fix: openAt(machine.ctx, file, line),
            help: `write there: ${
              file.endsWith(".fish")
                ? `set -gx PATH ${value} $PATH`
                : `export PATH="${value.replaceAll(/["']/g, "")}:$PATH"`
            }`,
            reach: newShells,
          };
        });
    },
  },
];
