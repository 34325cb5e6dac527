/**
 * A page in a real browser: Chromium without a window, driven over a pipe by the DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/), whose scripts a page's own policy doesn't bind.
 */
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { Readable, Writable } from "node:stream";

import { isProgram } from "../../src/on-path.ts";

/** The path of a Chromium; undefined where there is none. */
export function chromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":");
  return ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isProgram);
}

/** What a page is in a window. */
export interface Shown {
  /** Each address that was asked for, the page's own among them. */
  readonly requests: readonly string[];
  /** What each expression is there. */
  readonly values: readonly unknown[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: { readonly request?: { readonly url: string } };
  readonly result?: {
    readonly sessionId?: string;
    readonly targetId?: string;
    readonly result?: { readonly value?: unknown };
  };
  readonly error?: { readonly message: string };
}

/** Opens a page in a window of that width, in CSS pixels, as a phone has it, and evaluates expressions in it. */
export async function show(
  program: string,
  page: { readonly address: string; readonly width: number; readonly profile: string },
  expressions: readonly string[],
): Promise<Shown> {
  const words = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"];
  const child = spawn(program, [...words, `--user-data-dir=${page.profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    detached: true,
  });
  const [, , , input, output] = child.stdio;
  if (!(input instanceof Writable) || !(output instanceof Readable)) throw new Error("no pipes");
  const waiting = new Map<number, (message: Message) => void>();
  const requests: string[] = [];
  const events = new EventEmitter();
  const isLoaded = once(events, "loaded");
  let text = "";
  output.setEncoding("utf8").on("data", (more: string) => {
    const messages = `${text}${more}`.split("\0");
    text = messages.pop() ?? "";
    for (const one of messages) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the protocol's own shape
      const message = JSON.parse(one) as Message;
      if (message.id !== undefined) waiting.get(message.id)?.(message);
      if (message.method === "Network.requestWillBeSent") requests.push(message.params?.request?.url ?? "");
      if (message.method === "Page.loadEventFired") events.emit("loaded");
    }
  });
  let last = 0;
  const call = async (method: string, params: object, sessionId?: string): Promise<Message["result"]> => {
    const id = ++last;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    input.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  try {
    const target = await call("Target.createTarget", { url: "about:blank" });
    const attached = await call("Target.attachToTarget", { targetId: target?.targetId, flatten: true });
    const session = attached?.sessionId;
    const size = { width: page.width, height: 844, deviceScaleFactor: 1, mobile: true };
    await call("Emulation.setDeviceMetricsOverride", size, session);
    await call("Network.enable", {}, session);
    await call("Page.enable", {}, session);
    await call("Page.navigate", { url: page.address }, session);
    await isLoaded;
    const values: unknown[] = [];
    for (const expression of expressions) {
      const answer = await call("Runtime.evaluate", { expression, returnByValue: true }, session);
      values.push(answer?.result?.value);
    }
    return { requests, values };
  } finally {
    const gone = once(child, "exit");
    input.write(`${JSON.stringify({ id: ++last, method: "Browser.close" })}\0`);
    const stop = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), 10_000);
    await gone;
    clearTimeout(stop);
  }
}
