/**
 * Starts a language server as an editor does, and tells what it has to say of a folder: LSP over its standard streams
 * (https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/), as much as gopls needs.
 *
 * Guarantees: it has ended, and so has the server, when the time limit is over; no file is opened and none changed.
 */
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

import type { Environment } from "../../context.ts";

/** What came of it. */
export interface Told {
  /** ready: it has loaded the folder. late: not within the limit. ended: it stopped by itself, or couldn't start. */
  readonly outcome: "ready" | "late" | "ended";
  /** Its errors and warnings about the folder, in its own words: each once. */
  readonly said: readonly string[];
  /** The last lines of its standard error. */
  readonly stderr: string;
}

/** In ms. `settling`: for what it says after it has loaded; `silent`: for the first word of a load. */
const waits = { settling: 1000, silent: 10_000, ending: 2000 } as const;

/** Bytes of a message: none of gopls's own is as long. */
const longest = 16 * 2 ** 20;

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Params;
  readonly error?: { readonly message?: string };
}

/** What of the parameters of all messages is looked at. */
interface Params {
  readonly items?: readonly unknown[];
  readonly type?: number;
  readonly message?: string;
  readonly uri?: string;
  readonly token?: number | string;
  readonly value?: { readonly kind?: string; readonly title?: string; readonly message?: string };
  readonly diagnostics?: readonly { readonly severity?: number; readonly message?: string }[];
}

/** Asks the server `program` about a folder; at most `limit` ms. */
export function askServer(program: string, folder: string, env: Environment, limit: number): Promise<Told> {
  return new Promise((resolve) => {
    const child = spawn(program, ["serve"], { cwd: folder, env: { ...env }, stdio: "pipe" });
    const said = new Set<string>();
    const loads = new Set<number | string>();
    let stderr = "";
    let outcome: Exclude<Told["outcome"], "ended"> | undefined;
    let waiting: NodeJS.Timeout | undefined;
    const late = setTimeout(() => finish("late"), limit);

    const send = (message: object): void => {
      const text = JSON.stringify({ jsonrpc: "2.0", ...message });
      child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    /** Goes on after a time in which nothing else is said of a load. */
    const settle = (time: number): void => {
      if (outcome !== undefined) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => finish("ready"), time);
    };
    const finish = (how: "ready" | "late"): void => {
      clearTimeout(late);
      clearTimeout(waiting);
      outcome = how;
      send({ id: "shutdown", method: "shutdown" });
      waiting = setTimeout(() => child.kill("SIGKILL"), waits.ending);
    };
    const take = ({ id, method, params = {}, error }: Message): void => {
      if (method !== undefined && id !== undefined)
        send({
          id,
          result: method === "workspace/configuration" ? (params.items ?? []).map(() => null) : null,
        });
      if (id === "initialize" && method === undefined) {
        if (error) said.add(error.message ?? "it refuses to initialize");
        send({ method: "initialized", params: {} });
        settle(error ? 0 : waits.silent);
      } else if (id === "shutdown" && method === undefined) send({ method: "exit" });
      else if (method === "$/progress") {
        const { token = "", value: { kind, title, message } = {} } = params;
        // "Error loading workspace" has no end before that is mended.
        if (kind === "begin" && /^error/i.test(title ?? "")) said.add(`${title}: ${message ?? ""}`);
        else if (kind === "begin") {
          loads.add(token);
          clearTimeout(outcome === undefined ? waiting : undefined);
        } else if (kind === "end" && loads.delete(token) && loads.size === 0) settle(waits.settling);
      } else for (const text of faultsIn(method, params)) said.add(text);
    };

    child.stdout.on(
      "data",
      messages(take, () => child.kill("SIGKILL")),
    );
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-2000)));
    child.stdin.on("error", () => undefined); // It has ended: "close" says so.
    child.on("error", (error) => (stderr += error.message));
    child.on("close", () => {
      clearTimeout(late);
      clearTimeout(waiting);
      resolve({ outcome: outcome ?? "ended", said: [...said], stderr });
    });
    const uri = pathToFileURL(folder).href;
    send({
      id: "initialize",
      method: "initialize",
      params: {
        processId: null,
        rootUri: uri,
        workspaceFolders: [{ uri, name: "project" }],
        capabilities: { window: { workDoneProgress: true }, workspace: { configuration: true } },
      },
    });
  });
}

/** What it says of the folder itself: not of the code in it, which is its author's. */
function faultsIn(
  method: string | undefined,
  { type, message, uri = "", diagnostics = [] }: Params,
): string[] {
  if (method === "window/showMessage" || method === "window/showMessageRequest")
    return type !== undefined && type <= 2 && message ? [message] : [];
  if (method !== "textDocument/publishDiagnostics" || !/\/go\.(?:mod|work)$/.test(uri)) return [];
  return diagnostics.flatMap(({ severity, message: text }) => (severity === 1 && text ? [text] : []));
}

/** Cuts a stream into messages, each after its Content-Length. */
function messages(take: (message: Message) => void, refuse: () => void): (data: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const end = rest.indexOf("\r\n\r\n");
      const length = Number(
        /content-length: *(\d+)/i.exec(rest.toString("latin1", 0, Math.max(end, 0)))?.[1],
      );
      if (rest.length > longest || (end >= 0 && !(length <= longest))) return refuse();
      if (end < 0 || rest.length < end + 4 + length) return;
      const text = rest.toString("utf8", end + 4, end + 4 + length);
      rest = rest.subarray(end + 4 + length);
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all is optional, and what isn't one is passed over
        take(JSON.parse(text) as Message);
      } catch {
        return refuse();
      }
    }
  };
}
