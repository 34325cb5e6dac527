/** All checks of `gv doctor`, a table for each subject, in the order in which they are told. */
import { network } from "./checks/network.ts";
import { path } from "./checks/path.ts";
import { store } from "./checks/store.ts";
import type { Check } from "./doctor/check.ts";

export const checks: readonly Check[] = [...path, ...network, ...store];
