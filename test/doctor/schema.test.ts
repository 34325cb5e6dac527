/** docs/doctor.schema.json against what gv doctor prints, by a validator that is not gv's: Python's jsonschema. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { doctor } from "../../src/commands/doctor.ts";
import { healthy, linux, mac } from "../support/doctor.ts";
import { isRequired } from "../support/required.ts";

const file = join(import.meta.dirname, "../../docs/doctor.schema.json");

/** Prints what is wrong with the JSON on stdin, a line each. */
const validate = `
import json, sys
from jsonschema import Draft202012Validator as V
schema = json.load(open(sys.argv[1]))
V.check_schema(schema)
for e in V(schema).iter_errors(json.load(sys.stdin)): print(e.json_path, e.message)
`;

function problems(json: string): string[] {
  const { status, stdout, stderr } = spawnSync("python3", ["-c", validate, file], {
    input: json,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.split("\n").filter((line) => line !== "");
}

const isThere = spawnSync("python3", ["-c", "import jsonschema"]).status === 0;

it.skipIf(!isThere && !isRequired("jsonschema"))("describes what gv doctor --json prints", async () => {
  for (const platform of [linux, mac]) {
    const scene = await healthy(platform);
    scene.path.push("/nowhere", "relative", "");
    Object.assign(scene.env, {
      GOROOT: "/nowhere",
      GOFLAGS: "nonsense",
      GOPROXY: "none",
      GO111MODULE: "off",
    });
    scene.env["GODEBUG"] = "asyncpreemptoff=1";
    scene.write(".go-version", "1.20.1\n");
    scene.write(join(scene.root, "config"), "nonsense = 1\n");
    rmSync(join(scene.root, "shims/go"));
    let text = "";
    const stdout = { write: (more: string) => void (text += more), isTerminal: false, columns: 80 };
    await doctor(scene.context({ stdout }), [], { json: true }).catch(() => undefined);
    expect(text.match(/"fact"/g)?.length ?? 0).toBeGreaterThan(9);
    expect(problems(text)).toEqual([]);
    // And it is one that says no.
    expect(problems(text.replace(/"fix": "([^"]*)"/, '"fix": "$1   or something else"'))).toHaveLength(1);
    expect(problems(text.replaceAll(/"(?:fix|help)": [^\n]*/g, ""))).not.toEqual([]);
  }
});
