/** Every other go on PATH: whose it is, where it stands, whether it runs, which line adds it, and how it goes. */
import type { Check, Finding } from "../doctor/check.ts";
import { type Fit, fitOf } from "../doctor/fit.ts";
import type { FoundGo, Machine } from "../doctor/machine.ts";
import { lineThatAdds, takeFromPath } from "../doctor/path-lines.ts";
import { statOf } from "../read.ts";

export const owners: readonly Check[] = [
  {
    id: "other-go",
    severity: "note",
    title: "gv's go is the only one on PATH",
    why: "one that comes behind the shims is what 'system' means, and what runs where a PATH hasn't the shims",
    async find(machine) {
      const here = await machine.here;
      const inForce = here.kind === "system" ? here.path : undefined;
      return others(machine).map((go) => told(machine, go, go.path === inForce));
    },
  },
  {
    id: "other-go-broken",
    severity: "warning",
    title: "every go on PATH can run",
    why: "who asks for 'system', or has a PATH without the shims, gets an error of the kernel's instead of a go",
    find: (machine) =>
      others(machine).flatMap((go): Finding[] => {
        const fit = fitOf(machine, go.real);
        if (fit.kind !== "refused") return [];
        const remedy = removal(machine, go);
        return [{ fact: `${go.path} can't run: ${fit.reason}`, ...remedy, reach: "every program, at once" }];
      }),
  },
];

function others(machine: Machine): readonly FoundGo[] {
  return machine.gos.filter(
    ({ isShim, owner, path }, i) =>
      !isShim && owner?.name !== "gv" && machine.gos.findIndex((go) => go.path === path) === i,
  );
}

function told(machine: Machine, go: FoundGo, isInForce: boolean): Finding {
  const { path, real, owner } = go;
  const all = [...new Set(machine.gos.map(({ path: one }) => one))];
  const added = lineThatAdds(machine, folderOf(go), owner?.line);
  const parts = [
    `go ${all.indexOf(path) + 1} of ${all.length} on PATH: ${path}${real === path ? "" : ` -> ${real}`}`,
    owner?.name ?? "of nobody known",
    `${go.version ?? "version unknown"}${madeFor(go)}`,
    inWords(fitOf(machine, real)),
    modeOf(real),
    added === undefined
      ? "no start-up file names its folder"
      : `on PATH by ${added.file} line ${added.line}: ${added.text}`,
  ];
  const { fix, help } = removal(machine, go);
  return {
    fact: parts.join(", "),
    // The line that removes it would leave no go at all.
    ...(isInForce
      ? {
          fix: "gv install latest && gv global latest",
          help: `it is the go that runs here; once another one does, it can go: ${[fix, help].filter(Boolean).join("; ")}`,
        }
      : { fix, help }),
    reach: "every terminal and editor of whoever has it on PATH; for good",
  };
}

/** How it goes away: by its owner's line, else from PATH. */
function removal(machine: Machine, go: FoundGo): Pick<Finding, "fix" | "help"> {
  const { owner } = go;
  if (owner === undefined) return takeFromPath(machine, folderOf(go));
  const upgrade = owner.upgrade === undefined ? [] : [`to upgrade it instead: ${owner.upgrade}`];
  const words = [...upgrade, ...(owner.help === undefined ? [] : [owner.help])];
  return { fix: owner.remove, help: words.join("; ") || undefined };
}

function folderOf({ path }: FoundGo): string {
  return path.slice(0, -"/go".length);
}

function madeFor({ executable }: FoundGo): string {
  const archs = new Set(executable?.images.map(({ arch }) => arch ?? "another processor"));
  return archs.size === 0 ? " (a script)" : ` for ${[...archs].join(", ")}`;
}

function inWords(fit: Fit): string {
  if (fit.kind === "native") return "runs";
  return fit.kind === "translated" ? `is translated by ${fit.by}` : "can't run";
}

/** `mode 755 of uid 0` */
function modeOf(path: string): string {
  const stats = statOf(path);
  return stats ? `mode ${(stats.mode & 0o7777).toString(8)} of uid ${stats.uid}` : "can't be looked at";
}
