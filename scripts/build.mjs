/**
 * Bundles src/gv.ts into dist/: one entry, chunks that are loaded when they are used, and the shell files.
 * A build that is the same as the last one changes no file that a running gv may still load.
 */
import { cpSync, chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

export async function bundle() {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/gv.ts", "src/unpacker.ts"],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    legalComments: "linked",
    metafile: true,
    logLevel: "warning",
    // The CommonJS libraries ask for node's modules by require().
    banner: {
      js: 'import{createRequire as gvRequire}from"node:module";const require=gvRequire(import.meta.url);',
    },
  });
  const made = new Set(Object.keys(metafile.outputs).map((path) => path.replace(/^dist\//, "")));
  for (const name of readdirSync(`${root}/dist`))
    if (/\.(mjs|txt)$/.test(name) && !made.has(name)) rmSync(`${root}/dist/${name}`);
  mkdirSync(`${root}/dist/shims`, { recursive: true });
  cpSync(`${root}/shims`, `${root}/dist/shims`, { recursive: true });
  chmodSync(`${root}/dist/gv.mjs`, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
