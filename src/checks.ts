/** All checks of `gv doctor`, a table for each subject, in the order in which they are told. */
import { devContainer } from "./checks/dev-container.ts";
import { editors } from "./checks/editors.ts";
import { goland } from "./checks/goland.ts";
import { path } from "./checks/path.ts";
import { projects } from "./checks/projects.ts";
import { tools } from "./checks/tools.ts";
import { workspaces } from "./checks/workspaces.ts";
import type { Check } from "./doctor/check.ts";

export const checks: readonly Check[] = [
  ...path,
  ...tools,
  ...projects,
  ...workspaces,
  ...editors,
  ...goland,
  ...devContainer,
];
