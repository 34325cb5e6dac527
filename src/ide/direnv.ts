/**
 * gv ide direnv: `use go` and `use go 1.22.5` for direnv's library, and the line in a project's .envrc; with --isolate a
 * GOPATH of the project's own, for direnv and for VS Code.
 *
 * direnv reads each lib/*.sh of its own folder before an .envrc (https://direnv.net/man/direnv-stdlib.1.html); a
 * function use_go is what its `use go` runs.
 */
import { join } from "node:path";

import { bytesAt, type Change, isChange } from "../changes.ts";
import type { Context } from "../context.ts";
import { projectTop } from "../doctor/project.ts";
import { configFolder } from "../goenv.ts";
import { onPath } from "../on-path.ts";
import { type Resolution, resolveVersion } from "../resolve.ts";
import { quote } from "../shim-conf.ts";
import { ignoring, withLastLine } from "./git-ignore.ts";
import type { IdePlan, Integration } from "./integration.ts";
import { jsonAt, jsonChange } from "./json-file.ts";

const gopath = ".gopath";

export const direnv: Integration = {
  name: "direnv",
  title: "direnv: use go 1.22.5 in an .envrc, and a GOPATH of the project's own",
  takes: ["user", "isolate"],
  plan: async (ctx, { user, isolate }) => {
    const library = libraryChange(ctx);
    if (user) return { changes: [library] };
    const { change, notes } = await envrcPlan(ctx, isolate === true);
    return {
      changes: [library, change, ...(isolate ? await isolation(ctx) : [])],
      notes: [
        ...(notes ?? []),
        ...(isChange(change) ? ["direnv asks once for each .envrc that is new to it: direnv allow"] : []),
      ],
    };
  },
};

function libraryChange(ctx: Context): Change {
  const folder = ctx.env["DIRENV_CONFIG"] || join(configFolder(ctx.home, ctx.env), "direnv");
  const path = join(folder, "lib", "gv.sh");
  return { path, before: bytesAt(path), after: Buffer.from(library(ctx)) };
}

/** The shims follow what is asked for in each folder; GV_VERSION goes before every version file. */
function library({ root }: Context): string {
  return `# Made by "gv ide direnv"; "gv ide direnv --user --undo" takes it back.
#   use go          the version that applies in this folder, by its version files
#   use go 1.22.5   that one, whatever they say
use_go() {
  local root=\${GV_ROOT:-${quote(root.path)}}
  if [[ ! -x $root/bin/gv ]]; then
    log_error "use go: no gv is in $root: gv setup makes one there"
    return 1
  fi
  PATH_add "$root/shims"
  watch_file .go-version
  watch_file .tool-versions
  if [[ -n \${1-} ]]; then export GV_VERSION=$1; fi
  # What isn't installed is said, and the rest of the .envrc holds all the same: the shim says it again.
  "$root/bin/gv" which go >/dev/null || true
}
`;
}

/** One place says the version: a version file where there is one, else the .envrc. */
async function envrcPlan(ctx: Context, isIsolated: boolean): Promise<IdePlan & { readonly change: Change }> {
  const path = join(projectTop(ctx), ".envrc");
  const before = bytesAt(path);
  const notes: string[] = [];
  const own = /^[ \t]*use[ _]go\b.*$/m.exec(before?.toString("latin1") ?? "")?.[0].trim();
  const line = lineFor(ctx, await resolveVersion(ctx));
  if (own !== undefined && own !== line) notes.push(`${path} has "${own}": it stays so`);
  let after = own === undefined ? withLastLine(before, line) : before;
  if (isIsolated)
    for (const one of [`export GOPATH=$PWD/${gopath}`, "unset GOBIN", `PATH_add ${gopath}/bin`])
      after = withLastLine(after, one);
  if (onPath(ctx, "direnv") === undefined)
    notes.push(
      "there is no direnv on PATH: https://direnv.net says how to install it, and what your shell needs",
    );
  const change = { path, before, after };
  return { change, changes: [change], notes };
}

function lineFor(ctx: Context, here: Resolution): string {
  const { origin } = here;
  const isOfProject = origin.kind === "file" && origin.file.startsWith(`${projectTop(ctx)}/`);
  return here.kind === "version" && !isOfProject ? `use go ${here.name}` : "use go";
}

/** The editor takes the same GOPATH, and git passes over it. */
async function isolation(ctx: Context): Promise<readonly Change[]> {
  const top = projectTop(ctx);
  const value = `\${workspaceFolder}/${gopath}`;
  const settings = await jsonChange(join(top, ".vscode/settings.json"), (json) =>
    ["go.gopath", "go.toolsGopath"]
      .filter((name) => jsonAt(json, [name])?.value !== value)
      .map((name) => ({ path: [name], value })),
  );
  return [settings, ...ignoring(top, `/${gopath}/`)];
}
