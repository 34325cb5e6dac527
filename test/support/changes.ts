/** What other processes and threads do in files.test.ts. */
export { rootAt } from "../../src/context.ts";
export * as changes from "../../src/files.ts";
export { withLock } from "../../src/lock.ts";
export { withStaging } from "../../src/staging.ts";
