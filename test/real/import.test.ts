/** gv import on real releases: what mise installed itself, golang.org/dl's own folder, the go command's module cache. */
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createHash } from "node:crypto";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { goEnvironment, isWhole, online, patience } from "../support/online.ts";
import { isRequired } from "../support/required.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { hostFolder, hostName } from "../support/scene.ts";

const npmPackage = "@jdxcode/mise-linux-x64@2026.9.15";

/** A GOROOT of 1.22.5 outside of gv, and a root that has no version any more. */
async function archiveTree(box: Sandbox): Promise<string> {
  const other = { GV_ROOT: join(box.project, "first") };
  expect(await box.gv(["install", "-q", "1.22.5"], { env: other })).toMatchObject({ code: 0, stderr: "" });
  const goroot = join(box.project, "tree/go");
  cpSync(join(other.GV_ROOT, "versions", hostFolder, "1.22.5"), goroot, { recursive: true });
  mkdirSync(join(goroot, "api"));
  writeFileSync(join(goroot, "api/go1.txt"), "of the archive, in no log\n");
  return goroot;
}

it(
  "takes over what mise installed, and runs on once mise has removed it",
  { timeout: patience },
  async (test) => {
    const box = await online(test);
    const goroot = await archiveTree(box);
    const served = join(box.project, "go1.22.5.tar.gz");
    execFileSync("tar", ["czf", served, "-C", join(goroot, ".."), "go"]);
    const archive = readFileSync(served);
    const server = createServer(({ url }, response) =>
      response.end(url?.endsWith(".sha256") ? createHash("sha256").update(archive).digest("hex") : archive),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const repository = join(box.project, "repository");
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", "-C", repository, ...words]);
    mkdirSync(repository);
    git("init", "-q");
    git("commit", "-q", "--allow-empty", "-m", "tags");
    git("tag", "go1.22.5");
    try {
      execFileSync("npm", ["pack", "--silent", npmPackage], { cwd: box.project, stdio: "ignore" });
    } catch {
      if (!isRequired("network")) test.skip("npm has no mise for this machine");
    }
    execFileSync("sh", ["-c", "tar xzf *mise*.tgz"], { cwd: box.project });
    const mise = async (...words: string[]) => {
      const env = {
        MISE_GO_DOWNLOAD_MIRROR: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
        MISE_GO_REPO: `file://${repository}`,
        MISE_YES: "1",
      };
      const ran = await box.run(join(box.project, "package/bin/mise"), words, { env, cwd: box.home });
      expect(ran.code, ran.stderr).toBe(0);
    };
    await mise("use", "-g", "go@1.22.5");
    const env = { GOMODCACHE: join(box.home, "none") };
    const ran = await box.gv(["import", "mise"], { env });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`1.22.5 for ${hostName}: is taken from `);
    expect(ran.stdout).toContain("so it stays there: api/\n");
    expect(readFileSync(join(box.root, "version"), "utf8")).toBe("1.22.5\n");
    expect(ran.stdout).toContain("    mise uninstall --all go && mise unuse -g go\n");
    await mise("uninstall", "--all", "go");
    await mise("unuse", "-g", "go");
    expect(existsSync(join(box.home, ".local/share/mise/installs/go/1.22.5"))).toBe(false);
    expect(await box.run(join(box.root, "shims/go"), ["version"])).toMatchObject({
      stdout: `go version go1.22.5 ${hostName}\n`,
    });
    expect(await box.gv(["verify", "-q"])).toMatchObject({ code: 0, stdout: "" });
  },
);

it.runIf(isWhole)(
  "takes over golang.org/dl's folder, and links it once it is edited",
  { timeout: patience },
  async (test) => {
    const box = await online(test);
    const goroot = await archiveTree(box);
    const sdk = join(box.home, "sdk/go1.22.5");
    cpSync(goroot, sdk, { recursive: true });
    writeFileSync(join(sdk, ".unpacked-success"), "");
    const env = { ...goEnvironment(box), GOFLAGS: "-modcacherw", GOBIN: join(box.project, "bin") };
    const install = ["install", "golang.org/dl/go1.22.5@latest"];
    const built = await box.run(join(goroot, "bin/go"), install, { env: { ...env, GOTOOLCHAIN: "local" } });
    expect(built.code, built.stderr).toBe(0);
    const wrapper = await box.run(join(box.project, "bin/go1.22.5"), ["version"]);
    expect(wrapper.stdout).toBe(`go version go1.22.5 ${hostName}\n`);
    const ran = await box.gv(["import", "dl"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("so it stays there: api/, .unpacked-success\n");
    expect(await box.gv(["verify", "-q"])).toMatchObject({ code: 0, stdout: "" });
    appendFileSync(join(sdk, "go.env"), "GOTOOLCHAIN=local\n");
    const other = { GV_ROOT: join(box.project, "other") };
    const edited = await box.gv(["import", "dl"], { env: other });
    expect(edited.stdout).toContain("not proven, so it is linked as dl-1.22.5");
    expect(edited.stdout).toContain("\n    changed  go.env\n");
    expect(await box.gv(["exec", "dl-1.22.5", "--", "go", "env", "GOROOT"], { env: other })).toMatchObject({
      stdout: `${sdk}\n`,
    });
  },
);

it.runIf(isWhole)("takes over what the go command switched to", { timeout: patience }, async (test) => {
  const box = await online(test);
  const goroot = await archiveTree(box);
  box.write("m/go.mod", "module m\n\ngo 1.22\n\ntoolchain go1.23.4\n");
  const gopath = join(box.home, "gopath");
  const env = { ...goEnvironment(box), PATH: "/usr/bin:/bin", GOFLAGS: "", GOTOOLCHAIN: "auto" };
  const switched = await box.run(join(goroot, "bin/go"), ["version"], { env, cwd: join(box.project, "m") });
  expect(switched.stdout, switched.stderr).toContain("go1.23.4");
  onTestFinished(() => void execFileSync("chmod", ["-R", "u+w", gopath]));
  const cache = { GOPATH: gopath };
  const ran = await box.gv(["import", "modcache"], { env: cache });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toContain(`1.23.4 for ${hostName}: is taken from `);
  expect(ran.stdout).not.toContain("stays there");
  expect(await box.gv(["verify", "-q", "1.23.4"])).toMatchObject({ code: 0, stdout: "" });
});
