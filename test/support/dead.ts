/** What a gv leaves that was killed. */
import { join } from "node:path";

import type { Context } from "../../src/context.ts";
import { ownName } from "../../src/owner.ts";

/** The path of a private folder in staging/, the same each time, of a process that is none: no number is that large. */
export function folderOfDead({ root }: Context): string {
  return join(root.staging, ownName().replace(/-.*/, "-999999999-1-00000000-0000-4000-8000-000000000099"));
}
