/** All checks of `gv doctor`, a table for each subject, in the order in which they are told. */
import { arch } from "./checks/arch.ts";
import { linux } from "./checks/linux.ts";
import { mac } from "./checks/mac.ts";
import { macSigning } from "./checks/mac-signing.ts";
import { macVersions } from "./checks/mac-versions.ts";
import { owners } from "./checks/owners.ts";
import { path } from "./checks/path.ts";
import type { Check } from "./doctor/check.ts";

export const checks: readonly Check[] = [
  ...path,
  ...owners,
  ...arch,
  ...mac,
  ...macVersions,
  ...macSigning,
  ...linux,
];
