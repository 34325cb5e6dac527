/** A zip of another module, or of none: every name in it must begin with the module and version that was asked for. */
import { expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, hostFolder, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { remade } from "../support/unzip.ts";

const asked = tinyToolchain("1.22.5", host);
const prefix = `golang.org/toolchain@${asked.version}/`;

it.each<[string, string]>([
  ["no prefix", ""],
  ["an archive's prefix", "go/"],
  ["another module's", `example.com/toolchain@${asked.version}/`],
  ["another version's", `golang.org/toolchain@v0.0.1-go1.22.50.${hostFolder}/`],
  ["the version in capitals", prefix.toUpperCase()],
  ["a folder before it", `x/${prefix}`],
])("%s: refused", async (_, other) => {
  const proxy = await localProxy({
    toolchains: [
      await remade(asked, (honest) =>
        honest.map((entry) => ({ ...entry, name: String(entry.name).replace(prefix, other) })),
      ),
    ],
  });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toContain(`which is not a file of ${prefix.slice(0, -1)}`);
});

it.each<[string, string]>([
  ["of another module", "example.com/evil@v1.0.0/bin/go"],
  ["of a version that begins alike", `${prefix.slice(0, -1)}0/bin/go`],
  ["that is the prefix without its slash", prefix.slice(0, -1).replace("toolchain@", "toolchain@x")],
])("one file %s among the honest ones: refused", async (_, name) => {
  const toolchain = await remade(asked, (honest) => [...honest, { name, data: "#!/bin/sh\n" }]);
  const proxy = await localProxy({ toolchains: [toolchain] });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toContain(`the zip holds ${name}, which is not a file of`);
});
