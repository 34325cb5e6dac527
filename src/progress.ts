/**
 * A progress bar on a terminal: bytes, speed, time left. Nothing at all where stderr isn't one.
 */
import type { Context } from "./context.ts";
import { printableLine } from "./errors.ts";

const every = 100; // ms between two drawings
const width = 24; // columns of the bar itself

export interface ProgressBar {
  /** `total` in bytes, undefined while nobody has said it. */
  update(received: number, total: number | undefined): void;
  /** Takes the bar off the screen. */
  clear(): void;
}

/** A bar with this label on the context's stderr. */
export function progressBar(ctx: Context, label: string, options: { isSilent: boolean }): ProgressBar {
  const { stderr, now } = ctx;
  if (!stderr.isTerminal || options.isSilent) return { update: () => undefined, clear: () => undefined };
  const started = now();
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    update: (received, total) => {
      if (now() - drawn < every && received !== total) return;
      drawn = now();
      const line = drawBar(label, received, total, now() - started);
      stderr.write(`\r${line.slice(0, stderr.columns - 1)}\u001b[K`);
    },
    clear: () => {
      if (drawn !== Number.NEGATIVE_INFINITY) stderr.write("\r\u001b[K");
    },
  };
}

/** What a program said last, on one line of a terminal. */
export interface StatusLine {
  /** Takes what it printed, in pieces as they come. */
  readonly add: (text: string) => void;
  /** Takes the line off the screen. */
  readonly clear: () => void;
}

/** `label  12 s  Building packages and commands`, on the context's stderr where that is a terminal. */
export function statusLine(ctx: Context, label: string, options: { isSilent: boolean }): StatusLine {
  const { stderr, now } = ctx;
  if (!stderr.isTerminal || options.isSilent) return { add: () => undefined, clear: () => undefined };
  const started = now();
  let [isDrawn, last] = [false, ""];
  return {
    add: (text) => {
      last = text.split(/[\r\n]+/).findLast((line) => line.trim() !== "") ?? last;
      const line = printableLine(`${label}  ${Math.round((now() - started) / 1000)} s  ${last.trim()}`);
      isDrawn = true;
      stderr.write(`\r${line.slice(0, stderr.columns - 1)}\u001b[K`);
    },
    clear: () => {
      if (isDrawn) stderr.write("\r\u001b[K");
    },
  };
}

/** `label  [=====     ]  31.2 of 72.8 MB  12.4 MB/s  4 s left`; `elapsed` in ms. What is left is said once that can be known. */
export function drawBar(label: string, received: number, total: number | undefined, elapsed: number): string {
  const speed = elapsed > 0 ? (received / elapsed) * 1000 : 0; // bytes a second
  const rate = speed > 0 ? `  ${megabytes(speed)} MB/s` : "";
  if (total === undefined) return `${label}  ${megabytes(received)} MB${rate}`;
  const filled = Math.round((width * Math.min(received, total)) / Math.max(total, 1));
  const left = speed > 0 && elapsed >= 500 ? `  ${Math.ceil((total - received) / speed)} s left` : "";
  const bar = "=".repeat(filled).padEnd(width);
  return `${label}  [${bar}]  ${megabytes(received)} of ${megabytes(total)} MB${rate}${left}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
