/** A zip that was cut short, or goes on: at every byte, whichever part of it is missing. */
import { expect, it } from "vitest";

import { countAttacks, refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { refusal } from "../support/unzip.ts";
import { makeZip } from "../support/zip.ts";

const zip = makeZip([
  { name: "m@v/a", data: "content" },
  { name: "m@v/b", data: "more", method: 0 },
]);
const end = 22;

it("cut at its end, or at its start", async (test) => {
  for (let at = 0; at < zip.length; at++) {
    await refusal(zip.subarray(0, at));
    await refusal(zip.subarray(at + 1));
  }
  countAttacks(test, 2 * zip.length);
});

it("a byte left out, or one more, anywhere", async (test) => {
  for (let at = 0; at < zip.length; at++) {
    await refusal(Buffer.concat([zip.subarray(0, at), zip.subarray(at + 1)]));
    await refusal(Buffer.concat([zip.subarray(0, at), Buffer.alloc(1), zip.subarray(at)]));
  }
  countAttacks(test, 2 * zip.length);
});

it("cut anywhere, with its last bytes put behind", async (test) => {
  for (let at = 0; at < zip.length - end; at++)
    await refusal(Buffer.concat([zip.subarray(0, at), zip.subarray(-end)]));
  countAttacks(test, zip.length - end);
});

it.each([0.5, 0.9])("a release of which %d arrived is not installed", async (part) => {
  const asked = tinyToolchain("1.22.5", host);
  const arrived = asked.zip.subarray(0, asked.zip.length * part);
  const proxy = await localProxy({ toolchains: [{ ...asked, zip: arrived }] });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toContain("cut short");
});
