/**
 * The module golang.org/toolchain: how a release is named there, and how its zip becomes a GOROOT. Pure.
 *
 * Follows cmd/go/internal/gover/mod.go and cmd/distpack/pack.go: the zip is the binary archive without
 * api/, doc/, misc/ and test/, each go.mod renamed _go.mod; modes come from the names, since zips of
 * releases before 1.21 hold none.
 */
import { GvError } from "./errors.ts";
import { type Platform, platformFolder } from "./platform.ts";
import { parseVersion, releaseName, type Version } from "./version.ts";

export const toolchainModule = "golang.org/toolchain";

/** A release for one platform. */
export interface Release {
  readonly version: Version;
  readonly platform: Platform;
}

/** `go`, or `go.exe`: the name of the go command in bin/. */
export function goBinary(platform: Platform): string {
  return platform.os === "windows" ? "go.exe" : "go";
}

/** Where a file of the module goes, relative to GOROOT, and with which permissions. */
export interface Placement {
  readonly path: string;
  readonly mode: number;
}

/** `v0.0.1-go1.22.5.linux-amd64`. */
export function moduleVersion({ version, platform }: Release): string {
  return `v0.0.1-${releaseName(version)}.${platformFolder(platform)}`;
}

/** The release that a module version names, or undefined for what is no Go release (`go1.9.2rc2`). */
export function parseModuleVersion(text: string): Release | undefined {
  const match = /^v0\.0\.1-(go.+)\.([a-z0-9]+)-([a-z0-9]+)$/.exec(text);
  const version = match?.[1] === undefined ? undefined : parseVersion(match[1]);
  if (version === undefined || !match?.[2] || !match[3]) return undefined;
  return { version, platform: { os: match[2], arch: match[3] } };
}

const programs = /^(?:bin\/|pkg\/tool\/)|\.(?:bash|sh|pl|rc)$|(?:^|\/)go_[^/]+_[^/]+_exec$/;

/** True for what a release is compiled to: no two of them have the same. By its path in GOROOT. */
export function isCompiled(path: string): boolean {
  return path.startsWith("bin/") || path.startsWith("pkg/tool/");
}

/** Where a file of the module's zip goes in GOROOT. Throws BAD_ARCHIVE for a name of another module. */
export function placeToolchainFile(release: Release): (name: string) => Placement {
  const prefix = `${toolchainModule}@${moduleVersion(release)}/`;
  return (name) => {
    if (!name.startsWith(prefix))
      throw new GvError(
        "BAD_ARCHIVE",
        `the zip holds ${name}, which is not a file of ${prefix.slice(0, -1)}`,
        {
          hint: "the server answered with another module: name another one in GOPROXY. Nothing was installed.",
        },
      );
    const path = name.slice(prefix.length).replace(/(^|\/)_go\.mod$/, "$1go.mod");
    return { path, mode: programs.test(path) ? 0o755 : 0o644 };
  };
}

/**
 * Where a file of the binary archive goes in GOROOT; `mode` where the archive has one (a zip for Windows has
 * none of use). Throws BAD_ARCHIVE for a name outside go/.
 */
export function placeArchiveFile(name: string, mode?: number): Placement {
  if (!name.startsWith("go/"))
    throw new GvError("BAD_ARCHIVE", `the archive holds ${name}, which is not in its folder go/`, {
      hint: "it is no release of Go: name another mirror. Nothing was installed.",
    });
  const path = name.slice("go/".length);
  const isProgram = mode === undefined ? programs.test(path) : (mode & 0o111) !== 0;
  return { path, mode: isProgram ? 0o755 : 0o644 };
}

/** What the archive has and the module hasn't: no h1 covers it (cmd/distpack/pack.go, modArch). */
export const outsideModule: readonly string[] = ["api", "doc", "misc", "test"];

/** The name that a file of GOROOT has in the module; undefined for one in a folder that isn't in it. */
export function moduleFileName(release: Release, path: string): string | undefined {
  const [top = "", ...below] = path.split("/");
  if (below.length > 0 && outsideModule.includes(top)) return undefined;
  // No release has a _go.mod: one that is there gets a name that is in no module.
  const name = path.replace(/(^|\/)_go\.mod$/, "$1_go.mod is no name").replace(/(^|\/)go\.mod$/, "$1_go.mod");
  return `${toolchainModule}@${moduleVersion(release)}/${name}`;
}
