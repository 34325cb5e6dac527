/** Every seeded fault, by subject. */
import type { Case } from "../support/doctor.ts";
import { network } from "./network.cases.ts";
import { path } from "./path.cases.ts";
import { store } from "./store.cases.ts";

export const cases: readonly Case[] = [...path, ...network, ...store];
