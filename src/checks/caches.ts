/** GOCACHE and GOMODCACHE: whether they can be written, by whom, and on what disk they lie. */
import { join } from "node:path";

import { assignments } from "../doctor/assignments.ts";
import type { Check, Finding } from "../doctor/check.ts";
import {
  caches as cachesOf,
  type GoFolder,
  isRemote,
  mountOf,
  nearestThere,
  spaceAt,
  writeProblem,
} from "../doctor/folders.ts";
import { openAt } from "../doctor/open-at.ts";
import type { Machine } from "../doctor/machine.ts";
import { change, told } from "../doctor/settings.ts";
import type { Start } from "../doctor/starts.ts";
import { namesIn, statOf } from "../read.ts";
import { quote } from "../shim-conf.ts";

const megabyte = 2 ** 20;
/** Below this next to nothing can be built; a build of a small program with a cold cache takes more than the second. */
const [full, scarce] = [16 * megabyte, 256 * megabyte];

const everyGo = "every go command of this user, until it is set again";

/** Asks something of both folders. */
const ofEach =
  (find: (machine: Machine, folder: GoFolder) => readonly Finding[] | Promise<readonly Finding[]>) =>
  async (machine: Machine): Promise<readonly Finding[]> => {
    const folders = (await cachesOf(machine)).filter(({ path }) => path.startsWith("/"));
    return (await Promise.all(folders.map(async (folder) => find(machine, folder)))).flat();
  };

export const caches: readonly Check[] = [
  {
    id: "cache-path",
    severity: "error",
    title: "GOCACHE and GOMODCACHE are absolute paths",
    why: "go builds nothing without its cache: build cache is required, but could not be located",
    find: async (machine) =>
      (await cachesOf(machine)).flatMap(({ name, path, setting }) =>
        path.startsWith("/") || setting === undefined
          ? []
          : [{ fact: told(machine, name, setting), ...change(machine, name, setting) }],
      ),
  },
  {
    id: "cache-full",
    severity: "error",
    title: "there is space where the caches are",
    why: "a build fails in its middle with no space left on device, and may leave half a module behind",
    find: ofEach(async (machine, folder) => {
      const space = await spaceAt(machine, nearestThere(folder.path));
      if (!space || (space.hasInodes && space.bytes >= scarce)) return [];
      const left = space.hasInodes ? `${Math.floor(space.bytes / megabyte)} MB are` : "no file is";
      const finding: Finding = {
        fact: `${where(folder)}: ${left} free there`,
        fix: folder.name === "GOCACHE" ? "go clean -cache" : "go clean -modcache",
        reach: "what is in it is built or downloaded again when it is needed",
      };
      return [space.hasInodes && space.bytes >= full ? { ...finding, severity: "warning" } : finding];
    }),
  },
  {
    id: "cache-network",
    severity: "warning",
    title: "the caches are on a disk of this machine",
    why: "each build opens thousands of small files there, and locks some: it is slow at best",
    find: ofEach(async (machine, folder) => {
      const mount = await mountOf(machine, folder.path);
      if (!mount || !isRemote(mount)) return [];
      const local = folder.name === "GOCACHE" ? "/var/tmp/go-build" : "/var/tmp/go-mod";
      return [
        {
          fact: `${where(folder)} is on ${mount.type}, mounted at ${mount.at}`,
          fix: `go env -w ${folder.name}=${local}`,
          reach: everyGo,
        },
      ];
    }),
  },
  {
    id: "cache-not-writable",
    severity: "error",
    title: "the caches can be written",
    why: "go stops where it can't keep what it builds or downloads",
    find: ofEach((_, folder) => {
      const at = nearestThere(folder.path);
      const problem = writeProblem(at);
      if (problem === undefined) return [];
      const fact = `${where(folder)}: ${at} ${problem === "read-only" ? "is on a read-only file system" : "can't be written by this user"}`;
      return problem === "read-only"
        ? [
            {
              fact,
              fix: `go env -w ${folder.name}="$HOME/.cache/${folder.name.toLowerCase()}"`,
              help: "or any folder that can be written",
              reach: everyGo,
              // Images for building without a network have their modules so.
              ...(folder.name === "GOMODCACHE" && statOf(folder.path)
                ? { severity: "warning" as const }
                : {}),
            },
          ]
        : [{ fact, fix: takeOver(at), reach: "every program of this user, at once" }];
    }),
  },
  {
    id: "cache-of-another-user",
    severity: "error",
    title: "what is in the caches belongs to this user",
    why: "a go that ran with sudo left files that later ones can't change: permission denied, at some packages only",
    find: ofEach(({ ctx }, folder) => {
      // Root can write all of it, and a volume in a container is often another user's: only a sudo is wrong then.
      if (ctx.uid === 0)
        return statOf(folder.path) &&
          String(owner(folder.path)) === ctx.env["SUDO_UID"] &&
          owner(folder.path) !== 0
          ? [
              {
                fact: `${where(folder)} belongs to user ${owner(folder.path)}, and go runs as root here, by sudo`,
                help: "type go without sudo",
                reach: "what is built from now on",
                severity: "warning",
              },
            ]
          : [];
      const foreign = insides(folder).filter((path) => {
        const stats = statOf(path);
        return stats !== undefined && stats.uid !== ctx.uid && (stats.mode & 0o022) === 0;
      });
      const [first] = foreign;
      if (first === undefined || ctx.uid === undefined) return [];
      return [
        {
          fact: `${where(folder)}: ${foreign.length === 1 ? first : `${foreign.length} folders, such as ${first},`} belong${foreign.length === 1 ? "s" : ""} to user ${owner(first)}`,
          fix: takeOver(folder.path),
          reach: "every go command of this user, at once; it lasts until go is run with sudo again",
        },
      ];
    }),
  },
  {
    id: "gocache-process-id",
    severity: "warning",
    title: "GOCACHE is the same in each shell",
    why: "each shell has a cache of its own then: everything is built again, and the old ones fill the disk",
    async find(machine) {
      const written = assignments(machine).filter(
        ({ name, value }) => /^GO(?:MOD)?CACHE$/.test(name) && ofThisShell.test(value),
      );
      if (written.length > 0)
        return written.map(({ name, value, file, line }) => ({
          fact: `${file}, line ${line}: ${name}=${value}`,
          fix: openAt(machine.ctx, file, line),
          help: `take that line out; in shells that are open: unset ${name}`,
          reach: "new shells; programs that are open keep what they have",
        }));
      const starts = await machine.starts;
      return ["GOCACHE", "GOMODCACHE"].flatMap((name) => {
        const values = numbered(starts, name);
        const fact = `${name} is another one in each shell: ${values.join(", ")}`;
        return values.length === 0
          ? []
          : [{ fact, fix: `unset ${name}`, help: "and find what sets it: a file that your profile reads" }];
      });
    },
  },
];

