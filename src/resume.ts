/**
 * A file of a server that arrives whole although the connection breaks on the way: what is missing is asked for
 * from where it stopped, a bounded number of times, and no more when two in a row bring nothing (what has come
 * before a connection is reset may be lost with it).
 *
 * Guarantees: two different files are never joined. What goes on must have the same strong ETag, or else the same
 * Last-Modified, and the same length; a file that has neither is not resumed, for nobody could tell. A server that
 * answers a wish for the rest with the whole of the same file is read past what is there already. Nothing here
 * is trusted: verify.ts proves the whole.
 */
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { type Answer, brokenServer, get, pause } from "./http.ts";

/**
 * As `get`, and the body goes on where the connection breaks. Throws NETWORK, from the body as well: where it is
 * cut short for good, where it is longer than was said, or where the file has become another one.
 */
export async function download(
  ctx: Context,
  address: string,
  range?: string,
  ifRange?: string,
): Promise<Answer> {
  const first = await get(ctx, address, range, ifRange);
  if (first.status !== 200 && first.status !== 206) return first;
  const { start, end } = extentOf(first);
  const total = totalOf(first) ?? end;
  if ((first.range && start >= end) || end > total || (first.length ?? end - start) !== end - start) {
    first.discard();
    const part = `bytes ${start} to ${end - 1} of ${total}, in ${first.length} bytes`;
    throw new GvError("NETWORK", `${first.url} says what can't be: ${part}`, {
      hint: brokenServer,
    });
  }
  const current = { answer: first };
  return { ...first, body: wholeOf(ctx, address, current), discard: () => current.answer.discard() };
}

async function* wholeOf(
  ctx: Context,
  address: string,
  current: { answer: Answer },
): AsyncGenerator<Uint8Array> {
  const { answer: first } = current;
  const { start } = extentOf(first);
  let { end } = extentOf(first);
  let at = start;
  for (let resumed = 0, barren = 0; ; resumed++) {
    const before = at;
    let failure: GvError | undefined;
    let skip = at - extentOf(current.answer).start;
    try {
      for await (const chunk of current.answer.body) {
        const skipped = Math.min(skip, chunk.length);
        skip -= skipped;
        // The whole that came instead of a part may go on behind it.
        const part = chunk.subarray(skipped, resumed > 0 ? skipped + end - at : undefined);
        at += part.length;
        if (at > end) throw tooLong(first, end - start);
        if (part.length > 0) yield part;
        if (at === end && part.length + skipped < chunk.length) return;
      }
    } catch (error) {
      if (!(error instanceof GvError) || error.code !== "NETWORK" || at > end) throw error;
      failure = error;
    }
    if (at === end || (end === Number.POSITIVE_INFINITY && !failure)) return;
    barren = at === before ? barren + 1 : 0;
    const mayGoOn = barren < 2 && resumed < ctx.patience.resume.times && validatorOf(first) !== undefined;
    if (!mayGoOn) throw brokenOff(first, failure, at - start, end - start, resumed);
    await pause(ctx, ctx.patience.resume.pause);
    current.answer = await rest(ctx, address, first, at, end);
    if (end === Number.POSITIVE_INFINITY) end = totalOf(current.answer) ?? end;
  }
}

/** The file from `at` on, or the whole of it. */
async function rest(ctx: Context, address: string, first: Answer, at: number, end: number): Promise<Answer> {
  const range = `bytes=${at}-${end === Number.POSITIVE_INFINITY ? "" : end - 1}`;
  const answer = await get(ctx, address, range, validatorOf(first));
  const there = extentOf(answer);
  const isRest = answer.status === 206 && there.start === at && there.end <= end;
  if ((isRest || answer.status === 200) && isSameFile(answer, first)) return answer;
  answer.discard();
  if (answer.status === 200 || answer.status === 206 || answer.status === 416) throw changed(first.url);
  throw new GvError("NETWORK", `${first.url} broke off, and answered ${answer.status} for the rest`, {
    hint: "try again",
  });
}

/** Where the body of an answer begins and ends in its file, in bytes; it ends nowhere where the server doesn't say. */
function extentOf({ range, length }: Answer): { start: number; end: number } {
  return range ?? { start: 0, end: length ?? Number.POSITIVE_INFINITY };
}

function totalOf({ range, length }: Answer): number | undefined {
  return range?.total ?? length;
}

/** What tells this state of a file from any other, as If-Range takes it; undefined where the server doesn't say. */
export function validatorOf({ etag, lastModified }: Answer): string | undefined {
  return etag?.startsWith('"') ? etag : lastModified;
}

/** Whether both answers are of one file, in one state: the server must say so. */
export function isSameFile(a: Answer, b: Answer): boolean {
  const [known, other] = [totalOf(a), totalOf(b)];
  const sameLength = known === other || (known === undefined) !== (other === undefined);
  return validatorOf(a) !== undefined && validatorOf(a) === validatorOf(b) && sameLength;
}

/** The failure of whoever meets two files where there should be one. */
export function changed(url: string): GvError {
  return new GvError("NETWORK", `${url} changed while it was being read`, { hint: "try again" });
}

function tooLong({ url }: Answer, length: number): GvError {
  return new GvError("NETWORK", `${url} sends more than the ${length} bytes that it said`, {
    hint: brokenServer,
  });
}

function brokenOff(
  first: Answer,
  failure: GvError | undefined,
  received: number,
  length: number,
  resumed: number,
): GvError {
  const of = length === Number.POSITIVE_INFINITY ? "" : ` of ${length}`;
  const after = `after ${received}${of} bytes`;
  const message = failure ? `${failure.message} ${after}` : `${first.url} ended ${after}`;
  const why =
    validatorOf(first) === undefined
      ? "it can't be resumed, for the server names no state of the file (ETag, Last-Modified)"
      : `it was resumed ${resumed} times`;
  const hint = `${why}: try again, or name another server in GOPROXY`;
  return new GvError("NETWORK", message, { hint, cause: failure });
}
