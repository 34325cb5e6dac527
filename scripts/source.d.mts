export function bundled(path: string, format: "esm" | "cjs"): Promise<string>;
