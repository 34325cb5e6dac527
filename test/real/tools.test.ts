/**
 * The real thing: gopls, dlv and staticcheck, built by two releases of Go that gv installed, and run by their shims.
 * Where a go is on PATH its caches are used, so that only the first run compiles everything.
 */
import { join } from "node:path";

import { describe, expect, inject, it } from "vitest";

import { online, patience } from "../support/online.ts";
import { hostFolder, hostName } from "../support/scene.ts";

type Row = Record<"name" | "version" | "module" | "go" | "builtBy" | "platform", string> & {
  current: boolean;
};

describe("tools", () => {
  it(
    "are built for each Go, run by their shims, and switch with the pin",
    { timeout: 2 * patience },
    async (test) => {
      const box = await online(test);
      const env = {
        ...inject("goCaches"),
        GOFLAGS: "-modcacherw",
        PATH: `${box.root}/shims:${box.env["PATH"]}`,
      };
      const gv = async (...words: string[]): Promise<string> => {
        const ran = await box.gv(words, { env });
        expect(ran, ran.stderr).toMatchObject({ code: 0 });
        return ran.stdout;
      };
      const run = async (tool: string, ...words: string[]): Promise<string> => {
        const ran = await box.run(join(box.root, "shims", tool), words, { env });
        expect(ran, ran.stderr).toMatchObject({ code: 0 });
        return ran.stdout;
      };
      await gv("install", "-q", "1.26.8", "1.25.14");
      const built = await gv("tools", "install", "gopls", "dlv", "staticcheck", "--go", "1.26");
      expect(built.replaceAll(/v\d+\.\d+\.\d+/g, "v")).toBe(
        "gopls v is built by Go 1.26.8\ndlv v is built by Go 1.26.8\nstaticcheck v is built by Go 1.26.8\n",
      );
      expect(await gv("tools", "install", "gopls", "--go", "1.25")).toMatch(
        /^gopls v[\d.]+ is built by Go 1\.25\.14\n$/,
      );

      for (const go of ["1.26.8", "1.25.14"]) {
        box.write(".go-version", `${go}\n`);
        const path = `${box.root}/tools/${hostFolder}/${go}/bin/gopls`;
        expect(await gv("which", "gopls")).toBe(`${path}\n`);
        expect(await run("gopls", "-v", "version")).toMatch(new RegExp(`go${go.replaceAll(".", "\\.")}`));
        expect(await run("go", "version", path)).toBe(`${path}: go${go}\n`);
      }

      // Here only the other Go has some of them.
      expect(await run("gopls", "version")).toMatch(/^golang\.org\/x\/tools\/gopls v\d/);
      expect(await run("dlv", "version")).toMatch(/^Delve Debugger\nVersion: 1\./);
      expect(await run("staticcheck", "-version")).toMatch(/^staticcheck 20\d\d\./);

      const rows: Row[] = JSON.parse(await gv("tools", "list", "--json"));
      expect(
        rows.map(({ name, go, builtBy, current }) => `${name} ${go} ${builtBy}${current ? " here" : ""}`),
      ).toEqual([
        "dlv 1.26.8 go1.26.8 here",
        "gopls 1.25.14 go1.25.14 here",
        "gopls 1.26.8 go1.26.8",
        "staticcheck 1.26.8 go1.26.8 here",
      ]);
      expect(new Set(rows.map(({ platform }) => platform))).toEqual(new Set([hostName]));
      expect(rows.find(({ name }) => name === "staticcheck")?.module).toBe("honnef.co/go/tools");
      // Each Go got the newest for it: gopls asks for a newer Go with nearly each release.
      const versions = rows.filter(({ name }) => name === "gopls").map(({ version }) => version);
      expect(new Set(versions).size).toBe(versions.length);
      expect(await gv("tools", "upgrade", "--go", "1.26")).not.toContain("is built");

      // What this Go can't build, the go command refuses; nothing is fetched to build it all the same.
      const tooNew = await box.gv(["tools", "install", "gopls@v0.24.0"], { env });
      expect(tooNew).toMatchObject({ code: 1, stdout: "" });
      expect(tooNew.stderr).toContain("requires go >= 1.27.0 (running go 1.25.14; GOTOOLCHAIN=local)");
      expect(tooNew.stderr).toContain("gv tools install gopls   builds the newest that Go 1.25.14 can");
    },
  );
});
