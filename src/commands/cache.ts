/** gv cache: what gv keeps to save time, and what can be taken away. */
import { caches, cacheNames, cleanCaches } from "../cache.ts";
import type { Context } from "../context.ts";
import { megabytes, sizeOnDisk } from "../space.ts";

export function list(ctx: Context, options: { json?: boolean }): void {
  const rows = cacheNames.map((name) => {
    const paths = caches[name].find(ctx);
    return { name, what: caches[name].what, bytes: Math.round(sizeOf(paths)), paths };
  });
  if (options.json) return ctx.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  for (const { name, what, bytes } of rows)
    ctx.stdout.write(`${name.padEnd(10)} ${megabytes(bytes).padStart(8)}  ${what}\n`);
}

export async function clean(ctx: Context, options: { quiet?: boolean }): Promise<void> {
  const freed = sizeOf(cacheNames.flatMap((name) => caches[name].find(ctx)));
  await cleanCaches(ctx);
  if (!options.quiet) ctx.stdout.write(freed > 0 ? `${megabytes(freed)} are free\n` : "nothing to remove\n");
}

function sizeOf(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + sizeOnDisk(path), 0);
}
