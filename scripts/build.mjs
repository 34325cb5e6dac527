/**
 * Bundles src/ into dist/: gv.cjs (what `gv list` and `gv whence` need), what other commands need beside it in files
 * that are loaded when they are used, the thread that unpacks, the libraries that few commands load, each in a file
 * of its own, the shell files, and data/.
 *
 * A short command is mostly Node reading its own code, 3 ms for each 100 KB, and half a millisecond for each file
 * more. CommonJS, because Node starts it 8 ms faster than a module here, a fifth of what `gv list` may take.
 */
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { build } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Loaded by `await import()` where they are used. */
const late = ["undici", "semver", "proper-lockfile", "tar", "diff", "jsonc-parser"];

/** What goes to dist/ as it is. openpgp is loaded late, too: its own bundle, which whoever has gv may replace (LGPL). */
const copies = {
  "openpgp.cjs": "node_modules/openpgp/dist/node/openpgp.min.cjs",
  "openpgp.LICENSE.txt": "node_modules/openpgp/LICENSE",
  completions: "completions",
  shims: "shims",
  data: "data",
  features: "features",
  "gv.1": "docs/gv.1",
};

/**
 * Which commands are in one file with all that they import: a file more takes as long to find as 15 KB to compile.
 * The others are split as their imports have it.
 */
const groups = [
  { name: "gv", test: /\/src\/(?:gv|commands\/(?:list|whence))\.ts$/ },
  { name: "rehash", test: /\/src\/commands\/rehash\.ts$/ },
];

/**
 * undici 7 ends the process (https://github.com/nodejs/undici/issues/5360) where a server closes the connection
 * behind a body that is read more slowly than it comes. Mended in undici 8, which wants Node 22. As there: what
 * has arrived is passed on before the response ends.
 */
function mendedParser(source) {
  const finish = /(?<=\n {2}finish \(\) \{\n(?: {4}assert\(.*\n)+) {4}assert\(!this\.paused\)\n/;
  if (!finish.test(source))
    throw new Error("undici has changed: does it still end where a server closes the connection?");
  return source.replace(
    finish,
    `
    for (let rest; this.paused && this.statusCode && rest !== EMPTY_BUF;) {
      rest = this.socket.read() || EMPTY_BUF
      this.llhttp.llhttp_resume(this.ptr)
      this.paused = false
      this.execute(rest)
    }
    if (!this.statusCode) return null
    if (this.paused) this.llhttp.llhttp_resume(this.ptr)
    this.paused = false
`,
  );
}

/** gv says itself what it supports: a proxy by SOCKS5 is tried (test/network.test.ts). */
function withoutWarning(source) {
  const warning = /\n {4}if \(!experimentalWarningEmitted\) \{\n[^}]*\n {4}\}\n/;
  if (!warning.test(source)) throw new Error("undici has changed: does it still warn of SOCKS5?");
  return source.replace(warning, "\n");
}

/** What src/connections.ts takes of undici: the whole index (fetch, websockets, mocks) takes three times as long to load. */
const undiciIndex = `
Object.assign(require("./lib/dispatcher/dispatcher").prototype, require("./lib/api"));
module.exports = {
  Agent: require("./lib/dispatcher/agent"),
  Pool: require("./lib/dispatcher/pool"),
  ProxyAgent: require("./lib/dispatcher/proxy-agent"),
  buildConnector: require("./lib/core/connect"),
};
`;

const plugin = {
  name: "gv",
  resolveId(path, importer, { kind }) {
    if (kind === "dynamic-import" && [...late, "openpgp"].includes(path))
      return { id: `./${path}.cjs`, external: true };
    // commander asks for child_process when it is loaded, and uses it for subcommands that are programs, of
    // which gv has none: 4 ms.
    if (path === "node:child_process" && importer?.includes("/commander/")) return "\0no-child-process";
    return undefined;
  },
  load(id) {
    if (id === "\0no-child-process") return "module.exports = {};";
    if (id.endsWith("/undici/index.js")) return undiciIndex;
    // gv asks in HTTP/1.1 alone (connections.ts); Node's http2 takes 20 ms to load.
    if (id.endsWith("/undici/lib/dispatcher/client-h2.js")) return "module.exports = {};";
    for (const [name, change] of Object.entries({
      "client-h1": mendedParser,
      "socks5-proxy-agent": withoutWarning,
    }))
      if (id.endsWith(`/undici/lib/dispatcher/${name}.js`)) return change(readFileSync(id, "utf8"));
    return undefined;
  },
  /** V8 compiles a function in parentheses at once, and an arrow function there twice: 2 ms for commander. */
  renderChunk: (code) =>
    code.replaceAll(/__commonJSMin\(\(\((exports(?:, module)?)\) => \{/g, "__commonJSMin((function ($1) {"),
};

/** Bundles one file into dist/, and gives the names of what it wrote: that file, and what it loads when it is used. */
async function write(name, file, output = {}) {
  const { output: written } = await build({
    cwd: root,
    input: { [name]: file },
    platform: "node",
    plugins: [plugin],
    // jsonc-parser's "main" hides from bundlers what it requires.
    resolve: { mainFields: ["module", "main"] },
    transform: { target: "node20.19", define: { "import.meta.dirname": "__dirname" } },
    output: {
      dir: "dist",
      format: "cjs",
      entryFileNames: "[name].cjs",
      chunkFileNames: "[name]-[hash].cjs",
      dynamicImportInCjs: false,
      comments: { jsdoc: false },
      ...output,
    },
    logLevel: "warn",
  });
  return written.map(({ fileName }) => fileName);
}

export async function bundle() {
  const made = [
    ...(await write("gv", "src/gv.ts", { strict: true, codeSplitting: { groups } })),
    ...(await write("unpacker", "src/archive/unpacker.ts", { strict: true })),
  ];
  for (const name of late) made.push(...(await write(name, name)));
  for (const name of readdirSync(`${root}/dist`))
    if (/\.[cm]js$/.test(name) && !made.includes(name) && !(name in copies)) rmSync(`${root}/dist/${name}`);
  for (const [name, source] of Object.entries(copies))
    cpSync(`${root}/${source}`, `${root}/dist/${name}`, { recursive: true });
  chmodSync(`${root}/dist/gv.cjs`, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
