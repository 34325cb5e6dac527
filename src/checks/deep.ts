/** The slow probes, only with --deep: gopls, a cgo build, the go command and the proxies, each tried with the project itself. */
import { dirname, join, resolve } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import { causesIn } from "../doctor/log-index.ts";
import type { Machine } from "../doctor/machine.ts";
import type { Said } from "../doctor/probe.ts";
import { moduleFileHere, modulesBelow, projectFolders } from "../doctor/project.ts";
import { goHere } from "../doctor/settings.ts";
import { GvError } from "../errors.ts";
import { usesIn } from "../go-mod.ts";
import { goSetting } from "../goenv.ts";
import { isExecutable, onPath } from "../on-path.ts";
import { isSameFile, textOf } from "../read.ts";
import { quote } from "../shim-conf.ts";
import { buildCgo } from "./deep/cgo-build.ts";
import { askServer } from "./deep/language-server.ts";
import { type Probed, probe, requiredBy, rowsOf } from "./deep/proxy-probe.ts";
import { listHere } from "./network/entries.ts";
import { describe, toolsInUse } from "./tools/in-use.ts";

/** In ms; a deep check may take 120 s. */
const limits = { gopls: 60_000, build: 100_000, list: 60_000 } as const;

/** An entry that takes longer for one module in twenty is felt: in ms. */
const slow = 2000;

const project = "everybody who works on the project, once the file is committed";
const everyGo = "every go command, from the next one on";

export const deep: readonly Check[] = [
  {
    id: "gopls-starts",
    severity: "error",
    title: "gopls starts and loads the project",
    why: "without it an editor has no completion, no way to a definition, and shows faults that are none",
    cost: "deep",
    async find(machine) {
      const file = moduleFileHere(machine.ctx)?.path;
      if (file === undefined) return [];
      const copies = (await toolsInUse(machine)).filter(({ name }) => name === "gopls");
      const answers = copies.map(async (copy): Promise<Finding[]> => {
        const told = await askServer(copy.path, dirname(file), machine.ctx.env, limits.gopls);
        const what =
          told.outcome === "ended"
            ? `ends as it starts: ${lastLine(told.stderr)}`
            : told.outcome === "late"
              ? `has not loaded ${dirname(file)} in ${limits.gopls / 1000} s`
              : undefined;
        const said = what === undefined ? told.said : [what];
        return said.map((text) => ({
          fact: `${describe(copy)}: ${oneLine(text)}`,
          ...(mendFor(text) ?? {
            fix: what === undefined ? `cd ${quote(dirname(file))} && gopls stats` : copy.fix,
          }),
          reach: "an editor, when its language server is started again",
        }));
      });
      return (await Promise.all(answers)).flat();
    },
  },
  {
    id: "cgo-builds",
    severity: "error",
    title: "a small cgo program builds",
    why: "net, os/user and each package with C in it are built by this compiler, and go test -race links with it",
    cost: "deep",
    async find(machine) {
      const env = await machine.goEnv;
      const compiler = (env?.["CC"] ?? "").trim().split(/\s+/)[0] ?? "";
      const isThere = compiler.includes("/")
        ? isExecutable(compiler)
        : onPath(machine.ctx, compiler) !== undefined;
      if (env?.["CGO_ENABLED"] !== "1" || !isThere) return [];
      const { code, stdout, stderr } = await buildCgo(machine, limits.build);
      if (code === 0) return [];
      const text = code === undefined ? `it has not ended in ${limits.build / 1000} s` : stderr + stdout;
      const said = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
      return [
        {
          fact: `CC=${env["CC"]}: ${oneLine(said.slice(0, 3).join("; "))}`,
          ...(mendFor(text) ?? {
            fix: "go env CC CGO_CFLAGS CGO_LDFLAGS",
            help: "shows what it is called with; without cgo: CGO_ENABLED=0 go build",
          }),
          reach: everyGo,
        },
      ];
    },
  },
  {
    id: "modules-load",
    severity: "error",
    title: "the go command finds every module that the project's modules need",
    why: "nothing builds in a module whose dependencies can't be listed, and gopls finds no packages there",
    cost: "deep network",
    async find(machine) {
      const file = moduleFileHere(machine.ctx)?.path;
      if (file === undefined || machine.gos.length === 0) return [];
      if (goSetting(machine.ctx, "GO111MODULE")?.value === "off") return [];
      const uses = file.endsWith("/go.mod") ? [] : usesIn(textOf(file) ?? "");
      const active = dirname(file);
      const top = projectFolders(machine.ctx).at(-1) ?? active;
      const others = modulesBelow(machine.ctx, top)
        .filter(
          (folder) => folder !== active && !uses.some((use) => isSameFile(resolve(active, use), folder)),
        )
        .slice(0, mostModules);
      const asked = [
        { folder: active, inactive: false },
        ...others.map((folder) => ({ folder, inactive: true })),
      ].values();
      const findings: Finding[] = [];
      const work = async (): Promise<void> => {
        for (const { folder, inactive } of asked) {
          if (textOf(join(folder, "vendor/modules.txt")) !== undefined) continue; // It needs no others.
          const env = { ...machine.ctx.env, ...(inactive ? { GOWORK: "off" } : {}) };
          const options = { cwd: folder, env: { ...env, PWD: folder }, limit: limits.list };
          const said = await machine.run("go", ["list", "-mod=readonly", "-m", "all"], options);
          const failure = failureOf(said, limits.list);
          if (failure === undefined) continue;
          findings.push({
            fact: `${folder}${inactive ? " (not active: it is not the module here, nor in its go.work)" : ""}: ${failure}`,
            ...(mendFor(said.stderr) ?? {
              fix: `cd ${quote(folder)} && ${inactive ? "GOWORK=off " : ""}go mod tidy`,
            }),
            reach: project,
            ...(inactive ? { severity: "warning" } : {}),
          });
        }
      };
      await Promise.all([work(), work()]);
      return findings;
    },
  },
  {
    id: "modules-unchanged",
    severity: "error",
    title: "what the module cache has of the project is as it was downloaded",
    why: "go builds what lies there without looking: an edited file, or half of one, is in each program",
    cost: "deep network",
    async find(machine) {
      const file = moduleFileHere(machine.ctx)?.path;
      if (file === undefined || machine.gos.length === 0) return [];
      const cwd = dirname(file);
      const env = { ...machine.ctx.env, PWD: cwd };
      const { stdout, stderr } = await machine.run("go", ["mod", "verify"], { cwd, env, limit: limits.list });
      return (stdout + stderr).split("\n").flatMap((line): Finding[] => {
        const [, module, what, path] =
          /^(\S+ v\S+): ((?:dir|zip) has been modified \((.*)\))/.exec(line) ?? [];
        if (module === undefined || what === undefined || path === undefined) return [];
        const fix = `chmod -R u+w ${quote(path)} && rm -r ${quote(path)}`;
        const help = "go downloads it again, and proves it";
        return [{ fact: `${module}: ${what}`, fix, help, reach: everyGo }];
      });
    },
  },
  {
    id: "goproxy",
    severity: "warning",
    title: "each entry of GOPROXY serves the project's modules, soon and with their newest versions",
    why: "go asks them in this order: a slow one delays each module, one that fails stops all, one that is behind hides a release",
    cost: "deep network",
    find: async (machine) => {
      const all = await probed(machine);
      return all.flatMap(({ name, answers, p95, behind }): Finding[] => {
        const failed = answers.filter(({ outcome }) => outcome instanceof GvError);
        const [first] = failed;
        const why = first?.outcome instanceof GvError ? first.outcome.message : "";
        const [late] = behind;
        const other = { help: "another one first: gv setup --proxy, with a list, or cn" };
        const of = (number: number): string => `${number} of ${answers.length} modules`;
        return [
          ...(first
            ? [{ fact: `${name} fails for ${of(failed.length)}: ${why}`, ...other, reach: everyGo }]
            : []),
          ...(p95 > slow
            ? [{ fact: `${name} takes ${p95} ms for one module in twenty`, ...other, reach: everyGo }]
            : []),
          ...(late
            ? [
                {
                  fact: `${name} lists older versions of ${of(behind.length)}: ${late.here} of ${late.path}, elsewhere ${late.there}`,
                  fix: `go get ${late.path}@${late.there}`,
                  help: `takes it by its number; ${other.help}`,
                  reach: everyGo,
                  severity: "note" as const,
                },
              ]
            : []),
        ];
      });
    },
    measure: async (machine) => rowsOf(await probed(machine)),
  },
];

