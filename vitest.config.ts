import { join } from "node:path";

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The one that gv ships, which the build mends.
    alias: { undici: join(import.meta.dirname, "dist", "undici.cjs") },
    server: { deps: { external: [/\/dist\//] } },
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/build.ts",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Most of a test is waiting for programs: one worker would leave half of two cores idle.
    maxWorkers: 2,
  },
});
