import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/build.ts",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Most of a test is waiting for programs: one worker would leave half of two cores idle.
    maxWorkers: 2,
  },
});