/** Modules of a project that are listed, besides the one that is active. */
const mostModules = 20;

function probed(machine: Machine): Promise<readonly Probed[]> {
  return machine.once("goproxy probe", async () => {
    const { ctx } = machine;
    const file = moduleFileHere(ctx)?.path;
    const list = await listHere(machine);
    if (file === undefined || list instanceof GvError) return []; // goproxy-list says it.
    const proxies = list.proxies.filter(({ direct }) => !direct);
    const modules = requiredBy(ctx, file, (await goHere(machine))?.goroot ?? "/");
    return modules.length === 0 ? [] : probe(ctx, proxies, modules);
  });
}

/** What a go command said against it; undefined where it ended well. */
function failureOf({ code, stderr }: Said, limit: number): string | undefined {
  if (code === 0) return undefined;
  if (code === undefined) return stderr === "" ? `it has not ended in ${limit / 1000} s` : lastLine(stderr);
  const lines = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^go: (?:downloading|finding) /.test(line));
  return oneLine(lines.slice(0, 3).join("; "));
}

/** The line to type for what a program said, where its text is one that gv knows. */
/** What the log's index knows against it. */
function mendFor(text: string): { readonly fix?: string; readonly help?: string } | undefined {
  const cause = causesIn(text)[0]?.cause;
  if (cause === undefined) return undefined;
  const { fix, help } = cause;
  return { ...(fix === undefined ? {} : { fix }), ...(help === undefined ? {} : { help }) };
}

function lastLine(text: string): string {
  return oneLine(text.trim().split("\n").at(-1) ?? "") || "no word why";
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 500);
}
