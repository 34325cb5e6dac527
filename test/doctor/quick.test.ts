/** gv doctor --quick with the built gv: the launcher and Node give one answer. The questions are test/shell/quick.test.ts. */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { healthy } from "../support/doctor.ts";

it("is the launcher's answer, however gv is called", async () => {
  const { box, root, path, write } = await healthy();
  const env = { PATH: path.join(":"), GOPROXY: "off", GOROOT: undefined };
  for (const words of [["--quick"], ["--offline", "--quick"]]) {
    const launched = await box.run(join(root, "bin/gv"), ["doctor", ...words], { env });
    expect(launched.stdout).toMatch(
      /^ok +go: .* is go1\.22\.5\nok +version: .*\nok +goroot: .*\nok +goproxy: off/,
    );
    expect(await box.gv(["doctor", ...words], { env })).toEqual(launched);
  }
  write(".go-version", "1.4\n");
  const failed = await box.gv(["doctor", "--quick"], { env });
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining("fix: gv install 1.4") });
});

it("asks whether go switches for a go.mod that wants a newer one", async () => {
  const { box, root, path, write, program } = await healthy();
  program("sleep", "exec /bin/sleep 60"); // The launcher's clock: a busy machine is not what is asked about.
  const mod = write("go.mod", "module x\n\ngo 1.23.4\n");
  const env = { PATH: path.join(":"), GOPROXY: "off", GOROOT: undefined, GOMOD: mod };
  const ask = (GOTOOLCHAIN: string) =>
    box.run(join(root, "bin/gv"), ["doctor", "--quick"], { env: { ...env, GOTOOLCHAIN } });
  expect((await ask("auto")).stdout).toContain(
    `${mod}, line 3 asks for go 1.23.4, to which go1.22.5 switches`,
  );
  const local = await ask("local");
  expect(local).toMatchObject({ code: 1, stdout: expect.stringContaining("GOTOOLCHAIN=local") });
  expect(local.stdout).toContain("fix: gv use go.mod");
});

it("takes no ids and no other options, and needs a launcher", async () => {
  const { box, root } = await healthy();
  expect(await box.gv(["doctor", "--quick", "shims-first"])).toMatchObject({ code: 2, stdout: "" });
  expect(await box.gv(["doctor", "--quick", "--json"])).toMatchObject({ code: 2 });
  rmSync(join(root, "bin/gv"));
  expect(await box.gv(["doctor", "--quick"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("there is no launcher to ask\n    gv setup"),
  });
});

it("gv doctor does not both fix and undo", async () => {
  const { box } = await healthy();
  expect(await box.gv(["doctor", "--fix", "--undo"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("'--undo' cannot be used with option '--fix'"),
  });
});
