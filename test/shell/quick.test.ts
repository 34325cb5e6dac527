/** gv doctor --quick in each shell: what it finds, its exit code, and that it ends in 3 s whatever hangs. */
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { tinyFiles } from "../support/goproxy.ts";
import { serve } from "../support/http.ts";
import {
  findProgram,
  makeRoot,
  run,
  Scenes,
  shellsAsSh,
  testsWithout,
  writeProgram,
  writeTree,
} from "../support/shell.ts";

const scenes = new Scenes();
afterAll(() => scenes.remove());

const basic = ["env", "mktemp", "rm", "sleep", "printf", "[", "sh", "cat", "grep", "uname", "kill"];

/** A root with a whole Go 1.22.5 that the project pins. */
function place() {
  const top = scenes.withRoot([]);
  const [root, project] = [join(top, "gv"), join(top, "p")];
  // Stands for Node: what gv doctor says of go.mod, with an exit code that the test sets.
  const node = writeProgram(
    join(top, "node"),
    `#!/bin/sh\necho "$*" >>"${top}/asked"\n[ "$SAYS" = 0 ] || printf 'error    gotoolchain-local: too old\\n         because\\n         fix: gv use go.mod\\n'\nexit "$SAYS"\n`,
  );
  makeRoot(root, { versions: [], node });
  const goroot = join(root, "versions/linux-amd64/1.22.5");
  const { files } = tinyFiles("1.22.5", { os: "linux", arch: "amd64" });
  for (const [name, text = ""] of Object.entries(files)) writeProgram(join(goroot, name), text);
  writeTree(project, { ".go-version": "1.22.5\n" });
  for (const word of [...basic, "curl"])
    writeTree(top, { [`basic/${word}`]: `-> ${findProgram(word) ?? ""}` });
  const env: Record<string, string> = {
    HOME: top,
    GV_ROOT: root,
    PATH: `${root}/shims:${root}/bin:${top}/basic`,
    TMPDIR: top,
    GOPROXY: "off",
    LC_ALL: "C.UTF-8",
  };
  return { top, root, project, goroot, env, gv: join(root, "bin/gv") };
}

type Place = ReturnType<typeof place>;

/** Its exit code, its lines by question, and how many ms it took. */
async function quick(sh: string, here: Place, env: Record<string, string> = {}, words: string[] = []) {
  const began = performance.now();
  const ran = await run(sh, [here.gv, "doctor", "--quick", ...words], {
    cwd: here.project,
    env: { ...here.env, ...env },
  });
  const lines = ran.stdout.trimEnd().split("\n");
  const of = (question: string) => lines.find((line) => line.includes(` ${question}: `))?.replace(/ +/, " ");
  expect([lines.length, ran.stderr]).toEqual([4, ""]);
  return {
    code: ran.code,
    ms: performance.now() - began,
    go: of("go"),
    version: of("version"),
    goroot: of("goroot"),
    goproxy: of("goproxy"),
  };
}

