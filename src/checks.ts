/** All checks of `gv doctor`, a table for each subject, in the order in which they are told. */
import { caches } from "./checks/caches.ts";
import { goenv } from "./checks/goenv.ts";
import { gopath } from "./checks/gopath.ts";
import { goroot } from "./checks/goroot.ts";
import { path } from "./checks/path.ts";
import { profiles } from "./checks/profiles.ts";
import { starts } from "./checks/starts.ts";
import { target } from "./checks/target.ts";
import type { Check } from "./doctor/check.ts";

export const checks: readonly Check[] = [
  ...path,
  ...goroot,
  ...gopath,
  ...goenv,
  ...target,
  ...caches,
  ...starts,
  ...profiles,
];
