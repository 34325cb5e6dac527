/** Every seeded fault, by subject. */
import type { Case } from "../support/doctor.ts";
import { arch } from "./arch.cases.ts";
import { caches } from "./caches.cases.ts";
import { deep } from "./deep.cases.ts";
import { devContainer } from "./dev-container.cases.ts";
import { editors } from "./editors.cases.ts";
import { goenv } from "./goenv.cases.ts";
import { goland } from "./goland.cases.ts";
import { gopath } from "./gopath.cases.ts";
import { goroot } from "./goroot.cases.ts";
import { linux } from "./linux.cases.ts";
import { mac } from "./mac.cases.ts";
import { macSigning } from "./mac-signing.cases.ts";
import { network } from "./network.cases.ts";
import { owners } from "./owners.cases.ts";
import { path } from "./path.cases.ts";
import { profiles } from "./profiles.cases.ts";
import { projects } from "./projects.cases.ts";
import { starts } from "./starts.cases.ts";
import { store } from "./store.cases.ts";
import { target } from "./target.cases.ts";
import { tools } from "./tools.cases.ts";
import { workspaces } from "./workspaces.cases.ts";

export const cases: readonly Case[] = [
  ...path,
  ...owners,
  ...starts,
  ...profiles,
  ...goroot,
  ...gopath,
  ...goenv,
  ...target,
  ...caches,
  ...arch,
  ...mac,
  ...macSigning,
  ...linux,
  ...tools,
  ...projects,
  ...workspaces,
  ...editors,
  ...goland,
  ...devContainer,
  ...network,
  ...store,
  ...deep,
];
