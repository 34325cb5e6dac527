/** gv list: what is installed, which one applies here, and what isn't proven. */
import type { Context } from "../context.ts";
import { formatPlatform, samePlatform } from "../platform.ts";
import { textOf } from "../read.ts";
import { resolveVersion } from "../resolve.ts";
import { type Installed, isProven, listInstalled } from "../store.ts";

export async function list(ctx: Context, options: { json?: boolean }): Promise<void> {
  const applies = await resolveVersion(ctx);
  const isCurrent = (one: Installed): boolean =>
    applies.kind === "version" && applies.name === one.name && samePlatform(one.platform, ctx.platform);
  const global = textOf(ctx.root.globalVersion)?.trim();
  const rows = listInstalled(ctx).map((one) => ({
    name: one.name,
    platform: formatPlatform(one.platform),
    goroot: one.folder,
    link: one.link,
    current: isCurrent(one),
    global: one.name === global && samePlatform(one.platform, ctx.platform),
    proven: isProven(one.receipt),
    form: one.receipt?.form,
  }));
  if (options.json) {
    ctx.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
    return;
  }
  if (rows.length === 0) ctx.stderr.write("gv: no Go is installed yet\n    gv install latest\n");
  const host = formatPlatform(ctx.platform);
  const lines = rows.map((row) => {
    const notes = [
      row.platform === host ? "" : row.platform,
      row.global ? "global" : "",
      row.form === "archive" ? "full" : "",
      row.link === undefined
        ? row.proven
          ? ""
          : row.form === "source"
            ? "built here"
            : "not proven"
        : `-> ${row.link}`,
    ].filter((note) => note !== "");
    return `${row.current ? "*" : " "} ${[row.name.padEnd(10), ...notes].join("  ").trimEnd()}\n`;
  });
  ctx.stdout.write(lines.join(""));
}
