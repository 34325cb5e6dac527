/** Redirects without an end: in a circle, back and forth between hosts, ever longer, ever elsewhere. */
import { expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { type Goproxy, tinyToolchain } from "../support/goproxy.ts";
import { logOnDisk, toolInLog } from "../support/lookup.ts";
import { sandbox } from "../support/sandbox.ts";
import { host, localProxy } from "../support/scene.ts";

/** From the path and query that were asked, and the two hosts, to where it goes on. */
type Leads = (url: string, here: string, there: string) => string;

const circles: [string, Leads][] = [
  ["to itself", (url) => url],
  ["to itself, by its address", (url, here) => here + url],
  ["to nothing", () => ""],
  ["to a part of itself", () => "#part"],
  ["back and forth between two hosts", (url, _, there) => there + url],
  ["to a longer path each time", (url) => `${url}/x`],
  ["to another query each time", (url) => `${url}?${url.length}`],
];

/** Two proxies, of which each redirects what `isMeant` as `leads` says; gives how often they were asked for that. */
async function circle(
  proxy: Goproxy,
  isMeant: (url: string) => boolean,
  leads: Leads,
): Promise<() => number> {
  let asked = 0;
  const other = await localProxy({ database: proxy.database });
  const both = [proxy, other] as const;
  for (const [here, there] of [both, both.toReversed()])
    if (here && there)
      here.intercept = ({ url = "" }, response) => {
        if (!isMeant(url)) return false;
        asked++;
        response.writeHead(302, { location: leads(url, here.url, there.url) }).end();
        return true;
      };
  return () => asked;
}

it.each(circles)("of a lookup, %s", async (_, leads) => {
  const proxy = await localProxy({ database: toolInLog().server });
  const asked = await circle(proxy, (url) => url.includes("/lookup/"), leads);
  const { name, verifierKey } = proxy.database;
  const box = sandbox({ GOPROXY: proxy.url, GOSUMDB: `${verifierKey} ${proxy.url}/sumdb/${name}` });
  await expect(logOnDisk(box).ask()).rejects.toMatchObject({
    code: "NO_CHECKSUM_DATABASE",
    hint: expect.stringContaining("more than 10 redirects"),
  });
  expect(asked()).toBe(11);
});

// Zips and lookups come through one door (src/http.ts): of every second circle a whole install shows that a zip does.
it.each(circles.filter((_, i) => i % 2 === 0))("of a zip in a whole install, %s", async (_, leads) => {
  const toolchain = tinyToolchain("1.22.5", host);
  const proxy = await localProxy({ toolchains: [toolchain] });
  const asked = await circle(proxy, (url) => url.includes(`/${toolchain.version}.zip`), leads);
  const box = sandbox({ GOPROXY: proxy.url, GOSUMDB: proxy.database.verifierKey });
  const ran = await refused(box, ["install", "1.22.5"], { code: 5 });
  expect(ran.stderr).toContain("more than 10 redirects");
  expect(asked()).toBe(11);
});
