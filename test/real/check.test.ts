/**
 * The real thing: gv check with a release of Go, dlv and shellcheck, as the hook of a real commit. Where a go is on PATH
 * its caches are used.
 */
import { join } from "node:path";

import { describe, expect, inject, it } from "vitest";

import { online, patience } from "../support/online.ts";
import { basicPath } from "../support/sandbox.ts";
import { hostFolder } from "../support/scene.ts";

describe("gv check", () => {
  it(
    "has dlv start a test binary, and says what is wrong where it can't",
    { timeout: patience },
    async (test) => {
      const box = await online(test);
      // Else go leaves a process behind that writes there for a while.
      box.write(join(box.home, ".config/go/telemetry/mode"), "off");
      const env = { ...inject("goCaches"), GOFLAGS: "-modcacherw", GOTOOLCHAIN: "local" };
      for (const words of [
        ["install", "-q", "1.26.8"],
        ["tools", "install", "-q", "dlv"],
      ]) {
        const ran = await box.gv(words, { env });
        expect(ran, ran.stderr).toMatchObject({ code: 0 });
      }
      box.write("go.mod", "module example.com/p\n\ngo 1.26\n");
      box.write("p.go", "package p\n");
      // Whose code is never run.
      const ran = join(box.project, "ran");
      const body = `os.WriteFile(${JSON.stringify(ran)}, nil, 0o644)`;
      box.write(
        "p_test.go",
        `package p\n\nimport (\n\t"os"\n\t"testing"\n)\n\nfunc init() { ${body} }\n\nfunc TestP(*testing.T) {}\n`,
      );
      await box.run("git", ["init", "-q"]);
      expect((await box.gv(["check", "--install-hook"], { env })).code).toBe(0);
      await box.run("git", ["add", "-A"]);
      const author = {
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@b",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@b",
      };
      const commit = ["commit", "-qm", "first"];
      const committed = await box.run("git", commit, { env: { ...env, ...author, PATH: basicPath } });
      expect(committed, committed.stderr).toMatchObject({ code: 0 });
      expect(committed.stderr).toMatch(/^go +ok +\d+ ms {2}Go 1\.26\.8, record \d+ of sum\.golang\.org$/m);
      expect(committed.stderr).toMatch(/^tools +ok +\d+ ms {2}dlv v1\.\S+$/m);
      expect(committed.stderr).toMatch(/^vet +ok/m);
      expect(committed.stderr).toMatch(/^debug +ok +\d+ ms {2}a test binary of example\.com\/p$/m);
      expect((await box.run("git", ["status", "--short"])).stdout).toBe("");
      expect((await box.run("ps", ["-eo", "args"])).stdout).not.toContain(box.root);
      expect(box.listing().filter((path) => path.startsWith("staging/"))).toEqual(["staging/"]);

      // dlv as a system makes it fail that lets nobody trace.
      const dlv = join(box.root, "tools", hostFolder, "1.26.8", "bin", "dlv");
      const text = "could not launch process: fork/exec ./debug.test: operation not permitted";
      box.write(dlv, `#!/bin/sh\necho '${text}' >&2\nexit 1\n`, 0o755);
      const failed = await box.gv(["check", "debug"], { env });
      expect(failed.code).toBe(1);
      expect(failed.stdout).toContain(`failed`);
      expect(failed.stdout).toContain(`    ${text}\n`);
      expect(failed.stderr).toMatch(/^gv: debug failed\n {4}\S/);
      // One that starts, says that it listens, and never answers.
      box.write(dlv, "#!/bin/sh\necho 'API server listening at: 127.0.0.1:1'\nexec sleep 1000\n", 0o755);
      expect((await box.gv(["check", "debug"], { env })).code).toBe(1);
      // Tests that can't be built are told as the go command does.
      box.write("p_test.go", "package p\n\nfunc init() { missing() }\n");
      const unbuilt = await box.gv(["check", "debug"], { env });
      expect(unbuilt.stdout).toContain("undefined: missing");
      expect(unbuilt.stderr).toContain("-gcflags='all=-N -l' example.com/p");
    },
  );
});
