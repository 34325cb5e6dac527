/** The threads of an install: when they start, stopped before they have started, and on a system that gives fewer. */
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";

import type { Worker } from "node:worker_threads";

import { expect, it, onTestFinished } from "vitest";

import { bundled } from "../../scripts/source.mjs";
import { proxyList } from "../../src/goproxy.ts";
import { sourcesOf } from "../../src/sources.ts";
import { parseVersion, type Version } from "../../src/version.ts";
import { startGoproxy, tinyToolchain } from "../support/goproxy.ts";
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

it("start while the answer is on its way, and end where nobody has the release", async () => {
  const server = await startGoproxy({ toolchains: [tinyToolchain("1.22.5")] });
  onTestFinished(() => server.close());
  const box = sandbox({ GOPROXY: server.url });
  const ctx = box.context();
  const list = proxyList(ctx);
  const asked: number[] = [];
  const ended: Promise<unknown>[] = [];
  const onWorker = (worker: Worker): void => {
    asked.push(server.requests.length);
    ended.push(once(worker, "exit"));
  };
  process.on("worker", onWorker);
  onTestFinished(() => void process.off("worker", onWorker));
  const open = async (version: Version | undefined) => {
    if (!version) throw new Error("no version");
    const release = { version, platform: ctx.platform };
    const [source] = sourcesOf(ctx, list, release, { full: false, gpg: false });
    return source?.open(ctx, box.project, () => undefined);
  };
  expect(await open(parseVersion("1.22.6"))).toBeUndefined();
  expect(ended.length).toBeGreaterThan(0);
  await Promise.all(ended);
  const opened = await open(parseVersion("1.22.5"));
  expect(await opened?.unpack(join(box.project, "tree"))).toHaveLength(8);
  await Promise.all(ended);
  expect(asked[0]).toBe(0); // The server, in this process, hadn't read the first request yet: they wait for no answer.
});
