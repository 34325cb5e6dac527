/** A lookup's answer with one bit changed: of its id, of a hash, of a name, of the signed head, of anything. */
import { expect, it } from "vitest";

import { countAttacks, flippedBits } from "../support/attack.ts";
import { refusal, tool, toolInLog, toolPath } from "../support/lookup.ts";

it("each bit of the whole answer", async (test) => {
  const { server, log, ask } = toolInLog();
  expect(await ask()).toMatchObject({ id: 100, h1: tool.h1, goModH1: tool.goModH1 });
  const answer = server.serve(toolPath()) ?? Buffer.alloc(0);
  expect(answer.length).toBeGreaterThan(300);
  log.files.clear();
  for (const { bit, flipped } of flippedBits(answer)) {
    log.tamper = (path, bytes) => (path === toolPath() ? flipped : bytes);
    await refusal(ask(), `bit ${bit}`);
  }
  expect(log.files.size).toBe(0);
  countAttacks(test, answer.length * 8);
});

it.for(["h1", "goModH1"] as const)("each bit of %s, as base64 writes it", async (name, test) => {
  const { log, ask } = toolInLog();
  const hash = Buffer.from(tool[name].slice(3), "base64");
  for (const { bit, flipped } of flippedBits(hash)) {
    const changed = `h1:${flipped.toString("base64")}`;
    log.tamper = (path, bytes) =>
      path === toolPath() ? Buffer.from(String(bytes).replace(tool[name], changed)) : bytes;
    await refusal(ask(), `bit ${bit}`);
  }
  expect(log.files.size).toBe(0);
  countAttacks(test, hash.length * 8);
});
