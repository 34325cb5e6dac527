/** gv ide goland: the SDK of a project, in the forms that GoLand writes. */
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { local } from "../../src/commands/pin.ts";
import { healthy, type Scene } from "../support/doctor.ts";
import { bytesBelow, typed } from "./scene.ts";

const file = ".idea/workspace.xml";

function workspace(scene: Scene): string {
  return readFileSync(join(scene.project, file), "utf8");
}

/** The attribute as another program's parser has it: Python's. */
async function parsed(scene: Scene): Promise<string> {
  const script =
    "import sys,xml.etree.ElementTree as t;print(t.parse(sys.argv[1]).find(\"component[@name='GOROOT']\").get('url'))";
  return (await scene.box.run("python3", ["-c", script, join(scene.project, file)])).stdout.trim();
}

it("makes the component where the project was never opened, and what the doctor reads", async () => {
  const scene = await healthy();
  const { err } = await typed(scene, "goland", { write: true });
  expect(err).toContain("close the project in GoLand");
  expect(await parsed(scene)).toBe(`file://${scene.root}/versions/linux-amd64/1.22.5`);
  expect((await scene.ask("goland-sdk")).findings).toEqual([]);
  expect((await typed(scene, "goland")).err).toContain("nothing to change");
});

it("changes nothing but the SDK's own text, and undo gives back the bytes", async () => {
  const scene = await healthy();
  const before = `<?xml version="1.0" encoding="UTF-8"?>\r
<project version="4">\r
  <component name="GOROOT" url="file://$USER_HOME$/sdk/go1.20.1" />\r
  <component name="Name">&#228; \xfc</component>\r
</project>`;
  scene.write(file, Buffer.from(before, "latin1"));
  const bytes = bytesBelow(scene.project);
  await typed(scene, "goland", { write: true });
  expect(readFileSync(join(scene.project, file), "latin1")).toBe(
    before.replace("$USER_HOME$/sdk/go1.20.1", `${scene.root}/versions/linux-amd64/1.22.5`),
  );
  await typed(scene, "goland", { undo: true });
  expect(bytesBelow(scene.project)).toEqual(bytes);
});

it("puts the component in where there is none, and mends a property", async () => {
  const scene = await healthy();
  scene.write(file, '<project version="4">\n  <component name="A" />\n</project>\n');
  scene.write(".idea/misc.xml", '<project><option name="go.sdk.path" value="/nowhere/go" /></project>\n');
  await typed(scene, "goland", { write: true });
  const sdk = `${scene.root}/versions/linux-amd64/1.22.5`;
  expect(workspace(scene)).toBe(
    `<project version="4">\n  <component name="A" />\n  <component name="GOROOT" url="file://${sdk}" />\n</project>\n`,
  );
  expect(readFileSync(join(scene.project, ".idea/misc.xml"), "utf8")).toContain(`value="${sdk}"`);
});

it("names a real folder: of a linked Go, and with what XML can't have as it is", async () => {
  const scene = await healthy();
  const real = scene.go(join(scene.home, 'my "go" & <more>'), "1.21.0");
  symlinkSync(real, join(scene.root, "versions/linux-amd64/mygo"));
  scene.write(".go-version", "mygo\n");
  await typed(scene, "goland", { write: true });
  expect(await parsed(scene)).toBe('file://$USER_HOME$/my "go" & <more>');
  expect((await scene.ask("goland-sdk")).findings).toEqual([]);
});

it("leaves the SDK of a container, and says what is missing", async () => {
  const scene = await healthy();
  scene.write(file, '<project><component name="GOROOT" url="wsl://Ubuntu/usr/lib/go" /></project>');
  const { err } = await typed(scene, "goland", { write: true });
  expect(err).toMatch(/the SDK stays wsl:\/\/Ubuntu.*\n.*nothing to change/);
  scene.write(".go-version", "1.25.0\n");
  await expect(typed(scene, "goland")).rejects.toMatchObject({
    code: "NOT_INSTALLED",
    hint: expect.stringContaining("gv install 1.25.0"),
  });
});

it("is told to be written again where the pin changes", async () => {
  const scene = await healthy();
  scene.install("1.21.3");
  await typed(scene, "goland", { write: true });
  const said: string[] = [];
  const stdout = { write: (text: string) => void said.push(text), isTerminal: false, columns: 80 };
  await local(scene.context({ stdout }), "1.22.5", {});
  expect(said.join("")).not.toContain("GoLand");
  await local(scene.context({ stdout }), "1.21.3", {});
  expect(said.join("")).toMatch(/GoLand's SDK here is still .*1\.22\.5\n.*gv ide goland --write/);
  expect((await scene.ask("goland-sdk")).findings).toMatchObject([{ fix: "gv ide goland --write" }]);
  await typed(scene, "goland", { write: true });
  expect((await scene.ask("goland-sdk")).findings).toEqual([]);
});
