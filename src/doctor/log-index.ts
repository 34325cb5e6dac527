/**
 * From the text of an error to its cause: what people paste, each row with why it happens and the line to type. Pure.
 *
 * The texts are those of the go command, dlv, gopls, the shells and the linkers, as they print them.
 */
import type { Cause } from "./log-index/cause.ts";
import { moduleCauses } from "./log-index/modules.ts";
import { programCauses } from "./log-index/programs.ts";
import { settingCauses } from "./log-index/settings.ts";

/** Where a cause was found. */
export interface Match {
  readonly cause: Cause;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** The first that fits a line is its cause: the narrow ones come first. */
export const causes: readonly Cause[] = [...settingCauses, ...moduleCauses, ...programCauses];

/** Every line of a log that tells a cause, each cause once, in the order of the log. */
export function causesIn(log: string): Match[] {
  const seen = new Set<string>();
  return log.split("\n").flatMap((line, i): Match[] => {
    for (const cause of causes) {
      const match = cause.text.exec(line);
      if (!match) continue;
      if (seen.has(cause.id)) return [];
      seen.add(cause.id);
      return [{ cause, line: i + 1, text: line.trim().slice(0, 300) }];
    }
    return [];
  });
}
