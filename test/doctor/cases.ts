/** Every seeded fault, by subject. */
import type { Case } from "../support/doctor.ts";
import { devContainer } from "./dev-container.cases.ts";
import { editors } from "./editors.cases.ts";
import { goland } from "./goland.cases.ts";
import { path } from "./path.cases.ts";
import { projects } from "./projects.cases.ts";
import { tools } from "./tools.cases.ts";
import { workspaces } from "./workspaces.cases.ts";

export const cases: readonly Case[] = [
  ...path,
  ...tools,
  ...projects,
  ...workspaces,
  ...editors,
  ...goland,
  ...devContainer,
];
