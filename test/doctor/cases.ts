/** Every seeded fault, by subject. */
import type { Case } from "../support/doctor.ts";
import { caches } from "./caches.cases.ts";
import { goenv } from "./goenv.cases.ts";
import { gopath } from "./gopath.cases.ts";
import { goroot } from "./goroot.cases.ts";
import { path } from "./path.cases.ts";
import { profiles } from "./profiles.cases.ts";
import { starts } from "./starts.cases.ts";
import { target } from "./target.cases.ts";

export const cases: readonly Case[] = [
  ...path,
  ...goroot,
  ...gopath,
  ...goenv,
  ...target,
  ...caches,
  ...starts,
  ...profiles,
];
