/** gv verify on a real release: one that gv did not install is proven, and an edit is named, and nothing but it. */
import { appendFileSync, cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { online, patience } from "../support/online.ts";
import { hostFolder, hostName } from "../support/scene.ts";

it("proves a copy, and names what was edited, added and removed", { timeout: patience }, async (test) => {
  const box = await online(test);
  expect(await box.gv(["install", "-q", "1.22.5"])).toMatchObject({ code: 0, stderr: "" });
  const copy = join(box.project, "go");
  cpSync(join(box.root, "versions", hostFolder, "1.22.5"), copy, { recursive: true });
  rmSync(join(box.root, "receipts"), { recursive: true });
  expect(await box.gv(["verify", "./go"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(`^${copy}: go1.22.5 for ${hostName}: proven\n`) as string,
  });

  appendFileSync(join(copy, "go.env"), "GOTOOLCHAIN=local\n");
  const edited = await box.gv(["verify", "./go"]);
  expect(edited.code).toBe(4);
  expect(edited.stdout.split("\n").slice(1, 3)).toEqual([
    "  changed  go.env",
    "  all else is proven to be as Go published it",
  ]);

  writeFileSync(join(copy, "src/fmt/more.go"), "package fmt\n");
  rmSync(join(copy, "src/cmd/go.mod"));
  const { results } = JSON.parse((await box.gv(["verify", "--json", "./go"])).stdout) as {
    results: unknown[];
  };
  expect(results).toMatchObject([
    {
      verdict: "differs",
      differences: {
        changed: ["go.env"],
        added: ["src/fmt/more.go"],
        missing: ["src/cmd/go.mod"],
      },
    },
  ]);
});
