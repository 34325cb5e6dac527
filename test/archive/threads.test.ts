/** The threads of an install: what they print when they are stopped before they have started. */
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { bundled } from "../../scripts/source.mjs";
import { sandbox } from "../support/sandbox.ts";

it("print nothing where they are stopped before they have started", async () => {
  const box = sandbox();
  box.write("threads.mjs", await bundled("src/archive/threads.ts", "esm"));
  const program = JSON.stringify(join(import.meta.dirname, "../../dist"));
  const script = box.write(
    "stop.mjs",
    `import { Threads } from "./threads.mjs";
for (let ms = 0; ms < 40; ms++) {
  const threads = new Threads({ program: ${program}, umask: 0o22 });
  await new Promise((resolve) => setTimeout(resolve, ms));
  await threads.stop();
}
console.log("stopped");
`,
  );
  const ran = await box.run(process.execPath, [script]);
  expect(ran).toMatchObject({ code: 0, stdout: "stopped\n", stderr: "" });
});
