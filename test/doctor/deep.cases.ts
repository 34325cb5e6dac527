/** Faults that the slow probes find (src/checks/deep.ts): a server that speaks LSP, real go commands, proxies on loopback. */
import { dirname, join } from "node:path";
import process from "node:process";

import { onTestFinished } from "vitest";

import { linux, type Case, type Scene } from "../support/doctor.ts";
import { goScript, startGoproxy } from "../support/goproxy.ts";
import { serve } from "../support/http.ts";
import { type Modules, serveModules } from "../support/modules.ts";
import { realGo, runGo } from "../support/programs.ts";

/** A language server that loads its folder, and says what `words` are: messages as LSP has them. */
function gopls(scene: Scene, ...messages: readonly object[]): void {
  const server = scene.write(
    join(scene.home, "gopls.cjs"),
    `const messages = ${JSON.stringify(messages)};
const send = (message) => {
  const text = JSON.stringify({ jsonrpc: "2.0", ...message });
  process.stdout.write("Content-Length: " + Buffer.byteLength(text) + "\\r\\n\\r\\n" + text);
};
const progress = (value) => send({ method: "$/progress", params: { token: "load", value } });
let all = "";
process.stdin.on("data", (data) => {
  for (all += data; ; ) {
    const [head, length] = /^Content-Length: (\\d+)\\r\\n\\r\\n/.exec(all) ?? [];
    if (!head || all.length < head.length + Number(length)) return;
    const { id, method } = JSON.parse(all.slice(head.length, head.length + Number(length)));
    all = all.slice(head.length + Number(length));
    if (method === "initialize") send({ id, result: { capabilities: {} } });
    if (method === "initialized") send({ id: 1, method: "window/workDoneProgress/create", params: { token: "load" } });
    if (id === 1 && !method) {
      progress({ kind: "begin", title: "Setting up workspace" });
      for (const message of messages) send(message);
      progress({ kind: "end", message: "Finished loading packages." });
    }
    if (method === "shutdown") send({ id, result: null });
    if (method === "exit") process.exit(0);
  }
});
`,
  );
  scene.program("gopls", `exec '${process.execPath}' '${server}'`);
  scene.write("go.mod", "module example.com/x\n\ngo 1.22\n");
}

const shown = (type: number, message: string) => ({
  method: "window/showMessage",
  params: { type, message },
});

/** The real go is the one that applies; its caches are the scene's, and can be removed. */
function real(scene: Scene, proxy: string): void {
  scene.path.splice(2, 0, join(runGo("go", ["env", "GOROOT"]).trim(), "bin"));
  Object.assign(scene.env, {
    GV_VERSION: "system",
    GOPROXY: proxy,
    GOSUMDB: "off",
    GOFLAGS: "-modcacherw",
    GOTOOLCHAIN: "local",
    GOENV: "off",
  });
}

const needsGo = realGo === undefined ? "needs a go" : undefined;

const modules: Modules = {
  "example.com/a": { "v1.0.0": { "go.mod": "module example.com/a\n", "a.go": "package a\n" } },
};

async function served(scene: Scene): Promise<void> {
  const proxy = await startGoproxy();
  onTestFinished(() => proxy.close());
  serveModules(proxy, modules);
  real(scene, proxy.url);
}

const wants = (module: string): string => `module example.com/x\n\ngo 1.18\n\nrequire ${module} v1.0.0\n`;

/** A module there that requires what the proxy has; with its go.sum. */
async function requires(scene: Scene, folder: string): Promise<void> {
  const file = scene.write(join(folder, "go.mod"), wants("example.com/a"));
  await scene.box.run("go", ["mod", "download"], { env: scene.context().env, cwd: dirname(file) });
}

/** A proxy that has every module, with these versions. */
const lists =
  (...versions: string[]) =>
  (): Promise<string> =>
    serve(({ url = "" }, response) =>
      response.end(url.endsWith("/list") ? versions.join("\n") : "module example.com/a\n"),
    );

/** A project with a module, and these proxies. */
const behind =
  (...proxies: (() => Promise<string>)[]) =>
  async (scene: Scene): Promise<void> => {
    scene.write("go.mod", wants("example.com/a"));
    scene.env["GOPROXY"] = (await Promise.all(proxies.map((proxy) => proxy()))).join(",");
  };

