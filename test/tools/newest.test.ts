/** src/tools/newest.ts and src/modules.ts: the newest version of a tool that a Go can build, as a GOPROXY tells. */
import { describe, expect, it } from "vitest";

import type { Environment } from "../../src/context.ts";
import { parseTool } from "../../src/tools/known.ts";
import { canBuild, type Choice, newestFor } from "../../src/tools/newest.ts";
import { parseVersion, type Version } from "../../src/version.ts";
import type { Goproxy } from "../support/goproxy.ts";
import { type Modules, serveModules, versions } from "../support/modules.ts";
import { noOrigins, sandbox } from "../support/sandbox.ts";
import { localProxy } from "../support/scene.ts";

function go(text: string): Version {
  const version = parseVersion(text);
  if (!version) throw new Error(text);
  return version;
}

interface Asked {
  readonly choice: Choice | undefined;
  /** The paths that the proxy was asked for. */
  readonly asked: string[];
}

async function choose(
  modules: Modules,
  word: string,
  version: string,
  env?: (url: string) => Environment,
): Promise<Asked> {
  const proxy = await localProxy();
  serveModules(proxy, modules);
  return ask(proxy, word, version, env?.(proxy.url));
}

async function ask(
  proxy: Goproxy,
  word: string,
  version: string,
  env: Environment = {},
  goEnv = "",
): Promise<Asked> {
  // Nobody listens there: gv asks go.dev for Go alone.
  const origins = { ...noOrigins, toolchains: ["http://127.0.0.1:1"] };
  const box = sandbox({ GOPROXY: proxy.url, ...env });
  const program = box.write("goroot/bin/go", "");
  box.write("goroot/go.env", goEnv);
  const choice = await newestFor(box.context({ origins }), parseTool(word), {
    version: go(version),
    program,
  });
  return { choice, asked: proxy.requests.map(({ path }) => path) };
}

/** The go lines of gopls, a part of them. */
const gopls = versions("golang.org/x/tools/gopls", {
  "v0.15.3": "1.18",
  "v0.16.2": "1.19",
  "v0.17.1": "1.23.1",
  "v0.18.1": "1.23.4",
  "v0.20.0": "1.24.2",
  "v0.21.0": "1.25",
  "v0.21.1": "1.25",
  "v0.22.0-pre.1": "1.17",
  "v0.23.0": "1.26.0",
  "v0.24.0": "1.27.0",
});
const newest = { version: "v0.24.0", needs: "1.27.0" };

describe("the newest version that a Go can build", () => {
  it.each([
    ["1.27.0", { version: "v0.24.0" }],
    ["1.27.4", { version: "v0.24.0" }],
    ["1.27rc1", { version: "v0.23.0", newest }],
    ["1.26.8", { version: "v0.23.0", newest }],
    ["1.25rc1", { version: "v0.21.1", newest }],
    ["1.25.14", { version: "v0.21.1", newest }],
    ["1.24.1", { version: "v0.18.1", newest }],
    ["1.23.0", { version: "v0.16.2", newest }],
    ["1.18.10", { version: "v0.15.3", newest }],
  ])("Go %s", async (version, choice) => {
    expect((await choose(gopls, "gopls", version)).choice).toEqual(choice);
  });

  it("asks for the list and one go.mod where the newest fits, and for few in any case", async () => {
    const at = "/golang.org/x/tools/gopls/@v/";
    const { asked } = await choose(gopls, "gopls", "1.27.1");
    expect(asked).toEqual([`${at}list`, `${at}v0.24.0.mod`]);
    const many = versions(
      "example.com/tool",
      Object.fromEntries(
        Array.from({ length: 200 }, (_, i) => [`v1.${i}.0`, `1.${10 + Math.floor(i / 10)}`]),
      ),
    );
    const far = await choose(many, "example.com/tool", "1.16.1");
    expect(far.choice?.version).toBe("v1.69.0");
    expect(far.asked.length).toBeLessThan(14);
  });

  it("says what there is where none fits", async () => {
    await expect(choose(gopls, "gopls", "1.17.13")).rejects.toMatchObject({
      code: "NO_FITTING_VERSION",
      message: "none of the 9 releases of gopls that GOPROXY lists can be built with Go 1.17.13",
      hint: expect.stringContaining("the oldest, v0.15.3, needs Go 1.18\ngv tools install gopls --go latest"),
    });
  });

  it("leaves out what its authors took back", async () => {
    const text = "module example.com/tool\n\ngo 1.20\n";
    const modules = {
      "example.com/tool": {
        "v1.0.0": { "go.mod": text },
        "v1.1.0": { "go.mod": text },
        "v1.2.0": { "go.mod": text },
        "v1.2.1": { "go.mod": `${text}\nretract [v1.1.0, v1.2.1]\n` },
      },
    };
    expect((await choose(modules, "example.com/tool", "1.22.5")).choice).toEqual({ version: "v1.0.0" });
  });

  it("is one for that Go, where the tool wants a newer one than its go.mod says", async () => {
    const dlv = versions("github.com/go-delve/delve", {
      "v1.9.1": "1.16",
      "v1.21.0": "1.16",
      "v1.21.2": "1.17",
    });
    expect((await choose(dlv, "dlv", "1.17.13")).choice).toEqual({ version: "v1.9.1" });
    expect((await choose(dlv, "dlv", "1.18.10")).choice).toEqual({ version: "v1.21.0" });
    expect((await choose(dlv, "dlv", "1.19.13")).choice).toEqual({ version: "v1.21.2" });
  });

  it("is a pre-release where there is no release, and what @latest is where there is no tag", async () => {
    const pre = versions("example.com/tool", { "v1.0.0-rc.1": "1.20", "v1.0.0-rc.2": undefined });
    expect((await choose(pre, "example.com/tool", "1.20.1")).choice).toEqual({ version: "v1.0.0-rc.2" });
    const pseudo = "v0.0.0-20240102030405-0123456789ab";
    const proxy = await localProxy();
    proxy.intercept = ({ url }, response) => {
      const answers: Record<string, string> = {
        "/example.com/tool/@v/list": "",
        "/example.com/tool/@latest": `{"Version":"${pseudo}"}`,
        [`/example.com/tool/@v/${pseudo}.mod`]: "module example.com/tool\n",
      };
      const answer = answers[url ?? ""];
      if (answer !== undefined) response.end(answer);
      return answer !== undefined;
    };
    expect((await ask(proxy, "example.com/tool", "1.20.1")).choice).toEqual({ version: pseudo });
  });
});

