/** What a row of the index of error texts is (src/doctor/log-index.ts). */
export interface Cause {
  /** Stable, as the ids of checks are. */
  readonly id: string;
  readonly text: RegExp;
  /** What has happened. */
  readonly cause: string;
  /** The line to type, and only that; undefined where there is none. */
  readonly fix?: string;
  /** In words: what comes after it, or what else would mend it. */
  readonly help?: string;
  /** The checks that look for it on this machine. */
  readonly checks: readonly string[];
}
