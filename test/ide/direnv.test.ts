/** gv ide direnv, by direnv itself: what `use go` does in a shell that it loads. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { healthy, type Scene } from "../support/doctor.ts";
import { isRequired } from "../support/required.ts";
import { bytesBelow, evaluated, typed } from "./scene.ts";

const isHere = existsSync("/usr/bin/direnv") || isRequired("direnv");

/** Runs words in the project as direnv has them run, once it is allowed. */
async function loaded(
  scene: Scene,
  ...words: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const options = { env: { PATH: "/usr/bin:/bin" } };
  expect(await scene.box.run("direnv", ["allow", scene.project], options)).toMatchObject({ code: 0 });
  return scene.box.run("direnv", ["exec", scene.project, ...words], options);
}

/** A project in git with two versions, of which 1.22.5 is the global one. */
async function project(): Promise<Scene> {
  const scene = await healthy();
  scene.install("1.21.3");
  scene.write(".git/HEAD", "");
  return scene;
}

describe.skipIf(!isHere)("by direnv itself", () => {
  it("use go 1.21.3 takes that one, in the folder and below", async () => {
    const scene = await project();
    scene.write(".envrc", "use go 1.21.3");
    const { err } = await typed(scene, "direnv", { write: true });
    expect(err).toContain("it stays so");
    const { code, stdout } = await loaded(scene, "go", "version");
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("go1.21.3") });
  });

  it("use go follows a version file, and what gv ide writes is that where there is one", async () => {
    const scene = await project();
    scene.write(".go-version", "1.21.3\n");
    await typed(scene, "direnv", { write: true });
    expect(readFileSync(join(scene.project, ".envrc"), "utf8")).toBe("use go\n");
    expect((await loaded(scene, "go", "version")).stdout).toContain("go1.21.3");
    scene.write(".go-version", "1.22.5\n");
    expect((await loaded(scene, "go", "version")).stdout).toContain("go1.22.5");
    expect((await loaded(scene, "sh", "-c", "command -v go")).stdout).toBe(`${scene.root}/shims/go\n`);
  });

  it("writes the version where no file has it, behind what is there; undo gives back the bytes", async () => {
    const scene = await project();
    scene.write(".envrc", "export A=1");
    const [before, home] = [bytesBelow(scene.project), bytesBelow(scene.home)];
    await typed(scene, "direnv", { write: true });
    expect(readFileSync(join(scene.project, ".envrc"), "utf8")).toBe("export A=1\nuse go 1.22.5\n");
    expect((await loaded(scene, "sh", "-c", 'echo "$A"; go version')).stdout).toMatch(/^1\n.*go1\.22\.5/);
    await typed(scene, "direnv", { undo: true });
    expect(bytesBelow(scene.project)).toEqual(before);
    // The library serves other projects: it is taken back by itself.
    expect(existsSync(join(scene.home, ".config/direnv/lib/gv.sh"))).toBe(true);
    await typed(scene, "direnv", { undo: true, user: true });
    const left = Object.entries(bytesBelow(scene.home)).filter(
      ([name]) => !name.startsWith(".local/share/direnv"),
    );
    expect(Object.fromEntries(left)).toEqual(home);
  });

  it("says what isn't installed and how to get it, and holds the rest", async () => {
    const scene = await project();
    scene.write(".envrc", "use go 1.25.0\nexport A=1\n");
    await typed(scene, "direnv", { write: true });
    const { stdout, stderr } = await loaded(scene, "sh", "-c", 'echo "$A $GV_VERSION"');
    expect(stdout).toBe("1 1.25.0\n");
    expect(stderr).toContain("gv install 1.25.0");
  });

  it("--isolate gives the project a GOPATH, for the editor too, and git passes over it", async () => {
    const scene = await project();
    scene.write(".gitignore", "bin\r\n");
    const before = bytesBelow(scene.project);
    await typed(scene, "direnv", { write: true, isolate: true });
    const said = await scene.box.run("direnv", ["allow", scene.project]);
    expect(said.code).toBe(0);
    const { stdout } = await scene.box.run(
      "direnv",
      ["exec", scene.project, "sh", "-c", 'echo "$GOPATH|$GOBIN|${PATH%%:*}"'],
      { env: { PATH: "/usr/bin:/bin", GOBIN: "/elsewhere" } },
    );
    expect(stdout).toBe(`${scene.project}/.gopath||${scene.project}/.gopath/bin\n`);
    expect(readFileSync(join(scene.project, ".gitignore"), "utf8")).toBe("bin\r\n/.gopath/\r\n");
    expect(evaluated(readFileSync(join(scene.project, ".vscode/settings.json"), "utf8"))).toEqual({
      "go.gopath": "${workspaceFolder}/.gopath",
      "go.toolsGopath": "${workspaceFolder}/.gopath",
    });
    expect((await typed(scene, "direnv", { isolate: true })).err).toContain("nothing to change");
    await typed(scene, "direnv", { undo: true });
    expect(bytesBelow(scene.project)).toEqual(before);
  });
});