describe("the module of a package", () => {
  const modules = {
    ...versions("example.com/A/Tools", { "v1.0.0": "1.20" }),
    ...versions("example.com/A/Tools/nested", { "v0.1.0": "1.20" }),
  };

  it("is the longest part of its path that has versions", async () => {
    expect((await choose(modules, "example.com/A/Tools/cmd/x", "1.22.5")).choice).toEqual({
      version: "v1.0.0",
    });
    const nested = await choose(modules, "example.com/A/Tools/nested/cmd/x", "1.22.5");
    expect(nested.choice).toEqual({ version: "v0.1.0" });
    expect(nested.asked).toContain("/example.com/!a/!tools/nested/cmd/x/@v/list");
    expect(nested.asked).not.toContain("/example.com/!a/!tools/@v/list");
  });

  it("may be there though the proxy refuses a longer path", async () => {
    const proxy = await localProxy();
    serveModules(proxy, modules);
    const serve = proxy.intercept;
    proxy.intercept = (request, response) => {
      if (!request.url?.includes("/cmd/")) return serve?.(request, response) ?? false;
      response.writeHead(403).end();
      return true;
    };
    expect((await ask(proxy, "example.com/A/Tools/cmd/x", "1.22.5")).choice).toEqual({ version: "v1.0.0" });
    await expect(ask(proxy, "example.com/B/cmd/x", "1.22.5")).rejects.toMatchObject({
      code: "PROXY_REFUSED",
    });
  });

  it("is nowhere", async () => {
    await expect(choose(modules, "example.com/none/x", "1.22.5")).rejects.toMatchObject({
      code: "NO_SUCH_MODULE",
      hint: "is the path right? where the proxies come from: environment",
    });
  });

  it("is left to the go command where that would ask no proxy", async () => {
    for (const env of [
      { GOPRIVATE: "example.com" },
      { GOPRIVATE: "corp.test,*.com/A" },
      { GONOPROXY: "exampl?.com/[A-C]/Tools" },
      { GOPROXY: "direct" },
    ]) {
      expect(await choose(modules, "example.com/A/Tools/cmd/x", "1.22.5", () => env)).toEqual({
        choice: undefined,
        asked: [],
      });
    }
    const { choice } = await choose(modules, "example.com/none/x", "1.22.5", (url) => ({
      GOPROXY: `${url},direct`,
    }));
    expect(choice).toBeUndefined();
    for (const env of [
      { GOPRIVATE: "example.co,ample.com" },
      { GOPRIVATE: "example.com", GONOPROXY: "none" },
    ])
      expect((await choose(modules, "example.com/A/Tools/cmd/x", "1.22.5", () => env)).choice).toBeDefined();
  });

  it("is asked for where that Go itself would ask: without a GOPROXY, at what its go.env says", async () => {
    const proxy = await localProxy();
    serveModules(proxy, modules);
    const goEnv = `GOPROXY=${proxy.url},direct\n`;
    const { choice } = await ask(proxy, "example.com/A/Tools/cmd/x", "1.22.5", { GOPROXY: "" }, goEnv);
    expect(choice).toEqual({ version: "v1.0.0" });
  });

  it("isn't asked for where GOPROXY=off", async () => {
    await expect(choose(modules, "gopls", "1.22.5", () => ({ GOPROXY: "off" }))).rejects.toMatchObject({
      code: "PROXY_OFF",
      hint: expect.stringContaining("gv tools install gopls@v1.2.3"),
    });
  });
});

describe("a go line", () => {
  it.each([
    ["1.22.5", "1.22", true],
    ["1.22.5", "1.22.5", true],
    ["1.22.5", "1.22.6", false],
    ["1.22.5", "1.23", false],
    ["1.22.5", "1.9", true],
    ["1.23rc1", "1.23", true],
    ["1.23rc1", "1.23rc2", false],
    ["1.23rc2", "1.23.0", false],
    ["1.22.5", "2.0", false],
    ["1.22.5", "nonsense", false],
  ])("Go %s can build `go %s`: %s", (version, line, can) => {
    expect(canBuild(go(version), line)).toBe(can);
  });
});
