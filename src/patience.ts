/**
 * How long gv waits for a network, and for how little: every bound that http.ts, connections.ts, resume.ts and
 * in-turn.ts keep, said once. docs/reliability.md tells them to people; a test has shorter ones in its Context.
 */

/** Times are in milliseconds. */
export interface Patience {
  /** For a connection, TLS included. */
  readonly connection: number;
  /** From a request to the head of its answer, the connection included. */
  readonly answer: number;
  /** For the next byte of a body. */
  readonly silence: number;
  /** A body of which fewer `bytes` come in a `time` of waiting for it is given up. */
  readonly slowest: { readonly bytes: number; readonly time: number };
  /** The longest Retry-After that is waited for, and how often for one request. */
  readonly comeAgain: { readonly longest: number; readonly times: number };
  /** How often a download that breaks off is resumed, and the wait before each. */
  readonly resume: { readonly times: number; readonly pause: number };
  /** Of silence, before the next source is asked as well. */
  readonly nextSource: number;
}

export const usualPatience: Patience = {
  connection: 15_000,
  answer: 30_000,
  silence: 30_000,
  slowest: { bytes: 256 * 1024, time: 60_000 },
  comeAgain: { longest: 10_000, times: 2 },
  resume: { times: 10, pause: 1_000 },
  nextSource: 3_000,
};

/** A time as people read it: `15 s`. */
export function seconds(time: number): string {
  return `${Math.ceil(time / 100) / 10} s`;
}
