/**
 * A GOPROXY on 127.0.0.1 that serves toolchain modules and proxies a checksum database of its own.
 *
 * Follows https://go.dev/ref/mod#goproxy-protocol and design 25530 (proxying a checksum database). Everything
 * it was asked is in `requests`; `intercept` may answer a request in any other way, and nothing here sleeps.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";

import type { Platform } from "../../src/platform.ts";
import { hash1 } from "../../src/sumdb/dirhash.ts";
import { formatVersion, parseVersion, releaseName } from "../../src/version.ts";
import { ChecksumDatabase } from "./checksum-database.ts";
import { makeZip } from "./zip.ts";

/** A toolchain module as the proxy serves it. */
export interface Toolchain {
  /** `v0.0.1-go1.22.5.linux-amd64` */
  readonly version: string;
  /** What the checksum database records. */
  readonly h1: string;
  readonly goModH1: string;
  /** What is served: fits `h1` unless the test wants otherwise. */
  readonly zip: Buffer;
}

/** Files of a GOROOT by name; undefined leaves one out. */
export type Files = Readonly<Record<string, string | Uint8Array | undefined>>;

export interface ToolchainOptions {
  /** Added to the usual files, or in their place. */
  readonly files?: Files;
  /** The same, but only in the zip that is served: it does not fit its record. */
  readonly served?: Files;
  /** Served instead of the zip, whatever it is. */
  readonly zip?: Buffer;
  /** No modes in the zip, as in the conversions of the releases before 1.21; default: by version. */
  readonly converted?: boolean;
}

export interface GoproxyOptions {
  readonly toolchains?: readonly Toolchain[];
  /** The database behind /sumdb/; default: a new one, padded with 300 records. */
  readonly database?: ChecksumDatabase;
  /** False: /sumdb/ answers 404, as a proxy that does not support it. */
  readonly sumdb?: boolean;
  /** False: answers every range with the whole file and status 200. */
  readonly ranges?: boolean;
  readonly intercept?: Intercept;
}

/** Answers a request (now or later) and returns true, or returns false and leaves it to the proxy. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  /** Undefined until it is answered. */
  status: number | undefined;
}

export interface Goproxy {
  /** The value for GOPROXY. */
  readonly url: string;
  /** Its `verifierKey` is the value for GOSUMDB. */
  readonly database: ChecksumDatabase;
  readonly requests: LoggedRequest[];
  /** How many answers began with the first byte of a zip. */
  readonly zipDownloads: number;
  intercept: Intercept | undefined;
  /** Serves one more toolchain; its record goes into the database unless it has one. */
  add(toolchain: Toolchain): void;
  /** Ends it, open connections as well. */
  close(): Promise<void>;
}

const mod = "golang.org/toolchain";
const modulePath = `/${mod}/@v/`;
const goMod = `module ${mod}\n`;

