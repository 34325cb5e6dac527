/** Bundles src/ into dist/. */
export function bundle(): Promise<void>;
