/** All checks of `gv doctor`, a table for each subject, in the order in which they are told. */
import { path } from "./checks/path.ts";
import type { Check } from "./doctor/check.ts";

export const checks: readonly Check[] = [...path];