/** Starts a proxy. The records of its toolchains are added to the database, between padding. */
export async function startGoproxy(options: GoproxyOptions = {}): Promise<Goproxy> {
  const database = options.database ?? new ChecksumDatabase();
  if (!options.database) database.pad(300);
  const toolchains = new Map<string, Toolchain>();
  const requests: LoggedRequest[] = [];
  let zipDownloads = 0;

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const { method = "GET", headers } = request;
    const logged: LoggedRequest = { method, path, range: headers.range, status: undefined };
    requests.push(logged);
    response.on("close", () => (logged.status ??= response.headersSent ? response.statusCode : undefined));
    if (proxy.intercept?.(request, response)) return;
    const body = find(path);
    const [status, from] = answer(response, body, options.ranges === false ? {} : headers);
    logged.status = status;
    if (method === "GET" && path.endsWith(".zip") && from === 0) zipDownloads++;
  });

  function find(path: string): Buffer | undefined {
    const sumdb = `/sumdb/${database.name}/`;
    if (path.startsWith(sumdb))
      return options.sumdb === false ? undefined : database.serve(path.slice(sumdb.length));
    if (!path.startsWith(modulePath)) return undefined;
    if (path === `${modulePath}list`) return Buffer.from([...toolchains.keys()].join("\n"));
    const [, version = "", kind] = /^(.*)\.(zip|mod|info)$/.exec(path.slice(modulePath.length)) ?? [];
    const toolchain = toolchains.get(version);
    if (!toolchain || kind === "zip") return toolchain?.zip;
    return Buffer.from(
      kind === "mod" ? goMod : JSON.stringify({ Version: version, Time: "2024-06-27T20:11:12Z" }),
    );
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const proxy: Goproxy = {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    database,
    requests,
    get zipDownloads() {
      return zipDownloads;
    },
    intercept: options.intercept,
    add(toolchain) {
      toolchains.set(toolchain.version, toolchain);
      if (!database.has(mod, toolchain.version))
        database.add(mod, toolchain.version, toolchain.h1, toolchain.goModH1);
      database.pad(3);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  for (const toolchain of options.toolchains ?? []) proxy.add(toolchain);
  return proxy;
}

/**
 * Answers with a file or a range of it: `bytes=a-b`, `bytes=a-`, `bytes=-n`. Gives the status and the first
 * byte sent. A range is ignored if If-Range names another ETag, or if there are several.
 */
function answer(
  response: ServerResponse,
  body: Buffer | undefined,
  { range = "", "if-range": ifRange }: IncomingHttpHeaders,
): [status: number, from: number] {
  if (!body) {
    response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
    return [404, -1];
  }
  const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
  const headers = { etag, "accept-ranges": "bytes", "content-type": "application/octet-stream" };
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === undefined || (first === "" && last === "") || (ifRange !== undefined && ifRange !== etag)) {
    response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
    return [200, 0];
  }
  const from = first === "" ? Math.max(0, body.length - Number(last)) : Number(first);
  const to = first === "" || last === "" ? body.length - 1 : Math.min(Number(last), body.length - 1);
  if (from > to) {
    response.writeHead(416, { ...headers, "content-range": `bytes */${body.length}` }).end();
    return [416, -1];
  }
  const part = body.subarray(from, to + 1);
  const contentRange = `bytes ${from}-${to}/${body.length}`;
  response
    .writeHead(206, { ...headers, "content-length": part.length, "content-range": contentRange })
    .end(part);
  return [206, from];
}

/** The files of a tiny GOROOT, named as in the module; its bin/go is a shell script (see goScript). */
export function tinyFiles(version: string, platform: Platform): { name: string; old: boolean; files: Files } {
  const parsed = parseVersion(version);
  if (!parsed) throw new Error(`${version} is not a version`);
  const name = releaseName(parsed);
  const old = parsed.minor < 21;
  const { os, arch } = platform;
  const exe = os === "windows" ? ".exe" : "";
  const files: Files = {
    VERSION: old ? name : `${name}\ntime 2024-06-27T20:11:12Z\n`,
    [`bin/go${exe}`]: goScript(name, platform),
    [`bin/gofmt${exe}`]: `#!/bin/sh\necho "gofmt ${name}"\n`,
    "go.env": old ? undefined : "GOPROXY=direct\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n",
    "lib/time/update.bash": "#!/bin/bash\n",
    [`pkg/tool/${os}_${arch}/compile${exe}`]: `#!/bin/sh\necho "compile version ${name}"\n`,
    "src/_go.mod": `module std\n\ngo ${parsed.major}.${parsed.minor}\n`,
    "src/fmt/print.go": `// ${formatVersion(parsed)}\npackage fmt\n`,
  };
  return { name, old, files };
}

/** A toolchain of a few files; `version` as in `1.22.5`. */
export function tinyToolchain(
  version: string,
  platform: Platform = { os: "linux", arch: "amd64" },
  options: ToolchainOptions = {},
): Toolchain {
  const { name, old, files: usual } = tinyFiles(version, platform);
  const files = { ...usual, ...options.files };
  const moduleVersion = `v0.0.1-${name}.${platform.os}-${platform.arch}`;
  const served = zipEntries(`${mod}@${moduleVersion}/`, { ...files, ...options.served });
  return {
    version: moduleVersion,
    h1: hash1(zipEntries(`${mod}@${moduleVersion}/`, files).map(hashed)),
    goModH1: hash1([hashed({ name: "go.mod", data: goMod })]),
    zip: options.zip ?? makeZip(served, { fat: options.converted ?? old }),
  };
}

interface Entry {
  readonly name: string;
  readonly data: string | Uint8Array;
}

function zipEntries(prefix: string, files: Files): (Entry & { readonly mode: number })[] {
  return Object.entries(files).flatMap(([name, data]) =>
    data === undefined
      ? []
      : [
          {
            name: prefix + name,
            data,
            mode: /^(?:bin|pkg\/tool)\/|\.bash$/.test(name) ? 0o100755 : 0o100644,
          },
        ],
  );
}

function hashed({ name, data }: Entry) {
  return { name, sha256: createHash("sha256").update(data).digest("hex") };
}

/**
 * A go command in sh, which needs no PATH: `version`, `env` and `env -json` answer as the real one does ($GOROOT wins
 * over the place of the script; no file of settings is read), `exit 3` exits with 3, anything else prints its version and its arguments.
 */
export function goScript(name: string, { os, arch }: Platform): string {
  return `#!/bin/sh
GOROOT=\${GOROOT:-$(cd "\${0%/*}/.." && pwd -P)}
case \${1-} in
version) echo "go version ${name} ${os}/${arch}" ;;
env)
  shift
  GOVERSION=${name} GOOS=${os} GOARCH=${arch}
  GOPATH=\${GOPATH:-$HOME/go}
  GOMODCACHE=\${GOMODCACHE:-\${GOPATH%%:*}/pkg/mod} GOCACHE=\${GOCACHE:-$HOME/.cache/go-build}
  [ "\${1-}" != -json ] || {
    comma='{'
    for key in GOROOT GOVERSION GOOS GOARCH GOPATH GOMODCACHE GOCACHE GOBIN GOFLAGS GOPROXY GOSUMDB GOTOOLCHAIN \
      GO111MODULE GODEBUG CGO_ENABLED CC; do
      eval "value=\\$$key"
      printf '%s\\n\\t"%s": "%s"' "$comma" "$key" "$value"
      comma=,
    done
    printf '\\n}\\n'
    exit
  }
  for key; do eval "printf '%s\\n' \\"\\\${$key-}\\""; done
  ;;
exit) exit "$2" ;;
*)
  echo "go ${name}"
  for argument; do printf 'arg: %s\\n' "$argument"; done
  ;;
esac
`;
}
