/** Every seeded fault, by subject. */
import type { Case } from "../support/doctor.ts";
import { arch } from "./arch.cases.ts";
import { linux } from "./linux.cases.ts";
import { mac } from "./mac.cases.ts";
import { macSigning } from "./mac-signing.cases.ts";
import { owners } from "./owners.cases.ts";
import { path } from "./path.cases.ts";

export const cases: readonly Case[] = [...path, ...owners, ...arch, ...mac, ...macSigning, ...linux];
