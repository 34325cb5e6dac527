/**
 * gv doctor: for each check a machine that has the fault and one that hasn't. Prints the matrix: checks, faults found,
 * false alarms.
 */
import { afterAll, describe, expect, it } from "vitest";

import { checks } from "../../src/checks.ts";
import { diagnose } from "../../src/doctor/diagnose.ts";
import { fix as mend } from "../../src/doctor/fix.ts";
import { healthy, linux, mac } from "../support/doctor.ts";
import { cases } from "./cases.ts";

const found = new Map<string, number>();
const alarms: string[] = [];

describe("a machine that is well", () => {
  for (const platform of [linux, mac])
    it(`is silent on ${platform.os}`, async () => {
      const scene = await healthy(platform);
      const answers = await diagnose(scene.context(), { ids: [], offline: true, deep: true });
      for (const { check, findings } of answers) if (findings.length > 0) alarms.push(check.id);
      expect(answers.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    });
});

describe.each([...new Set(cases.map(({ check }) => check))])("%s", (id) => {
  for (const { fault, finds, before, put, platform, cannot, mends } of cases.filter(
    ({ check }) => check === id,
  ))
    it.skipIf(cannot !== undefined)(fault, async () => {
      const scene = await healthy(platform);
      await before?.(scene);
      const well = await scene.ask(id);
      if (well.outcome !== "ok") alarms.push(id);
      expect(well).toMatchObject({ outcome: "ok", findings: [] });
      await put(scene);
      const answer = await scene.ask(id);
      const { outcome, findings } = answer;
      expect(outcome).toBe("found");
      expect(findings.map(({ fact }) => fact).join("\n")).toMatch(finds);
      for (const { fact, fix, help = "" } of findings) {
        expect(fact).not.toBe("");
        expect(fix ?? help).not.toBe("");
        // A line to type and nothing else: words are in `help`.
        expect(fix ?? "").not.toMatch(/ {3}|\n/);
      }
      found.set(id, (found.get(id) ?? 0) + 1);
      if (!mends) return;
      await mend(scene.context(), [answer]);
      expect(await scene.ask(id)).toMatchObject({ outcome: "ok" });
    });
});

it("has a fault for every check, and no id twice", () => {
  const ids = checks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !cases.some(({ check }) => check === id))).toEqual([]);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
});

afterAll(() => {
  const faults = [...found.values()].reduce((sum, number) => sum + number, 0);
  process.stdout.write(
    `doctor: ${checks.length} checks, ${faults} of ${cases.length} seeded faults found, ${alarms.length} false alarms\n`,
  );
});