describe.each(shellsAsSh(scenes.withRoot()))("$name", ({ name, sh }) => {
  if (sh === undefined) {
    testsWithout(name);
    return;
  }

  it("is content, and starts no Node", async () => {
    const here = place();
    const { ms, ...said } = await quick(sh, here);
    expect(said).toEqual({
      code: 0,
      go: `ok go: ${here.root}/shims/go is go1.22.5`,
      version: `ok version: ${here.goroot}/bin/go is asked for here`,
      goroot: `ok goroot: ${here.goroot} is whole`,
      goproxy: "ok goproxy: off: nothing is downloaded",
    });
    expect(ms).toBeLessThan(3000);
    expect(existsSync(join(here.top, "asked"))).toBe(false);
  });

  it("finds no go, one that fails, and one that isn't asked for", async () => {
    const here = place();
    const PATH = `${here.top}/basic`;
    expect(await quick(sh, here, { PATH: `${PATH}:/usr/bin:/bin` })).toMatchObject({
      code: 1,
      go: 'error go: there is no go on PATH   fix: eval "$(gv env)"   for this shell; gv setup   for each new one',
      goroot: `ok goroot: ${here.goroot} is whole`,
    });
    writeProgram(join(here.top, "broken/go"), "#!/bin/sh\necho 'go: it is \u001b[1mbroken' >&2\nexit 2\n");
    const broken = await quick(sh, here, { PATH: `${here.top}/broken:${here.env["PATH"]}` });
    expect(broken).toMatchObject({
      code: 1,
      go: "error go: go: it is ?[1mbroken   fix: gv doctor --offline",
      version: expect.stringMatching(/^error version: .*\/broken\/go comes first on PATH, and .*1\.22\.5/),
    });
    expect(await quick(sh, here, { GV_VERSION: "1.4" })).toMatchObject({
      code: 1,
      version: "error version: Go 1.4 is not installed, which GV_VERSION asks for   fix: gv install 1.4",
    });
  });

  it("holds the go line against the go that runs", async () => {
    const here = place();
    writeTree(here.project, { "go.mod": "module x // go 9.9\n\ngo 1.22.3 // y\n", "go.work": "go 1.20\r\n" });
    const GOMOD = join(here.project, "go.mod");
    expect((await quick(sh, here, { GOMOD })).version).toMatch(/^ok .* go 1\.22\.3 or newer$/);
    expect((await quick(sh, here, { GOMOD, GOWORK: join(here.project, "go.work") })).version).toMatch(
      /^ok .* go 1\.20 or newer$/,
    );
    writeTree(here.project, { "go.mod": "module x\n\ngo 1.23.4\n" });
    expect((await quick(sh, here, { GOMOD, SAYS: "1" })).version).toBe(
      "error version: too old   fix: gv use go.mod",
    );
    expect(await quick(sh, here, { GOMOD, SAYS: "0" })).toMatchObject({
      code: 0,
      version: `ok version: ${GOMOD}, line 3 asks for go 1.23.4, to which go1.22.5 switches`,
    });
    expect(readFileSync(join(here.top, "asked"), "utf8")).toMatch(
      /^\S+gv\.cjs doctor --offline gotoolchain-local gotoolchain-invalid\n/,
    );
    writeProgram(
      join(here.goroot, "bin/go"),
      tinyFiles("1.20.3", { os: "linux", arch: "amd64" }).files["bin/go"] ?? "",
    );
    expect((await quick(sh, here, { GOMOD })).version).toBe(
      `error version: ${GOMOD}, line 3 asks for go 1.23.4, and go1.20.3 switches to no other   fix: gv install go.mod && gv use go.mod`,
    );
  });

  it("asks what go makes of a GOTOOLCHAIN that is no usual one, and of no other", async () => {
    const here = place();
    for (const GOTOOLCHAIN of ["auto", "local", "go1.22.5+path", "go1.23rc1", "path"])
      expect(await quick(sh, here, { GOTOOLCHAIN, SAYS: "1" })).toMatchObject({ code: 0 });
    expect(existsSync(join(here.top, "asked"))).toBe(false);
    writeTree(here.top, { ".config/go/env": "GOTOOLCHAIN=go1.22.5+atuo\n" });
    expect(await quick(sh, here, { SAYS: "1" })).toMatchObject({
      code: 1,
      version: "error version: too old   fix: gv use go.mod",
    });
    expect(await quick(sh, here, { SAYS: "0" })).toMatchObject({ code: 0 });
    expect(readFileSync(join(here.top, "asked"), "utf8")).toMatch(/ doctor --offline gotoolchain-invalid\n/);
  });

  it("finds a GOROOT that is gone, another one's or frozen, and a Go that isn't whole", async () => {
    const here = place();
    expect(await quick(sh, here, { GOROOT: "/nowhere" })).toMatchObject({
      code: 1,
      goroot: expect.stringMatching(
        /^error goroot: GOROOT=\/nowhere \(environment\) holds no Go +fix: unset GOROOT/,
      ),
    });
    writeTree(here.top, { "other/VERSION": "go1.20.1\n", "other/bin/go": "" });
    expect((await quick(sh, here, { GOROOT: join(here.top, "other") })).goroot).toMatch(
      / is go1\.20\.1, and go1\.22\.5 runs/,
    );
    expect(await quick(sh, here, { GOROOT: here.goroot })).toMatchObject({ code: 0 });
    const file = join(here.top, ".config/go/env");
    writeTree(here.top, { ".config/go/env": "GOFLAGS=\nGOROOT=/gone\r\n" });
    expect((await quick(sh, here)).goroot).toBe(
      `error goroot: ${file}, line 2: GOROOT=/gone holds no Go   fix: sed -i.bak '/^GOROOT=/d' '${file}'`,
    );
    rmSync(file);
    rmSync(join(here.goroot, "src"), { recursive: true });
    chmodSync(join(here.goroot, "pkg/tool/linux_amd64/compile"), 0o644);
    expect((await quick(sh, here)).goroot).toBe(
      `error goroot: ${here.goroot} lacks pkg/tool src   fix: gv uninstall 1.22.5 && gv install 1.22.5`,
    );
  });

  it("asks the first entry of GOPROXY", async () => {
    const here = place();
    const seen: (string | undefined)[] = [];
    const url = await serve(({ url: path = "", headers }, response) => {
      seen.push(path, headers.authorization);
      const [, status = "404"] = /^\/(\d+)\//.exec(path) ?? [];
      response.writeHead(Number(status), {
        "content-type": path.includes("html") ? "text/html" : "text/plain",
      });
      response.end("v0.0.1\n");
    });
    const told = async (GOPROXY: string, words: string[] = []) => {
      const { code, goproxy } = await quick(sh, here, { GOPROXY }, words);
      return [code, goproxy];
    };
    expect(await told(` ,| ${url}//|direct`)).toEqual([0, `ok goproxy: ${url} answers`]);
    expect(seen[0]).toBe("/golang.org/toolchain/@v/list");
    const secret = url.replace("://", "://me:secret@");
    expect(await told(`${secret}/200,direct`)).toEqual([0, `ok goproxy: ${url}/200 answers`]);
    expect(seen.at(-1)).toBe(`Basic ${Buffer.from("me:secret").toString("base64")}`);
    const asked = seen.length;
    expect((await told(`${url},direct`, ["--offline"]))[1]).toBe(
      `unknown goproxy: ${url} is not asked (--offline)`,
    );
    expect((await told("direct"))[0]).toBe(0);
    expect(await told(`file://${here.top}`)).toEqual([0, `ok goproxy: file://${here.top} is there`]);
    expect((await told("file:///nowhere"))[1]).toMatch(/^error goproxy: file:\/\/\/nowhere is no folder/);
    expect((await told("goproxy;direct"))[1]).toMatch(/^error goproxy: goproxy;direct is no address/);
    expect(seen.length).toBe(asked);
    expect(await told("http://127.0.0.1:1")).toEqual([
      1,
      expect.stringMatching(
        /^error goproxy: http:\/\/127\.0\.0\.1:1 can't be reached: curl: .* fix: gv setup/,
      ),
    ]);
    expect((await told(`${url}/403`))[1]).toMatch(/^error goproxy: .*\/403 answers 403/);
    expect((await told(`${url}/503`))[1]).toMatch(/^error goproxy: .*\/503 answers 503/);
    expect((await told(`${url}/200/html`))[1]).toMatch(/^error goproxy: .* answers a web page/);
  });

  it("asks by wget where there is no curl, and says that nobody asks where there is neither", async () => {
    const here = place();
    const url = await serve(({ url: path = "" }, response) =>
      response.writeHead(Number(/^\/(\d+)\//.exec(path)?.[1] ?? 404)).end("v0.0.1\n"),
    );
    rmSync(join(here.top, "basic/curl"));
    const told = async (GOPROXY: string) => (await quick(sh, here, { GOPROXY })).goproxy;
    expect(await told(url)).toBe(
      `unknown goproxy: ${url} is not asked: there is neither curl nor wget   fix: gv doctor goproxy-reachable`,
    );
    const wget = findProgram("wget");
    if (wget === undefined) return;
    writeTree(here.top, { "basic/wget": `-> ${wget}` });
    expect(await told(url)).toBe(`ok goproxy: ${url} answers`);
    expect(await told(`${url}/200`)).toBe(`ok goproxy: ${url}/200 answers`);
    expect(await told(`${url}/403`)).toMatch(/^error goproxy: .* answers 403/);
    expect(await told("http://127.0.0.1:1")).toMatch(/^error goproxy: .* can't be reached: wget ends with /);
    expect(await told("http://a:b@127.0.0.1:1")).toMatch(
      /^unknown goproxy: http:\/\/127\.0\.0\.1:1 is not asked: without curl/,
    );
  });

  it("ends in 3 s where go hangs, and where the proxy does", async () => {
    const here = place();
    const url = await serve(() => undefined);
    const PATH = `${here.top}/hangs:${here.env["PATH"]}`;
    writeProgram(join(here.top, "hangs/go"), "#!/bin/sh\ntrap '' TERM\nexec sleep 12\n");
    const [go, proxy, healthy] = await Promise.all([
      quick(sh, here, { PATH, GOPROXY: "direct" }),
      quick(sh, here, { GOPROXY: url }),
      quick(sh, here, { GOPROXY: "direct" }),
    ]);
    expect(go).toMatchObject({
      code: 1,
      go: `error go: ${here.top}/hangs/go doesn't answer   fix: gv doctor --offline   looks what it is`,
      version: expect.stringMatching(/^unknown /),
    });
    expect(proxy).toMatchObject({
      code: 1,
      go: expect.stringMatching(/^ok /),
      goproxy: expect.stringMatching(/^error goproxy: .* doesn't answer in time +fix: /),
    });
    // 2.7 s by its own clock; a busy machine adds to that, as it does to one that waits for nobody. Who waits for the go
    // that hangs takes 12.
    expect(Math.max(go.ms, proxy.ms) - healthy.ms).toBeLessThan(4000);
  });
});