/** Text of a start-up file that stands for something else in each shell. */
const ofThisShell = /\$\$|\$\{?(?:BASHPID|fish_pid|RANDOM|PPID)\b|%self|(?:\$\(|`)mktemp/;

/** The values that a variable has in the starts of one shell, where they differ in a number alone. */
function numbered(starts: readonly Start[], name: string): string[] {
  const shells = [...new Set(starts.map(({ shell }) => shell))];
  return shells.flatMap((shell) => {
    const own = starts.filter((start) => start.shell === shell).flatMap(({ env }) => env?.[name] ?? []);
    const values = [...new Set(own)];
    const isNumber = new Set(values.map((value) => value.replaceAll(/\d{2,}/g, "0"))).size < values.length;
    return isNumber ? values : [];
  });
}

/** A cache's folder and the folders in it that a sudo is seen by: those of the first level, and of downloads. */
function insides({ path }: GoFolder): string[] {
  const folders = [path, join(path, "cache"), join(path, "cache", "download")];
  return folders.flatMap((folder) => [
    ...(statOf(folder) ? [folder] : []),
    ...namesIn(folder)
      .slice(0, 400)
      .map((name) => join(folder, name)),
  ]);
}

function where({ name, path, setting }: GoFolder): string {
  return setting === undefined ? `${name}, ${path}` : `${name}, ${path} (${setting.origin})`;
}

function takeOver(path: string): string {
  return `sudo chown -R "$(id -un)" ${quote(path)}`;
}

function owner(path: string): number | undefined {
  return statOf(path)?.uid;
}
