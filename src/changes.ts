/** What setup would change outside its root: one file each, as it is and as it should be. */

/** One file as setup finds it and as it should be. */
export interface Change {
  readonly path: string;
  /** What is there; undefined: no such file. */
  readonly before: Buffer | undefined;
  /** What should be; undefined: the file goes away. */
  readonly after: Buffer | undefined;
  /** Said to the person with this change: why this file, what must be restarted, how long it holds. */
  readonly note?: string;
}
