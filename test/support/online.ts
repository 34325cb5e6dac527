/** Where tests of real releases of Go reach the network, as this machine does. */
import { join } from "node:path";
import process from "node:process";

import { expect, inject, type TestContext } from "vitest";

import type { Environment } from "../../src/context.ts";
import { goSetting } from "../../src/goenv.ts";
import { isRequired } from "./required.ts";
import { type Sandbox, sandbox } from "./sandbox.ts";
import { barePath } from "./scene.ts";

/** How long a test with real releases may take, in ms. */
export const patience = 600_000;

/**
 * Whether all tests of real releases run (`npm run test:real`): CI leaves out those that take a minute and more where
 * others of the same kind run each time.
 */
export const isWhole = process.env["GV_REAL"] === "whole";

/** How this machine reaches the network: which Go's settings hold, through which proxy, by which certificates. */
const passedOn =
  /^(?:PATH|GOPROXY|GOSUMDB|(?:HTTPS?|NO|ALL)_PROXY|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|SSL_CERT_(?:FILE|DIR))$/i;

/**
 * A sandbox with the machine's way to the network. Where no GOPROXY answers it ends the test, which skips unless
 * GV_TEST_REQUIRE says network (or all).
 */
export async function online({ skip }: TestContext): Promise<Sandbox> {
  const settings = Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name)));
  const box = sandbox(settings);
  const probe = await box.gv(["list-remote", "1.22"]);
  if (probe.code === 5 && !isRequired("network")) skip(`no GOPROXY answers here: ${probe.stderr.trim()}`);
  expect(probe).toMatchObject({ code: 0, stderr: "" });
  expect(probe.stdout.split("\n")).toContain("1.22.5");
  return box;
}

/** What the go command gets: the shims before all, no Node, nothing of this machine but the way to the network. */
export function goEnvironment(box: Sandbox): Environment {
  const way = ["GOPROXY", "GOSUMDB"].map((name) => [name, goSetting(box.context(), name)?.value] as const);
  return {
    ...Object.fromEntries(way.filter(([, value]) => value !== undefined)),
    PATH: `${box.root}/shims:${barePath(box)}`,
    GOPATH: join(box.home, "gopath"),
    GOCACHE: inject("goCaches").GOCACHE,
    GOFLAGS: "-mod=mod -modcacherw",
    CGO_ENABLED: "0",
  };
}
