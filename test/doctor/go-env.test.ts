/** What the doctor asks the go command for, in projects that ask for another toolchain: the real go, and a proxy here. */
import { delimiter, join } from "node:path";

import { describe, expect, it } from "vitest";

import { Machine } from "../../src/doctor/machine.ts";
import { goScript, startGoproxy } from "../support/goproxy.ts";
import { linux } from "../support/doctor.ts";
import { realGo, runGo } from "../support/programs.ts";
import { basicPath, sandbox, type Sandbox } from "../support/sandbox.ts";

const asked = "go1.99.0";

/** A project of that kind, beside the real go. */
function project(env: Record<string, string>): Sandbox {
  const goroot = runGo("go", ["env", "GOROOT"]).trim();
  const box = sandbox({ PATH: `${join(goroot, "bin")}${delimiter}${basicPath}`, ...env });
  box.write("go.mod", "module example.com/x\n\ngo 1.99.0\n");
  return box;
}

describe.runIf(realGo)(`go env where go.mod asks for ${asked}`, () => {
  it.each([
    ["go env -w", {}, "auto"],
    ["the environment", { GOTOOLCHAIN: `${asked}+auto` }, `${asked}+auto`],
  ])("asks no proxy, and tells GOTOOLCHAIN of %s as it is", async (_, env, toolchain) => {
    const proxy = await startGoproxy();
    try {
      const box = project({ GOPROXY: proxy.url, ...env });
      box.write(join(box.home, ".config/go/env"), "GOTOOLCHAIN=auto\n");
      expect(await new Machine(box.context()).goEnv).toMatchObject({
        GOVERSION: realGo,
        GOTOOLCHAIN: toolchain,
        GOPROXY: proxy.url,
      });
      expect(proxy.requests).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  it("is that toolchain's where it is there", async () => {
    const box = project({ GOTOOLCHAIN: "auto" });
    const programs = join(box.home, "programs");
    box.write(join(programs, asked), goScript(asked, linux), 0o755);
    const ctx = box.context({ env: { ...box.env, PATH: `${programs}${delimiter}${box.env["PATH"]}` } });
    expect(await new Machine(ctx).goEnv).toMatchObject({ GOVERSION: asked });
  });
});
