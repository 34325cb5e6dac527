/** gv doctor dlv-sign: the entitlements are written, codesign signs, and what it wrote is read back. codesign is a script. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { doctor } from "../../src/commands/doctor.ts";
import { healthy, linux, mac, type Scene } from "../support/doctor.ts";
import { machines, machOFile } from "../support/executables.ts";

/** Signs by keeping the entitlements beside the program, and prints them when it is asked. */
const codesign = `case "$1" in
--force) [ "$2 $3 $4" = "--sign - --entitlements" ] && cp "$5" "$6.signed" ;;
-d) cat "$4.signed" ;;
esac`;

async function scene(): Promise<Scene & { dlv: string }> {
  const made = await healthy(mac);
  made.program("codesign", codesign);
  return Object.assign(made, { dlv: made.program("dlv", machOFile({ machine: machines.machO.arm64 })) });
}

const sign = async (on: Scene, words: readonly string[], fix = true): Promise<string> => {
  const { stdout: _, ...same } = on.context();
  const context = on.box.context(same);
  await doctor(context, ["dlv-sign", ...words], { fix });
  return context.out();
};

it("signs, and reads the entitlement back", async () => {
  const on = await scene();
  const out = await sign(on, [on.dlv]);
  expect(out).toContain(`read back: ${on.dlv} has com.apple.security.cs.debugger`);
  expect(readFileSync(`${on.dlv}.signed`, "utf8")).toMatch(
    /<key>com\.apple\.security\.cs\.debugger<\/key>\s*<true\/>/,
  );
});

it("finds a name on PATH, behind the shims", async () => {
  const on = await scene();
  expect(await sign(on, ["dlv"])).toContain(`read back: ${on.dlv}`);
});

it("says what it would do, and does nothing, without --fix", async () => {
  const on = await scene();
  const out = await sign(on, [on.dlv], false);
  expect(out).toContain(`--entitlements '${join(on.root, "lib/dlv.entitlements")}' '${on.dlv}'`);
  expect([existsSync(join(on.root, "lib/dlv.entitlements")), existsSync(`${on.dlv}.signed`)]).toEqual([
    false,
    false,
  ]);
});

it("isn't content with codesign's word: what was read back decides", async () => {
  const on = await scene();
  on.program("codesign", "exit 0");
  await expect(sign(on, [on.dlv])).rejects.toMatchObject({
    code: "UNHEALTHY",
    message: expect.stringContaining("its signature has no com.apple.security.cs.debugger"),
  });
});

it("says what codesign said where it fails, and what to install where it isn't there", async () => {
  const on = await scene();
  on.program("codesign", "echo 'errSecInternalComponent' >&2; exit 1");
  await expect(sign(on, [on.dlv])).rejects.toThrow("codesign ended with 1: errSecInternalComponent");
  on.program("codesign", "#!/gone\n");
  on.path.splice(2, 1);
  await expect(sign(on, [on.dlv])).rejects.toMatchObject({ hint: expect.stringContaining("xcode-select") });
});

it.each([
  ["nothing", () => []],
  ["a file that is no program of macOS", ({ write }: Scene) => [write("notes.txt", "dlv")]],
  ["what isn't there", () => ["./nowhere"]],
  ["gv's own shim", ({ root }: Scene) => [join(root, "shims/go")]],
])("refuses %s", async (_, words) => {
  const on = await scene();
  await expect(sign(on, words(on))).rejects.toMatchObject({ code: "BAD_ARGUMENT" });
});

it("is for macOS alone", async () => {
  const on = await healthy(linux);
  await expect(sign(on, ["dlv"])).rejects.toMatchObject({ code: "BAD_ARGUMENT" });
});
