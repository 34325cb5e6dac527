/** The threads of an install: stopped before they have started, and on a system that gives fewer. */
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { bundled } from "../../scripts/source.mjs";
import { type Ran, sandbox } from "../support/sandbox.ts";

const module = await bundled("src/archive/threads.ts", "esm");
const options = `{ program: ${JSON.stringify(join(import.meta.dirname, "../../dist"))}, umask: 0o22 }`;

/** Runs a program that has `Threads`. */
function run(text: string): Promise<Ran> {
  const box = sandbox();
  box.write("threads.mjs", module);
  return box.run(process.execPath, [box.write("program.mjs", `const options = ${options};\n${text}`)]);
}

it("print nothing where they are stopped before they have started", async () => {
  const ran = await run(`import { Threads } from "./threads.mjs";
for (let ms = 0; ms < 40; ms++) {
  const threads = new Threads(options);
  await new Promise((resolve) => setTimeout(resolve, ms));
  await threads.stop();
}
console.log("stopped");
`);
  expect(ran).toMatchObject({ code: 0, stdout: "stopped\n", stderr: "" });
});

it.each([
  { most: 1, said: "stopped\n" },
  { most: 0, said: "BUSY the system starts no thread: Error: EAGAIN\n" },
])("end where the system gives $most", async ({ most, said }) => {
  const ran = await run(`import { syncBuiltinESMExports } from "node:module";
import workers from "node:worker_threads";
let left = ${most};
workers.Worker = class extends workers.Worker {
  constructor(...given) {
    if (left-- <= 0) throw new Error("EAGAIN");
    super(...given);
  }
};
syncBuiltinESMExports();
const { Threads } = await import("./threads.mjs");
try {
  await new Threads(options).stop();
  console.log("stopped");
} catch (error) {
  console.log(error.code, error.message);
}
`);
  expect(ran).toMatchObject({ code: 0, stdout: said, stderr: "" });
});
