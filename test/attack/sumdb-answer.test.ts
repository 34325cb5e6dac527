/** A lookup's answer that is another module's, says more or less than two lines, or is not in the log. */
import { beforeEach, describe, expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { addTool, type Asked, refusal, tool, toolInLog, toolPath } from "../support/lookup.ts";
import { sandbox } from "../support/sandbox.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";

let asked: Asked;
beforeEach(() => {
  asked = toolInLog();
  addTool(asked.server, "v1.0.1");
});

/** Nothing is proven of the tool, and nothing kept, when lookups are answered like this. */
async function refuses(change: (answer: string) => string): Promise<void> {
  const { log, ask } = asked;
  log.tamper = (path, bytes) => {
    if (path !== toolPath()) return bytes;
    const changed = change(String(bytes));
    expect(changed).not.toBe(String(bytes));
    return Buffer.from(changed);
  };
  await refusal(ask());
  expect(log.files.size).toBe(0);
}

const line = `${tool.module} ${tool.version} ${tool.h1}\n`;
const goModLine = `${tool.module} ${tool.version}/go.mod ${tool.goModH1}\n`;
const otherH1 = `h1:${"C".repeat(43)}=`;

it.each<[string, (server: Asked["server"]) => Buffer | undefined]>([
  ["another version", (server) => server.serve(toolPath("v1.0.1"))],
  ["another module", (server) => server.serve("lookup/example.com/padding7@v1.0.0")],
  ["no record, but the signed head", (server) => server.head()],
  ["a record, and no signed head", (server) => Buffer.from(`100\n${server.record(100)}\n`)],
  ["nothing", () => Buffer.alloc(0)],
  ["another page", () => Buffer.from("<!doctype html>\n<title>Sign in</title>\n\n\n")],
  ["a thousand lines", () => Buffer.from("1\n".repeat(1000))],
])("the log answers with %s", async (_, answer) => {
  await refuses(() => String(answer(asked.server)));
});

it.each<[string, (answer: string) => string]>([
  ["the version asked for, in another's record", (answer) => answer.replaceAll("v1.0.0", "v1.0.1")],
  ["another hash", (answer) => answer.replace(tool.h1, otherH1)],
  ["another hash of go.mod", (answer) => answer.replace(tool.goModH1, otherH1)],
  ["the hashes the other way round", (answer) => answer.replace(line + goModLine, swapped())],
  ["its lines the other way round", (answer) => answer.replace(line + goModLine, goModLine + line)],
  ["its first line twice", (answer) => answer.replace(line, line + line)],
  ["another first line before it", (answer) => answer.replace(line, line.replace(tool.h1, otherH1) + line)],
  ["its second line twice", (answer) => answer.replace(goModLine, goModLine + goModLine)],
  [
    "a third line",
    (answer) => answer.replace(goModLine, `${goModLine}example.com/other v1.0.0 ${otherH1}\n`),
  ],
  ["its first line alone", (answer) => answer.replace(goModLine, "")],
  ["its second line alone", (answer) => answer.replace(line, "")],
  ["a word after its hash", (answer) => answer.replace(tool.h1, `${tool.h1} ${otherH1}`)],
  ["two spaces", (answer) => answer.replace(" h1:", "  h1:")],
  ["a tab", (answer) => answer.replace(" h1:", "\th1:")],
  ["a hash of another kind", (answer) => answer.replace("h1:", "h2:")],
  ["a byte order mark", (answer) => `\ufeff${answer}`],
  ["a blank line before it", (answer) => `\n${answer}`],
  ["a blank line after it", (answer) => answer.replace(goModLine, `${goModLine}\n`)],
])("the log answers with a record with %s", async (_, change) => {
  await refuses(change);
});

function swapped(): string {
  return line.replace(tool.h1, tool.goModH1) + goModLine.replace(tool.goModH1, tool.h1);
}

it.each<[string, string]>([
  ["its neighbour's", "99"],
  ["a later record's", "300"],
  ["the size of the tree", "301"],
  ["beyond the tree", "302"],
  ["beyond what a tile path holds", "9007199254740991"],
  ["beyond what a number holds exactly", "9007199254740993"],
  ["longer than any number", "1".repeat(400)],
  ["negative", "-100"],
  ["with a plus", "+100"],
  ["with a leading zero", "0100"],
  ["with a space", " 100"],
  ["hexadecimal", "0x64"],
  ["with an exponent", "1e2"],
  ["with a fraction", "100.0"],
  ["in other digits", "١٠٠"],
  ["missing", ""],
])("the log answers with an id, %s: %j", async (_, id) => {
  await refuses((answer) => answer.replace(/^100/, id));
});

/** What the log itself has recorded wrongly is proven to be in it, and is no record of the tool all the same. */
it.each([
  ["lines of another module", (text: string) => text.replaceAll("tool", "toy")],
  ["a first line of another module", (text: string) => text.replace("tool", "toy")],
  ["a second line of another version", (text: string) => text.replace("v1.0.2/go.mod", "v1.0.3/go.mod")],
  ["its lines twice", (text: string) => text + text],
  ["one line", (text: string) => text.slice(0, text.indexOf("\n") + 1)],
  ["no line", () => ""],
  ["no newline at its end", (text: string) => text.trimEnd()],
])("a record that the log has under the tool's name with %s", async (_, change) => {
  const { server, log, ask } = asked;
  const text = change((line + goModLine).replaceAll("v1.0.0", "v1.0.2"));
  server.addText(tool.module, "v1.0.2", text);
  await refusal(ask("v1.0.2"));
  expect(log.files.size).toBe(0);
});

describe("a whole install", () => {
  const toolchain = tinyToolchain("1.22.5", host);
  const forged = tinyToolchain("1.22.5", host, { files: { "src/fmt/print.go": "package fmt // patched\n" } });
  const path = `lookup/golang.org/toolchain@${toolchain.version}`;

  /** The mirror hands out the forged zip; its database has the right record, and is answered for like this. */
  it.each<[string, (answer: string) => string]>([
    ["the forged zip's hash in the record", (answer) => answer.replace(toolchain.h1, forged.h1)],
    [
      "the forged zip's line before the record's",
      (answer) =>
        answer.replace("golang.org", `golang.org/toolchain ${toolchain.version} ${forged.h1}\ngolang.org`),
    ],
  ])("of a forged zip, with %s", async (_, change) => {
    const proxy = await localProxy({ toolchains: [{ ...toolchain, zip: forged.zip }] });
    const { name } = proxy.database;
    proxy.intercept = (request, response) => {
      if (request.url !== `/sumdb/${name}/${path}`) return false;
      response.end(change(String(proxy.database.serve(path))));
      return true;
    };
    const box = sandbox(settingsFor(proxy));
    const ran = await refused(box, ["install", "1.22.5"]);
    expect(ran.stderr).toMatch(/is not record \d+ of the log|gave no record of/);
    expect(box.listing().filter((each) => each.startsWith("sumdb/"))).toEqual([]);
  });

  it("of a forged zip, with the right record", async () => {
    const proxy = await localProxy({ toolchains: [{ ...toolchain, zip: forged.zip }] });
    const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
    expect(ran.stderr).toContain(`recorded ${toolchain.h1}`);
    expect(ran.stderr).toContain(`got ${forged.h1}`);
  });
});
