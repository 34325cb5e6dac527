/**
 * gv ide github: a workflow that tests with the pinned Go, by the action of gv's own repository (action.yml).
 *
 * A workflow that is there stays as its author wrote it: only the line that names that action is renewed.
 */
import { join, relative } from "node:path";

import { bytesAt } from "../changes.ts";
import type { Context } from "../context.ts";
import { projectFolders } from "../doctor/project.ts";
import { GvError } from "../errors.ts";
import { charactersOf, fileOf } from "../latin1.ts";
import type { IdePlan, Integration } from "./integration.ts";

export const github: Integration = {
  name: "github",
  title: "GitHub Actions: a workflow that installs what the repository pins, and tests",
  takes: ["from"],
  plan: (ctx, { from }) => Promise.resolve(plan(ctx, from)),
};

/** As `uses` takes it: an action in a repository, or in a folder of this one. */
const place = /^(?:[\w.-]+(?:\/[\w.-]+)+@[\w./-]+|\.\/[\w./-]*)$/;

function plan(ctx: Context, from: string | undefined): IdePlan {
  if (from === undefined || !place.test(from))
    throw new GvError(
      "BAD_ARGUMENT",
      from === undefined ? "it isn't said where gv's action is" : `"${from}" is no address of an action`,
      {
        hint: "gv ide github --from OWNER/REPOSITORY@REF   a repository of gv, at a tag or a commit\ngv ide github --from ./path   a copy of it in this repository",
      },
    );
  const top = projectFolders(ctx).at(-1) ?? ctx.cwd;
  const path = join(top, ".github/workflows/go.yml");
  const before = bytesAt(path);
  if (before === undefined)
    return { changes: [{ path, before, after: Buffer.from(workflow(from, relative(top, ctx.cwd))) }] };
  const [name = ""] = from.split("@");
  const text = charactersOf(before);
  let isUsed = false;
  const renewed = text.replaceAll(/(?<=^[ \t]*(?:-[ \t]+)?uses:[ \t]*["']?)[^\s#"']+/gm, (used) => {
    if (used.split("@")[0] !== name) return used;
    isUsed = true;
    return from;
  });
  const notes = isUsed
    ? []
    : [
        `${path} is there, and doesn't use that action; put this step where its Go is set up (actions/setup-go):\n    - uses: ${from}`,
      ];
  return { changes: [{ path, before, after: fileOf(renewed) }], notes };
}

/** Where the module isn't in the top folder, every step is in its own. */
function workflow(from: string, folder: string): string {
  const quoted = JSON.stringify(folder);
  const [defaults, given] =
    folder === ""
      ? ["", ""]
      : [
          `    defaults:\n      run:\n        working-directory: ${quoted}\n`,
          `        with:\n          working-directory: ${quoted}\n`,
        ];
  return `name: go

on:
  push:
  pull_request:

permissions:
  contents: read

jobs:
  test:
    runs-on: ubuntu-latest
${defaults}    steps:
      - uses: actions/checkout@v6
      # Installs what .go-version, .tool-versions or go.mod ask for, and compares with .github/gv-baseline.json.
      - uses: ${from}
${given}      - run: go vet ./...
      - run: go test ./...
`;
}
