/** A mirror that hands out another release than the one that was asked for: an older one, another platform's. */
import { expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { tinyToolchain, type Toolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";

const asked = tinyToolchain("1.22.5", host);
const older = tinyToolchain("1.22.4", host);

/** The older release under the name of the one that was asked for: every path in it renamed. */
const disguised = tinyToolchain("1.22.5", host, {
  served: {
    VERSION: "go1.22.4\ntime 2024-05-30T19:26:07Z\n",
    "src/fmt/print.go": "// 1.22.4\npackage fmt\n",
  },
});

it.each<[string, Toolchain, RegExp]>([
  ["the older zip as it is", { ...asked, zip: older.zip }, /not a file of/],
  ["the older files under the new names", disguised, /is not the v0\.0\.1-go1\.22\.5/],
  [
    "another platform's zip",
    { ...asked, zip: tinyToolchain("1.22.5", { os: "plan9", arch: "386" }).zip },
    /not a file of/,
  ],
])("%s is refused", async (_, toolchain, reason) => {
  const proxy = await localProxy({ toolchains: [older, toolchain] });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toMatch(reason);
});

it("the older release's record is refused for the one that was asked for", async () => {
  const proxy = await localProxy({ toolchains: [older, asked] });
  const lookup = `/sumdb/${proxy.database.name}/lookup/golang.org/toolchain@`;
  proxy.intercept = (request, response) => {
    if (request.url !== lookup + asked.version) return false;
    response.end(proxy.database.serve(`lookup/golang.org/toolchain@${older.version}`));
    return true;
  };
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toContain("gave no record of golang.org/toolchain@v0.0.1-go1.22.5");
});
