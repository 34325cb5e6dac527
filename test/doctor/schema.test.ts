/** docs/json/doctor.schema.json against what gv doctor prints on a machine with faults. */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { doctor } from "../../src/commands/doctor.ts";
import { healthy, linux, mac } from "../support/doctor.ts";
import { noValidator, problems } from "../support/json-schema.ts";

it.skipIf(noValidator)("describes what gv doctor --json prints", async () => {
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
    expect(problems({ schema: "doctor", json: text })).toEqual([]);
    // And it is one that says no.
    expect(
      problems({
        schema: "doctor",
        json: text.replace(/"fix": "([^"]*)"/, '"fix": "$1   or something else"'),
      }),
    ).toHaveLength(1);
    expect(problems({ schema: "doctor", json: text.replaceAll(/"(?:fix|help)": [^\n]*/g, "") })).not.toEqual(
      [],
    );
  }
});
