/** A redirect to what is no web server: a file of this machine, data in the address, another protocol, nothing. */
import { expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { logOnDisk, toolInLog, toolPath } from "../support/lookup.ts";
import { sandbox } from "../support/sandbox.ts";
import { host, localProxy } from "../support/scene.ts";

const places = [
  "file:///etc/passwd",
  "file:HERE",
  "FILE://localhost/etc/passwd",
  "data:application/zip;base64,UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==",
  "ftp://127.0.0.1/x",
  "gopher://127.0.0.1/x",
  "unix:/run/docker.sock",
  "javascript:0",
  "ws://127.0.0.1/x",
  "blob:http://127.0.0.1/x",
  "about:blank",
  "http://[",
  "http://127.0.0.1:99999/",
  "http://a b/",
  "http://%00/",
  "http://",
];

it.each(places)("of a lookup to %s", async (place) => {
  const { server } = toolInLog();
  const proxy = await localProxy({ database: server });
  const base = `${proxy.url}/sumdb/${server.name}`;
  const box = sandbox({ GOPROXY: proxy.url, GOSUMDB: `${server.verifierKey} ${base}` });
  // What a redirect to it would read, were it followed, is right.
  const file = box.write("answer", server.serve(toolPath()) ?? "");
  proxy.intercept = ({ url = "" }, response) => {
    if (!url.endsWith(toolPath())) return false;
    response.writeHead(302, { location: place.replace("HERE", file) }).end();
    return true;
  };
  await expect(logOnDisk(box).ask()).rejects.toMatchObject({
    code: "NO_CHECKSUM_DATABASE",
    hint: expect.stringMatching(/which gv never follows|redirects to what is no address/),
  });
  expect(proxy.requests.map(({ path }) => path)).toEqual([`/sumdb/${server.name}/${toolPath()}`]);
});

it("of a zip in a whole install to the right zip on this machine", async () => {
  const toolchain = tinyToolchain("1.22.5", host);
  const proxy = await localProxy({ toolchains: [toolchain] });
  const box = sandbox({ GOPROXY: proxy.url, GOSUMDB: proxy.database.verifierKey });
  const file = box.write("right.zip", toolchain.zip);
  proxy.intercept = ({ url = "" }, response) => {
    if (!url.endsWith(".zip")) return false;
    response.writeHead(302, { location: `file://${file}` }).end();
    return true;
  };
  const ran = await refused(box, ["install", "1.22.5"], { code: 5 });
  expect(ran.stderr).toContain("from http to file, which gv never follows");
});
