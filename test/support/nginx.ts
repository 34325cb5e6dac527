/** The system's nginx on loopback, with a configuration of its own, for as long as a test runs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";

import { onTestFinished, type TestContext } from "vitest";

import { isRequired } from "./required.ts";
import { findProgram } from "./shell.ts";

export interface Nginx {
  readonly url: string;
  /** What it answered: path, status, bytes of the body, a line each; `cache` is MISS, HIT, ... or - without one. */
  readonly log: () => { path: string; status: number; bytes: number; cache: string }[];
}

/** Starts it with these lines in its `server`; skips the test where there is no nginx, unless GV_TEST_REQUIRE says nginx. */
export async function startNginx(
  { skip }: TestContext,
  folder: string,
  lines: string,
  http = "",
): Promise<Nginx> {
  const program = findProgram("nginx") ?? ["/usr/sbin/nginx"].find((path) => existsSync(path));
  if (program === undefined) {
    if (isRequired("nginx")) throw new Error("nginx isn't installed");
    return skip("nginx isn't installed");
  }
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const place = (name: string): string => join(folder, name);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    place("nginx.conf"),
    `${process.getuid?.() === 0 ? "user root;" : ""} daemon off; pid ${place("pid")}; error_log ${place("error.log")}; worker_processes 1;
events { worker_connections 512; }
http {
  log_format seen '$request_uri $status $body_bytes_sent $upstream_cache_status';
  access_log ${place("access.log")} seen;
  ${temporary.map((name) => `${name}_temp_path ${place(name)};`).join(" ")}
  default_type application/octet-stream;
  ${http}
  server { listen 127.0.0.1:${port}; ${lines} }
}
`,
  );
  const child = spawn(program, ["-c", place("nginx.conf"), "-e", place("error.log")], { stdio: "ignore" });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  // It listens before it says so anywhere: the first answer is the sign.
  for (;;) {
    const answer = await fetch(`${url}/is-it-up`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer) break;
    if (child.exitCode !== null) throw new Error(readFileSync(place("error.log"), "utf8"));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    url,
    log: () =>
      readFileSync(place("access.log"), "utf8")
        .split("\n")
        .map((line) => line.split(" "))
        .filter(([path = ""]) => path !== "" && path !== "/is-it-up")
        .map(([path = "", status, bytes, cache = ""]) => ({
          path,
          status: Number(status),
          bytes: Number(bytes),
          cache,
        })),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
