/** Source as a program that any Node runs: one file of TypeScript with all that it imports, as text. */
import { fileURLToPath } from "node:url";

import { build } from "rolldown";

/** Takes a file's path, from the repository's folder, and "esm" or "cjs". */
export async function bundled(path, format) {
  const { output } = await build({
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    input: path,
    platform: "node",
    transform: format === "cjs" ? { define: { "import.meta.dirname": "__dirname" } } : {},
    output: { format, codeSplitting: false },
    logLevel: "warn",
    write: false,
  });
  return output[0].code;
}
