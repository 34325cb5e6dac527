/** src/netrc.ts: whose credentials ~/.netrc has, as cmd/go/internal/auth/netrc_test.go has it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import type { Environment } from "../src/context.ts";
import { parseNetrc, withNetrc } from "../src/netrc.ts";
import { sandbox } from "./support/sandbox.ts";

const text = `
machine incomplete
password none

machine api.github.com
  login user
  password pwd

machine incomlete.host
  login justlogin

machine test.host
login user2
password pwd2

machine oneline login user3 password pwd3

machine ignore.host macdef ignore
  login nobody
  password nothing

machine hasmacro.too macdef ignore-next-lines login user4 password pwd4
  login nobody
  password nothing

default
login anonymous
password gopher@golang.org

machine after.default
login oops
password too-late-in-file
`;

it("is parsed as the go command parses it", () => {
  expect(parseNetrc(text)).toEqual([
    { machine: "api.github.com", login: "user", password: "pwd" },
    { machine: "test.host", login: "user2", password: "pwd2" },
    { machine: "oneline", login: "user3", password: "pwd3" },
    { machine: "hasmacro.too", login: "user4", password: "pwd4" },
  ]);
});

const own = "machine proxy.test login me password p@ss\nmachine proxy.test/go login go password below\n";

it.each<[string, string, Environment]>([
  ["https://proxy.test/x", "https://me:p%40ss@proxy.test/x", {}],
  ["https://proxy.test/go/x", "https://go:below@proxy.test/go/x", {}],
  ["https://proxy.test/golang", "https://me:p%40ss@proxy.test/golang", {}],
  ["https://proxy.test:8443/x", "https://proxy.test:8443/x", {}],
  ["https://sub.proxy.test/x", "https://sub.proxy.test/x", {}],
  ["https://you:other@proxy.test/x", "https://you:other@proxy.test/x", {}],
  ["http://proxy.test/x", "http://proxy.test/x", {}],
  ["https://proxy.test/x", "https://proxy.test/x", { GOAUTH: "off" }],
  ["https://proxy.test/x", "https://me:p%40ss@proxy.test/x", { GOAUTH: "git /x; netrc" }],
  ["https://proxy.test/x", "https://proxy.test/x", { NETRC: "/nowhere" }],
])("%s is asked as %s", (address, asked, env) => {
  const box = sandbox(env);
  writeFileSync(join(box.home, ".netrc"), own);
  expect(withNetrc(box.context(), new URL(address)).href).toBe(asked);
});

it("$NETRC is another file", () => {
  const box = sandbox();
  const NETRC = box.write("elsewhere", "machine proxy.test login there password secret");
  const ctx = box.context({ env: { ...box.env, NETRC } });
  expect(withNetrc(ctx, new URL("https://proxy.test")).username).toBe("there");
});
