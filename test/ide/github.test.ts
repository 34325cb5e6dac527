/** gv ide github: the workflow, read by parsers that aren't gv's, run as GitHub's runner does, and taken back. */
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { failedWith, host, scene } from "../support/scene.ts";
import { Job, noYaml, onThisPath, ownAction, readYaml, type Step } from "../support/workflow.ts";

const from = "example/gv@v0.1.0";
const file = ".github/workflows/go.yml";

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: { readonly test: { readonly steps: readonly Step[]; readonly defaults?: unknown } };
}

describe.skipIf(noYaml)("the workflow", () => {
  it("is shown, written, and installs what the repository pins when its steps are run", async () => {
    const { box, gv } = await scene();
    box.write(".go-version", "1.22.5\n");
    expect((await gv("ide", "github", "--from", from)).stdout).toContain(
      "+      - uses: example/gv@v0.1.0\n",
    );
    expect(existsSync(join(box.project, file))).toBe(false);
    expect(await gv("ide", "github", "--from", from, "--write")).toMatchObject({ code: 0 });
    const workflow = readYaml(readFileSync(join(box.project, file), "utf8")) as Workflow;
    expect(workflow).toMatchObject({ name: "go", true: { push: null, pull_request: null } });
    expect(workflow.permissions).toEqual({ contents: "read" });

    const job = new Job(box, join(box.home, "kept"));
    for (const step of workflow.jobs.test.steps)
      if (step.uses === from) await job.use(ownAction());
      else await job.step(step);
    await job.step({ id: "after", name: "after", run: "go version" });
    expect(job.ran.filter(({ code }) => code !== 0)).toEqual([]);
    expect(job.ran.find(({ name }) => name === "go test ./...")?.stdout).toContain("arg: ./...");
    expect(job.ran.at(-1)?.stdout).toBe(`go version go1.22.5 ${host.os}/${host.arch}\n`);
  });

  it("says the folder of a module that isn't the top one", async () => {
    const { box, gv } = await scene();
    box.write(".git/HEAD", "");
    box.write("a b/go.mod", "module example.com/x\n\ngo 1.22\n");
    await box.gv(["ide", "github", "--from", from, "--write"], { cwd: join(box.project, "a b") });
    const { test } = (readYaml(readFileSync(join(box.project, file), "utf8")) as Workflow).jobs;
    expect(test.defaults).toEqual({ run: { "working-directory": "a b" } });
    expect(test.steps[1]?.with).toEqual({ "working-directory": "a b" });
    expect((await gv("ide", "github", "--from", from)).stderr).toContain("nothing to change");
  });

  it.skipIf(!onThisPath("actionlint"))(
    "is nothing that actionlint objects to, nor is the action, nor what runs gv's own tests",
    async () => {
      const { box, gv } = await scene();
      box.write(".git/HEAD", "");
      cpSync(join(ownAction().folder, "action.yml"), join(box.project, "gv/action.yml"));
      cpSync(join(import.meta.dirname, "../../.github"), join(box.project, ".github"), { recursive: true });
      await gv("ide", "github", "--from", "./gv", "--write");
      expect(readdirSync(join(box.project, ".github/workflows")).length).toBe(2);
      expect(await box.run(onThisPath("actionlint") ?? "", [])).toMatchObject({ code: 0, stdout: "" });
    },
  );
});

it("renews the action in a workflow that is there, and nothing else; undo gives back the bytes", async () => {
  const { box, gv } = await scene();
  const before = `# ours é\r\njobs:\r\n  a:\r\n    steps:\r\n      - uses: example/gv@v0.0.9 # pinned\r\n      - uses: other/gv@v1\r\n      - uses: "example/gv@v0.0.9"\r\n`;
  const path = box.write(file, before);
  expect(await gv("ide", "github", "--from", from, "--write")).toMatchObject({ code: 0 });
  expect(readFileSync(path, "utf8")).toBe(before.replaceAll("v0.0.9", "v0.1.0"));
  expect(await gv("ide", "github", "--undo")).toMatchObject({ code: 0 });
  expect(readFileSync(path, "utf8")).toBe(before);
});

it("leaves a workflow that doesn't use it, and says which step to put in", async () => {
  const { box, gv } = await scene();
  box.write(file, "# as example/gv@v0.1.0 does\njobs: {a: {steps: [{uses: actions/setup-go@v6}]}}\n");
  const ran = await gv("ide", "github", "--from", from, "--write");
  expect(ran).toMatchObject({ code: 0, stdout: "" });
  expect(ran.stderr).toContain("- uses: example/gv@v0.1.0");
});

it("takes no word for an address that is none", async () => {
  const { gv } = await scene();
  for (const words of [[], ["--from", "gv"], ["--from", "a/b@v1\n      - run: curl"]])
    expect(failedWith(2, await gv("ide", "github", ...words)).hint).toContain("OWNER/REPOSITORY@REF");
});
