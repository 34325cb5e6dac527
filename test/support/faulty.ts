/**
 * A server of one file with a fault: what an honest server would answer is planned, a row of a table changes the
 * plan, and the plan is sent to the byte. It knows ranges, If-Range, a strong ETag and Last-Modified.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** What is sent: the head, the body, and what becomes of the connection then. */
export interface Plan {
  readonly status: number;
  /** Undefined ones aren't sent; content-length is the body's unless it stands here. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** `close` is a clean end of the connection, whatever is missing; `drip` sends the body byte by byte, without end. */
  readonly ending?: "end" | "reset" | "close" | "stall" | "drip" | undefined;
  /** Nothing at all is sent. */
  readonly silent?: boolean;
}

/** Changes the plan of the answer number `n`, from 0. */
export type Fault = (plan: Plan, n: number, request: IncomingMessage) => Plan;

export interface Asked {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly time: number;
}

export interface Faulty {
  readonly asked: Asked[];
  /** For `intercept` of a proxy, or a server of its own. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}

export const lastModified = "Thu, 27 Jun 2024 20:11:12 GMT";

export function etagOf(file: Uint8Array): string {
  return `"${createHash("sha256").update(file).digest("hex").slice(0, 16)}"`;
}

/** Serves `file` with that fault. */
export function faulty(file: Uint8Array, fault: Fault): Faulty {
  const asked: Asked[] = [];
  return {
    asked,
    answer(request, response) {
      const { range, "if-range": ifRange } = request.headers;
      asked.push({ range, ifRange: ifRange?.toString(), time: performance.now() });
      send(fault(honest(file, request), asked.length - 1, request), response);
    },
  };
}

/** What a server without a fault would answer. */
export function honest(file: Uint8Array, { headers }: Pick<IncomingMessage, "headers">): Plan {
  const etag = etagOf(file);
  const about = { etag, "last-modified": lastModified };
  const ifRange = headers["if-range"];
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
  const isMeant = ifRange === undefined || ifRange === etag || ifRange === lastModified;
  if (!isMeant || (first === "" && last === "")) return { status: 200, headers: about, body: file };
  const from = first === "" ? Math.max(0, file.length - Number(last)) : Number(first);
  const to = first === "" || last === "" ? file.length : Math.min(Number(last) + 1, file.length);
  const contentRange = `bytes ${from}-${to - 1}/${file.length}`;
  return { status: 206, headers: { ...about, "content-range": contentRange }, body: file.subarray(from, to) };
}

function send(plan: Plan, response: ServerResponse): void {
  if (plan.silent) return;
  const length = plan.ending === "drip" ? undefined : `${plan.body.length}`;
  const headers = Object.entries({ "content-length": length, ...plan.headers });
  response.writeHead(plan.status, Object.fromEntries(headers.filter(([, value]) => value !== undefined)));
  if (plan.ending === "drip") {
    response.flushHeaders();
    const timer = setInterval(() => response.write("x"), 5);
    response.on("close", () => clearInterval(timer));
    return;
  }
  response.write(plan.body, () => {
    if (plan.ending === "reset") response.socket?.resetAndDestroy();
    if (plan.ending === "close") response.socket?.end();
  });
  if (plan.ending === undefined || plan.ending === "end") response.end();
}
