/** gv doctor --deep as it is typed: what is asked only with it, and the table of gv doctor goproxy --deep. */
import { expect, it } from "vitest";

import { doctor } from "../../src/commands/doctor.ts";
import { diagnose } from "../../src/doctor/diagnose.ts";
import { healthy, type Scene } from "../support/doctor.ts";
import { serve } from "../support/http.ts";

const ids = ["gopls-starts", "cgo-builds", "modules-load", "modules-unchanged", "goproxy"];

async function typed(scene: Scene, options: Parameters<typeof doctor>[2]): Promise<string> {
  let text = "";
  const stdout = { write: (more: string) => void (text += more), isTerminal: false, columns: 80 };
  await doctor(scene.context({ stdout }), ["goproxy"], options);
  return text;
}

it("asks no slow check without --deep, also by its name, and no server with --offline", async () => {
  const ctx = (await healthy()).context();
  const asked = async (offline: boolean, deep: boolean) =>
    (await diagnose(ctx, { ids: [], offline, deep }))
      .map(({ check }) => check.id)
      .filter((id) => ids.includes(id));
  expect(await asked(true, false)).toEqual([]);
  expect(await asked(true, true)).toEqual(["gopls-starts", "cgo-builds"]);
  for (const id of ids)
    await expect(diagnose(ctx, { ids: [id], offline: true, deep: false })).rejects.toThrow(
      expect.objectContaining({ code: "BAD_ARGUMENT", hint: `gv doctor ${id} --deep` }),
    );
});

it("tells how each entry of GOPROXY serves the modules; private and replaced ones are asked of nobody", async () => {
  const scene = await healthy();
  const paths: string[] = [];
  const proxy = (missing: string) =>
    serve(({ url = "" }, response) => {
      paths.push(url);
      if (url.includes(missing)) response.writeHead(404).end();
      else response.end(url.endsWith("/list") ? "v1.0.0\n" : "module x\n");
    });
  const [first, second] = [await proxy("/b/"), await proxy("/none/")];
  scene.env["GOPROXY"] = `${first},${second}|direct`;
  scene.env["GOPRIVATE"] = "*.corp.example";
  const names = ["example.com/A", "example.com/b", "git.corp.example/x", "example.com/replaced"];
  scene.write(
    "go.mod",
    `module x\n\ngo 1.22\n\nrequire (\n${names.map((name) => `\t${name} v1.0.0\n`).join("")})\n\nreplace example.com/replaced => ./r\n`,
  );
  const [head = "", ...lines] = (await typed(scene, { deep: true })).split("\n");
  expect(head).toMatch(/^entry +modules +hits +misses +failures +median ms +p95 ms +list behind$/);
  expect(lines[0]).toMatch(new RegExp(`^${first}/? +2 +1 +1 +0 +\\d+ +\\d+ +0$`));
  expect(lines[1]).toMatch(new RegExp(`^${second}/? +2 +2 +0 +0 +\\d+ +\\d+ +0$`));
  expect(lines.slice(2)).toEqual(["", "1 check is well", ""]);
  expect(paths.toSorted().filter((path, i, all) => all.indexOf(path) === i)).toEqual([
    "/example.com/!a/@v/list",
    "/example.com/!a/@v/v1.0.0.mod",
    "/example.com/b/@v/list",
    "/example.com/b/@v/v1.0.0.mod",
  ]);
  const data: unknown = JSON.parse(await typed(scene, { deep: true, json: true }));
  const row = {
    modules: 2,
    hits: 1,
    misses: 1,
    failures: 0,
    "list behind": 0,
    "median ms": expect.any(Number),
  };
  expect(data).toMatchObject({ checks: [{ id: "goproxy", outcome: "ok", measured: [row, { hits: 2 }] }] });
});
