/** All checks of `gv doctor`, a table for each subject, in the order in which they are told. */
import { arch } from "./checks/arch.ts";
import { caches } from "./checks/caches.ts";
import { deep } from "./checks/deep.ts";
import { devContainer } from "./checks/dev-container.ts";
import { editors } from "./checks/editors.ts";
import { envrc } from "./checks/envrc.ts";
import { goenv } from "./checks/goenv.ts";
import { stops } from "./checks/goenv/stops.ts";
import { goland } from "./checks/goland.ts";
import { gopath } from "./checks/gopath.ts";
import { goroot } from "./checks/goroot.ts";
import { linux } from "./checks/linux.ts";
import { mac } from "./checks/mac.ts";
import { macSigning } from "./checks/mac-signing.ts";
import { macVersions } from "./checks/mac-versions.ts";
import { network } from "./checks/network.ts";
import { owners } from "./checks/owners.ts";
import { path } from "./checks/path.ts";
import { profiles } from "./checks/profiles.ts";
import { projects } from "./checks/projects.ts";
import { starts } from "./checks/starts.ts";
import { store } from "./checks/store.ts";
import { target } from "./checks/target.ts";
import { tools } from "./checks/tools.ts";
import { workspaces } from "./checks/workspaces.ts";
import type { Check } from "./doctor/check.ts";

export const checks: readonly Check[] = [
  ...path,
  ...owners,
  ...starts,
  ...profiles,
  ...goroot,
  ...gopath,
  ...goenv,
  ...stops,
  ...target,
  ...caches,
  ...arch,
  ...mac,
  ...macVersions,
  ...macSigning,
  ...linux,
  ...tools,
  ...projects,
  ...envrc,
  ...workspaces,
  ...editors,
  ...goland,
  ...devContainer,
  ...network,
  ...store,
  ...deep,
];