export const deep: readonly Case[] = [
  {
    check: "gopls-starts",
    fault: "it can't load the workspace",
    finds:
      /^gopls \(.*, which a terminal runs\): Error loading workspace: packages\.Load error: .* go\.mod requires go >= 1\.99/,
    before: (scene) => gopls(scene, shown(3, "Loading packages..."), diagnostics("file:///p/main.go")),
    put: (scene) => {
      const message =
        "packages.Load error: err: exit status 1: stderr: go: go.mod requires go >= 1.99 (running go 1.22.5; GOTOOLCHAIN=local)";
      const value = { kind: "begin", title: "Error loading workspace", message };
      gopls(scene, { method: "$/progress", params: { token: "error", value } });
    },
  },
  {
    check: "gopls-starts",
    fault: "it shows a message, and finds a fault in go.work",
    finds: /: this view is old\n.*: directory \.\/gone does not contain a module$/,
    before: (scene) => gopls(scene),
    put: (scene) => gopls(scene, shown(2, "this view is old"), diagnostics("file:///p/go.work")),
  },
  {
    check: "gopls-starts",
    fault: "it ends as it starts",
    finds: /ends as it starts: .*no such tool "compile"/,
    before: (scene) => gopls(scene),
    put: (scene) => scene.program("gopls", `echo 'go: no such tool "compile"' >&2; exit 2`),
  },
  {
    check: "cgo-builds",
    fault: "the compiler finds no headers",
    finds: /^CC=cc-here: .*stdlib\.h/,
    before: (scene) => {
      const go = goScript("go1.22.5", linux).replace("exit) exit", "build) $CC main.go ;;\nexit) exit");
      scene.write(join(scene.root, "versions/linux-amd64/1.22.5/bin/go"), go, 0o755);
      Object.assign(scene.env, { CC: "cc-here", CGO_ENABLED: "1", GOFLAGS: "-mod=vendor" });
      scene.program("cc-here", '[ -f "$1" ] && case $GOFLAGS in *-mod*) exit 1 ;; esac');
    },
    put: (scene) =>
      scene.program(
        "cc-here",
        `echo "main.go:3:11: fatal error: stdlib.h: No such file or directory" >&2; exit 1`,
      ),
  },
  {
    check: "modules-load",
    fault: "no proxy has a module",
    finds: /project: go: example\.com\/gone@v1\.0\.0: .*404/,
    cannot: needsGo,
    before: async (scene) => {
      await served(scene);
      await requires(scene, "");
    },
    put: (scene) => scene.write("go.mod", wants("example.com/gone")),
  },
  {
    check: "modules-load",
    fault: "one that is not active needs what nobody has",
    finds: /\/tools \(not active: .*\): go: example\.com\/gone/,
    cannot: needsGo,
    before: async (scene) => {
      await served(scene);
      scene.write(".git/HEAD", "");
      for (const folder of ["", "tools"]) await requires(scene, folder);
      // What is vendored is asked of nobody.
      scene.write("old/go.mod", wants("example.com/gone"));
      scene.write("old/vendor/modules.txt", "");
    },
    put: (scene) => scene.write("tools/go.mod", wants("example.com/gone")),
  },
  {
    check: "modules-unchanged",
    fault: "a file in the module cache was edited",
    finds: /^example\.com\/a v1\.0\.0: dir has been modified \(.*example\.com\/a@v1\.0\.0\)/,
    cannot: needsGo,
    before: async (scene) => {
      await served(scene);
      await requires(scene, "");
    },
    put: (scene) => scene.write(join(scene.home, "go/pkg/mod/example.com/a@v1.0.0/a.go"), "package b\n"),
  },
  {
    check: "goproxy",
    fault: "the first entry fails for what the second has",
    finds: /^http:\/\/127\.0\.0\.1:\d+\/? fails for 1 of 1 modules: .* answered 500/,
    before: behind(lists("v1.0.0"), lists("v1.0.0")),
    put: behind(() => serve((_, response) => response.writeHead(500).end()), lists("v1.0.0")),
  },
  {
    check: "goproxy",
    fault: "an entry lists no new versions",
    finds: /lists older versions of 1 of 1 modules: v1\.0\.0 of example\.com\/a, elsewhere v1\.10\.0/,
    before: behind(lists("v1.0.0", "v1.10.0"), lists("v1.9.0", "v1.10.0", "v2.0.0-rc.1")),
    put: behind(lists("v1.0.0"), lists("v1.9.0", "v1.10.0")),
  },
  {
    check: "goproxy",
    fault: "it takes more than two seconds",
    finds: /takes 2\d\d\d ms for one module in twenty/,
    before: behind(lists("v1.0.0")),
    put: behind(() => serve((_, response) => void setTimeout(() => response.writeHead(404).end(), 2050))),
  },
];

function diagnostics(uri: string): object {
  const diagnostic = { severity: 1, message: "directory ./gone does not contain a module" };
  return { method: "textDocument/publishDiagnostics", params: { uri, diagnostics: [diagnostic] } };
}
