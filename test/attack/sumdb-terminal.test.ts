/**
 * An answer that would tell a terminal what to show, or turn its letters round: where the record should be, in a
 * signature line, in a head that is printed as evidence. It is refused, and what is printed of it is harmless.
 */
import { expect, it } from "vitest";

import { countAttacks, refused } from "../support/attack.ts";
import { addTool, refusal, tool, toolInLog, toolPath } from "../support/lookup.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { sandbox } from "../support/sandbox.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";

/** The start of a terminal's commands in both forms, bell, carriage return, delete, next line, and unseen ones. */
const tricks = [
  "\u001b[2K",
  "\u009b2K",
  "\u0007",
  "\r",
  "\u007f",
  "\u0085",
  "\u2028",
  "\u200b",
  "\u202e",
  "\ue000",
];
const isObeyed = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u;

const stranger = (trick: string): string => `— x${trick}x ${Buffer.alloc(68, 7).toString("base64")}\n`;

it.for<[string, (answer: string, trick: string) => string]>([
  ["before the record", (answer, trick) => trick + answer],
  ["in the record", (answer, trick) => answer.replace("h1:", `h1:${trick}`)],
  ["in a malformed signature line", (answer, trick) => `${answer}— x ${trick}\n`],
  ["in an unknown key's name, beside a fork", (answer, trick) => answer + stranger(trick)],
  [
    "in an unknown key's signature, beside a fork",
    (answer, trick) => `${answer}${stranger("").trimEnd()}${trick}\n`,
  ],
])("%s", async ([, change], test) => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  await ask();
  log.database = server.fork(200);
  addTool(log.database, "v1.0.1");
  log.database.pad(200);
  const version = "v1.0.1";
  for (const trick of tricks) {
    log.tamper = (path, bytes) =>
      path === toolPath(version) ? Buffer.from(change(String(bytes), trick)) : bytes;
    const { message, hint } = await refusal(ask(version));
    expect(message + hint).not.toMatch(isObeyed);
  }
  countAttacks(test, tricks.length);
});

it("in the evidence that a whole install prints", async () => {
  const toolchain = tinyToolchain("1.22.5", host);
  const proxy = await localProxy({ toolchains: [toolchain] });
  const path = `lookup/golang.org/toolchain@${toolchain.version}`;
  proxy.intercept = (request, response) => {
    if (request.url !== `/sumdb/${proxy.database.name}/${path}`) return false;
    const forged = String(proxy.database.serve(path)).replace(toolchain.h1, tool.h1);
    response.end(forged + stranger("\u009b1A\u009b2KGo-is-proven"));
    return true;
  };
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toContain("\\u{9b}1A\\u{9b}2KGo");
  expect(ran.stderr + ran.stdout).not.toMatch(isObeyed);
});
