/** Every seeded fault, by subject. */
import type { Case } from "../support/doctor.ts";
import { path } from "./path.cases.ts";

export const cases: readonly Case[] = [...path];
