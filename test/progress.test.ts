/** src/progress.ts: what is drawn, how often, and on what. */
import { describe, expect, it } from "vitest";

import type { Context, Output } from "../src/context.ts";
import { drawBar, progressBar, statusLine } from "../src/progress.ts";
import { sandbox } from "./support/sandbox.ts";

describe("a bar", () => {
  const full = "=".repeat(24);

  it.each<[number, number | undefined, number, string]>([
    [0, undefined, 0, "go  0.0 MB"],
    [31_240_000, undefined, 2000, "go  31.2 MB  15.6 MB/s"],
    [0, 72_800_000, 0, `go  [${" ".repeat(24)}]  0.0 of 72.8 MB`],
    [36_400_000, 72_800_000, 4000, `go  [${"=".repeat(12).padEnd(24)}]  36.4 of 72.8 MB  9.1 MB/s  4 s left`],
    [72_800_000, 72_800_000, 4000, `go  [${full}]  72.8 of 72.8 MB  18.2 MB/s  0 s left`],
    [1, 72_800_000, 1000, `go  [${" ".repeat(24)}]  0.0 of 72.8 MB  0.0 MB/s  72799999 s left`],
    [1_000, 72_800_000, 499, `go  [${" ".repeat(24)}]  0.0 of 72.8 MB  0.0 MB/s`],
    [0, 0, 0, `go  [${" ".repeat(24)}]  0.0 of 0.0 MB`],
    [100, 50, 0, `go  [${full}]  0.0 of 0.0 MB`],
  ])("%i of %s after %i ms", (received, total, elapsed, line) => {
    expect(drawBar("go", received, total, elapsed)).toBe(line);
  });
});

/** What is written to a terminal of that width, and a clock. */
function terminal(columns = 100) {
  const written: string[] = [];
  const stderr: Output = { write: (text) => void written.push(text), isTerminal: true, columns };
  const clock = { now: 1_000_000 };
  const ctx: Context = sandbox().context({ stderr, now: () => clock.now });
  return { ctx, written, clock };
}

describe("on a terminal", () => {
  it("is drawn at once, then ten times a second, and when all is there", () => {
    const { ctx, written, clock } = terminal();
    const bar = progressBar(ctx, "go", { isSilent: false });
    for (; clock.now < 1_000_000 + 250; clock.now += 10) bar.update(clock.now - 1_000_000, 1000);
    expect(written).toHaveLength(3);
    bar.update(1000, 1000);
    expect(written).toHaveLength(4);
    expect(written[3]).toContain("=".repeat(24));
    for (const text of written)
      expect([text.startsWith("\rgo  ["), text.endsWith("\u001b[K")]).toEqual([true, true]);
  });

  it("never wraps", () => {
    const { ctx, written } = terminal(20);
    progressBar(ctx, "a label that is long", { isSilent: false }).update(1, 2);
    expect(written).toEqual(["\ra label that is lon\u001b[K"]);
  });

  it("is cleared if it was drawn", () => {
    const { ctx, written } = terminal();
    progressBar(ctx, "go", { isSilent: false }).clear();
    expect(written).toEqual([]);
    const bar = progressBar(ctx, "go", { isSilent: false });
    bar.update(1, 2);
    bar.clear();
    expect(written.at(-1)).toBe("\r\u001b[K");
  });

  it("is nothing where silence is asked for", () => {
    const { ctx, written } = terminal();
    const bar = progressBar(ctx, "go", { isSilent: true });
    bar.update(1, 1);
    bar.clear();
    expect(written).toEqual([]);
  });
});

describe("the last line of a program", () => {
  it("is drawn in place of the one before, in one line of the terminal, and taken away", () => {
    const { ctx, written } = terminal(20);
    const line = statusLine(ctx, "tip", { isSilent: false });
    line.clear();
    expect(written).toEqual([]);
    line.add("one\ntwo \u001b[2J\n\n");
    line.add("\n");
    line.add("Receiving: 10%\rReceiving: 20%\r");
    line.clear();
    expect(written).toEqual([
      "\rtip  0 s  two \\u{1b}\u001b[K".replace("\\u{1b}", String.raw`\u{1b`),
      "\rtip  0 s  two \\u{1b}\u001b[K".replace("\\u{1b}", String.raw`\u{1b`),
      "\rtip  0 s  Receiving\u001b[K",
      "\r\u001b[K",
    ]);
  });

  it.each(["silence", "no terminal"])("is nothing with %s", (why) => {
    const { ctx, written } = terminal();
    const dumb = sandbox().context();
    const line = statusLine(why === "silence" ? ctx : dumb, "tip", { isSilent: why === "silence" });
    line.add("one\n");
    line.clear();
    expect(written.join("") + dumb.err()).toBe("");
  });
});

it("is nothing where stderr is no terminal", () => {
  const ctx = sandbox().context();
  const bar = progressBar(ctx, "go", { isSilent: false });
  bar.update(1, 1);
  bar.clear();
  expect(ctx.err() + ctx.out()).toBe("");
});
