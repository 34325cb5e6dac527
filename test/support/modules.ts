/**
 * Modules of a few files at a local GOPROXY, and a go command in sh that "builds" their programs: it puts a file
 * with build information where the real one would put the program.
 */
import { createHash } from "node:crypto";

import { hash1 } from "../../src/sumdb/dirhash.ts";
import { type Goproxy, goScript, tinyToolchain, type Toolchain } from "./goproxy.ts";
import { buildInfoBlob } from "./programs.ts";
import type { Sandbox } from "./sandbox.ts";
import { host } from "./scene.ts";
import { makeZip } from "./zip.ts";

/** Module path -> version -> its files; go.mod is one of them. */
export type Modules = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

/** The versions of a module that has nothing but a go.mod: version -> its go line. */
export function versions(module: string, lines: Readonly<Record<string, string | undefined>>): Modules {
  const files = Object.entries(lines).map(([version, line]) => {
    const text = `module ${module}\n${line === undefined ? "" : `\ngo ${line}\n`}`;
    return [version, { "go.mod": text }] as const;
  });
  return { [module]: Object.fromEntries(files) };
}

/** Lets a proxy serve these, and its database record them. What a path's capitals become is the go command's rule. */
export function serveModules(proxy: Goproxy, modules: Modules): void {
  const answers = new Map<string, Buffer>();
  for (const [module, all] of Object.entries(modules)) {
    const at = `/${escape(module)}/@v/`;
    answers.set(`${at}list`, Buffer.from(Object.keys(all).join("\n")));
    for (const [version, files] of Object.entries(all)) {
      const entries = Object.entries(files).map(([name, data]) => ({
        name: `${module}@${version}/${name}`,
        data,
      }));
      const goMod = files["go.mod"] ?? `module ${module}\n`;
      proxy.database.add(
        module,
        version,
        hash1(entries.map(({ name, data }) => hashed(name, data))),
        hash1([hashed("go.mod", goMod)]),
      );
      answers.set(`${at}${escape(version)}.mod`, Buffer.from(goMod));
      answers.set(`${at}${escape(version)}.info`, Buffer.from(JSON.stringify({ Version: version })));
      answers.set(`${at}${escape(version)}.zip`, makeZip(entries));
    }
  }
  proxy.database.pad(3);
  proxy.intercept = ({ url = "" }, response) => {
    const answer = answers.get(decodeURI(url));
    if (answer) response.writeHead(200, { "content-length": answer.length }).end(answer);
    return answer !== undefined;
  };
}

function escape(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}

function hashed(name: string, data: string): { name: string; sha256: string } {
  return { name, sha256: createHash("sha256").update(data).digest("hex") };
}

/**
 * A toolchain whose `go install` takes the programs from $GV_TEST_PROGRAMS: the folder of this Go and target, with
 * a dash for each slash. Where there is none it fails as the real one does; what it was called with is in
 * $GV_TEST_PROGRAMS/calls. With a pipe called `wait` there, it goes on as a cat that says that it has begun to the pipe `begun` and reads `wait`.
 */
export function buildingToolchain(version: string): Toolchain {
  const script = goScript(`go${version}`, host).replace(
    "exit) exit",
    `install)
  for target; do :; done
  cd "$GV_TEST_PROGRAMS" || exit 1
  folder=${version}/$(echo "$target" | tr / -)
  echo "GOBIN=$GOBIN GOTOOLCHAIN=$GOTOOLCHAIN GOOS=$GOOS GO111MODULE=$GO111MODULE $*" >>calls
  [ -d "$folder" ] || { echo "go: $target: no such thing" >&2; exit 1; }
  echo "go: downloading $target" >&2
  cp "$folder"/* "$GOBIN"
  [ ! -p wait ] || exec cat calls wait >begun
  ;;
exit) exit`,
  );
  return tinyToolchain(version, host, { files: { "bin/go": script } });
}

/** Puts what that toolchain builds into place: the program of `<package>@<version>`, built by this Go. */
export function buildable(box: Sandbox, go: string, target: string, name = programOf(target)): void {
  const [path = "", version = ""] = target.split("@");
  const module = path.replace(/\/cmd\/.*/, "");
  const info = `path\t${path}\nmod\t${module}\t${version}\th1:x=\nbuild\tGOARCH=${host.arch}\nbuild\tGOOS=${host.os}\n`;
  box.write(
    `../programs/${go}/${target.replaceAll("/", "-")}/${name}`,
    buildInfoBlob(`go${go}`, { modules: info }),
    0o755,
  );
}

function programOf(target: string): string {
  return target.replace(/@.*/, "").split("/").at(-1) ?? "";
}
