/**
 * Bundles src/ into dist/: gv.cjs (everything that a short command needs), the thread that unpacks, the
 * libraries that few commands load, each in a file of its own, the shell files, and data/.
 *
 * CommonJS, because Node starts it 8 ms faster than a module here, a fifth of what `gv list` may take.
 */
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Loaded by `await import()` where they are used. */
const late = ["undici", "semver", "proper-lockfile", "tar"];

/** What goes to dist/ as it is. openpgp is loaded late, too: its own bundle, which whoever has gv may replace (LGPL). */
const copies = {
  "openpgp.cjs": "node_modules/openpgp/dist/node/openpgp.min.cjs",
  "openpgp.LICENSE.txt": "node_modules/openpgp/LICENSE",
  completions: "completions",
  shims: "shims",
  data: "data",
};

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

const plugin = {
  name: "gv",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(?:${[...late, "openpgp"].join("|")})$`) }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path: `./${path}.cjs`, external: true } : undefined,
    );
    // commander asks for child_process when it is loaded, and uses it for subcommands that are programs, of
    // which gv has none: 4 ms.
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes("/commander/") ? { path: "no-child-process", namespace: "gv" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "gv" }, () => ({ contents: "module.exports = {};" }));
    onLoad({ filter: /\/undici\/lib\/dispatcher\/client-h1\.js$/ }, ({ path }) => ({
      contents: mendedParser(readFileSync(path, "utf8")),
    }));
  },
};

export async function bundle() {
  const names = { gv: "src/gv.ts", unpacker: "src/archive/unpacker.ts" };
  for (const name of late) names[name] = name;
  await build({
    absWorkingDir: root,
    entryPoints: names,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    legalComments: "linked",
    logLevel: "warning",
    define: { "import.meta.dirname": "__dirname" },
    supported: { "dynamic-import": false },
    plugins: [plugin],
  });
  const made = new Set([...Object.keys(names).map((name) => `${name}.cjs`), ...Object.keys(copies)]);
  for (const name of readdirSync(`${root}/dist`))
    if (/\.[cm]js$/.test(name) && !made.has(name)) rmSync(`${root}/dist/${name}`);
  for (const [name, source] of Object.entries(copies))
    cpSync(`${root}/${source}`, `${root}/dist/${name}`, { recursive: true });
  chmodSync(`${root}/dist/gv.cjs`, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
