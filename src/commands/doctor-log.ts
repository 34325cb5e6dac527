/** gv doctor --log: from the text of an error to its cause, and the line to type. */
import { readFileSync } from "node:fs";

import { type Context, pathFrom } from "../context.ts";
import { causesIn } from "../doctor/log-index.ts";
import { GvError, printableLine, systemCode } from "../errors.ts";
import { startOf } from "../read.ts";

const longest = 10 * 2 ** 20; // bytes

/** `file` is a path, or `-` for the standard input. Throws NOT_READABLE, and UNHEALTHY where no text is known. */
export function explainLog(ctx: Context, file: string, { json }: { json?: boolean }): void {
  const found = causesIn(file === "-" ? standardInput() : textFrom(pathFrom(ctx.cwd, file)));
  if (json) {
    const rows = found.map(({ cause: { id, cause, fix, help, checks }, line, text }) => ({
      line,
      text,
      id,
      cause,
      fix,
      help,
      checks,
    }));
    ctx.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  } else
    for (const { cause, line, text } of found) {
      const checks = cause.checks.length > 0 ? `  look:  gv doctor ${cause.checks.join(" ")}\n` : "";
      const lines = [
        ...(cause.fix ? [`  fix:   ${cause.fix}\n`] : []),
        ...(cause.help ? [`  help:  ${cause.help}\n`] : []),
      ].join("");
      ctx.stdout.write(
        `line ${line}: ${printableLine(text)}\n  ${cause.id}: ${cause.cause}\n${lines}${checks}\n`,
      );
    }
  if (found.length === 0)
    throw new GvError("UNHEALTHY", "no line of it is an error text that gv knows", {
      hint: "gv doctor   asks this machine itself",
    });
}

function standardInput(): string {
  try {
    return readFileSync(0, "utf8").slice(0, longest);
  } catch (error) {
    throw new GvError(
      "NOT_READABLE",
      `the standard input can't be read (${systemCode(error) ?? "no reason"})`,
      {
        hint: "go build 2>&1 | gv doctor --log -",
        cause: error,
      },
    );
  }
}

function textFrom(path: string): string {
  const text = startOf(path, longest);
  if (text !== undefined) return text;
  throw new GvError("NOT_READABLE", `${path} can't be read`, {
    hint: "gv doctor --log FILE, or - for a pipe",
  });
}
