/**
 * action.yml: its steps run in order with the runner's files, and install from a proxy on loopback; so do the caches
 * that GitHub would keep between two jobs.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { host, hostFolder, type Scene, scene } from "../support/scene.ts";
import { findProgram } from "../support/shell.ts";
import { Job, noYaml, ownAction } from "../support/workflow.ts";

const versions = ["1.22.5", "1.22.6", "1.21.0"];

function jobOf({ box }: Scene): Job {
  return new Job(box, join(box.home, "kept"));
}

/** The zips that were asked for. */
function zips({ proxy }: Scene): readonly string[] {
  return proxy.requests.map(({ path }) => path).filter((path) => path.endsWith(".zip"));
}

/** A step behind it. */
const after = (job: Job, run: string): Promise<void> => job.step({ id: "after", name: "after", run });
const said = (job: Job): string | undefined => job.ran.find(({ name }) => name === "after")?.stdout;

describe.skipIf(noYaml !== undefined)("the action", () => {
  it("installs what the repository pins, first on PATH in the steps that follow", async () => {
    const here = await scene(versions);
    here.box.write(".go-version", "1.22\n");
    const job = jobOf(here);
    const outputs = await job.use(ownAction());
    expect(job.ran.filter(({ code }) => code !== 0)).toEqual([]);
    expect(outputs).toEqual({ version: "1.22.6" });
    await after(job, "command -v go gv; go version");
    expect(said(job)).toBe(
      `${here.box.root}/shims/go\n${here.box.root}/bin/gv\ngo version go1.22.6 ${host.os}/${host.arch}\n`,
    );
    expect(job.env["GV_VERSION"]).toBeUndefined();
  });

  it("proves the Go of a cache again, and asks no server for it", async () => {
    const here = await scene(versions);
    here.box.write(".go-version", "1.22.5\n");
    const first = jobOf(here);
    await first.use(ownAction());
    first.end();
    expect(zips(here).length).toBeGreaterThan(0);

    rmSync(here.box.root, { recursive: true });
    here.proxy.requests.length = 0;
    const second = jobOf(here);
    await second.use(ownAction());
    expect(second.isFailed).toBe(false);
    expect(here.proxy.requests).toEqual([]);

    // Somebody writes to the cache: the job ends, and that Go is never run.
    const caches = join(here.box.home, "kept/caches");
    const goroots = readdirSync(caches).flatMap((key) =>
      readdirSync(join(caches, key)).map((path) => join(caches, key, path, hostFolder, "1.22.5/bin/go")),
    );
    const [go = ""] = goroots.filter((path) => existsSync(path));
    appendFileSync(go, "echo altered\n");
    rmSync(here.box.root, { recursive: true });
    const third = jobOf(here);
    await third.use(ownAction());
    expect(third.steps["install"]?.outcome).toBe("failure");
    expect(third.ran.at(-1)?.stdout).toContain("::error::the Go in the cache is not what was published");
    expect(third.ran.at(-1)?.stdout).toContain("bin/go");
    expect(third.env["PATH"]).not.toContain("shims");
  });

  it("takes go.mod's where no version file asks, also where a global version is there", async () => {
    const here = await scene(versions);
    await here.install("1.21.0");
    here.box.write("sub/go.mod", "module example.com/x\n\ngo 1.22.5\n");
    const job = jobOf(here);
    const outputs = await job.use(ownAction(), { "working-directory": "sub", cache: "false" });
    expect(job.ran.filter(({ code }) => code !== 0)).toEqual([]);
    expect(outputs).toEqual({ version: "1.22.6" });
    await after(job, "cd sub; go version");
    expect(said(job)).toContain("go1.22.6");
    expect(job.env["GV_VERSION"]).toBe("1.22.6");
  });

  it("takes the version that is named, over the pin", async () => {
    const here = await scene(versions);
    here.box.write(".go-version", "1.22.5\n");
    const job = jobOf(here);
    expect(await job.use(ownAction(), { version: "1.21" })).toEqual({ version: "1.21.0" });
    await after(job, "go version");
    expect(said(job)).toContain("go1.21.0");
  });

  it("says what to do on Windows, and where Node is too old", async () => {
    const here = await scene(versions);
    const windows = new Job(here.box, join(here.box.home, "kept"), { RUNNER_OS: "Windows" });
    await windows.use(ownAction());
    expect(windows.ran).toMatchObject([{ code: 1, stdout: expect.stringContaining("actions/setup-go") }]);

    here.box.write("old/node", "#!/bin/sh\nexit 1\n", 0o755);
    const old = new Job(here.box, join(here.box.home, "kept"), {
      PATH: `${here.box.project}/old:/usr/bin:/bin`,
    });
    await old.use(ownAction());
    expect(old.ran).toMatchObject([{ code: 1, stdout: expect.stringContaining("actions/setup-node") }]);
  });

  it("keeps a snapshot, and fails where a difference to the baseline matters", async () => {
    const here = await scene(versions);
    here.box.write(".go-version", "1.22.5\n");
    const first = jobOf(here);
    await first.use(ownAction());
    expect(Object.keys(first.artifacts)).toEqual(["gv-test-0"]);
    const seen = readFileSync(join(first.artifacts["gv-test-0"] ?? "", "snapshot.json"), "utf8");

    here.box.write(".github/gv-baseline.json", seen);
    const same = jobOf(here);
    await same.use(ownAction());
    expect(same.isFailed).toBe(false);
    expect(readFileSync(join(same.artifacts["gv-test-0"] ?? "", "check.txt"), "utf8")).toContain(
      "nothing differs",
    );

    const other = new Job(here.box, join(here.box.home, "kept"), { GOFLAGS: "-mod=vendor" });
    await other.use(ownAction());
    expect(other.steps["baseline"]?.outcome).toBe("failure");
    expect(readFileSync(join(other.artifacts["gv-test-0"] ?? "", "check.txt"), "utf8")).toContain("GOFLAGS");
  });

  it.skipIf(findProgram("shellcheck") === undefined)(
    "has shell lines that shellcheck finds nothing in",
    () => {
      for (const { run, name } of ownAction().action.runs.steps) {
        if (run === undefined) continue;
        const checked = spawnSync("shellcheck", ["-s", "bash", "-"], { input: run, encoding: "utf8" });
        expect(checked.stdout, name).toBe("");
      }
    },
  );
});
