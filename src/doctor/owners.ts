/**
 * Whose a `go` on PATH is, told by where it lies and what lies beside it: who put it there, how it is upgraded, how it
 * goes, and by what a start-up file puts it on PATH.
 *
 * The places are those of each one's own documents, moved by its own variable where it has one; the first row that fits
 * is taken. Nothing is started.
 */
import { dirname, join } from "node:path";

import type { Context } from "../context.ts";
import { statOf, textOf } from "../read.ts";

export interface Owner {
  /** As people call it. */
  readonly name: string;
  /** The line that upgrades it; undefined where there is none, and `help` says how. */
  readonly upgrade?: string;
  /** The line that removes it; the same. */
  readonly remove?: string;
  /** What there is to know besides, in words. */
  readonly help?: string;
  /** What a start-up file has that puts it on PATH without naming its folder. */
  readonly line?: RegExp;
}

/** Where a program is, and what a row may look at. */
interface Place {
  /** On PATH. */
  readonly path: string;
  /** Behind all links. */
  readonly real: string;
  readonly ctx: Context;
}

/** In the lines GOROOT and VERSION stand for those of the program. */
interface Row extends Owner {
  readonly has: (place: Place) => boolean;
}

const under =
  (...folders: readonly string[]) =>
  ({ path, real }: Place): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`) || real.startsWith(`${folder}/`));

const inHome =
  (...names: readonly string[]) =>
  (place: Place): boolean =>
    under(...names.map((name) => join(place.ctx.home, name)))(place);

/** In a folder of the home, or where its own variable says. */
const inRoot =
  (variable: string, ...names: readonly string[]) =>
  (place: Place): boolean => {
    const folder = place.ctx.env[variable];
    return (folder?.startsWith("/") === true && under(folder)(place)) || inHome(...names)(place);
  };

/** A program of the system's packages: the packager is told by a file that its systems have. */
const packaged =
  (...files: readonly string[]) =>
  (place: Place): boolean =>
    under("/usr/lib", "/usr/lib64", "/usr/bin", "/usr/share", "/bin")(place) &&
    (files.length === 0 || files.some((file) => isThere(place, file)));

const isThere = ({ ctx }: Place, file: string): boolean => statOf(join(ctx.system, file)) !== undefined;

const goroot = (real: string): string => dirname(dirname(real));

const rows: readonly Row[] = [
  {
    name: "gv",
    has: (place) => under(place.ctx.root.path)(place),
    upgrade: "gv install latest",
    remove: "gv uninstall VERSION",
  },
  {
    name: "asdf",
    has: inRoot("ASDF_DATA_DIR", ".asdf"),
    upgrade: "asdf install golang latest",
    remove: "asdf uninstall golang VERSION",
    line: /asdf(?:\.(?:sh|fish)|\/shims)/,
  },
  {
    name: "goenv",
    has: inRoot("GOENV_ROOT", ".goenv"),
    upgrade: "goenv install latest",
    remove: "goenv uninstall VERSION",
    line: /goenv init/,
  },
  {
    name: "gvm",
    has: inRoot("GVM_ROOT", ".gvm"),
    upgrade: "gvm listall; gvm install goVERSION -B",
    remove: "gvm uninstall goVERSION",
    line: /gvm\/scripts\/gvm/,
  },
  {
    name: "mise",
    has: inRoot("MISE_DATA_DIR", ".local/share/mise", "Library/Application Support/mise", ".local/share/rtx"),
    upgrade: "mise upgrade go",
    remove: "mise uninstall go@VERSION",
    line: /\b(?:mise|rtx) activate/,
  },
  {
    // SDKMAN has no Go of its own: what lies there was put there by hand.
    name: "SDKMAN's folder, by hand",
    has: inRoot("SDKMAN_DIR", ".sdkman"),
    upgrade: "gv install latest",
    remove: "rm -rf 'GOROOT'",
    line: /sdkman-init\.sh/,
  },
  {
    name: "gobrew",
    has: inRoot("GOBREW_ROOT", ".gobrew"),
    upgrade: "gobrew use latest",
    remove: "gobrew uninstall VERSION",
  },
  {
    name: "goup (owenthereal)",
    has: inHome(".go/current", ".go/go"),
    upgrade: "goup install",
    remove: "goup remove VERSION",
  },
  {
    name: "goup-rs",
    has: inRoot("GOUP_HOME", ".goup"),
    upgrade: "goup install latest",
    remove: "goup remove VERSION",
  },
  {
    name: "g (voidint)",
    has: inRoot("G_HOME", ".g"),
    upgrade: "g ls-remote stable; g install VERSION",
    remove: "g uninstall VERSION",
    line: /\.g\/env/,
  },
  {
    name: "g (stefanmaric)",
    has: inHome(".go"),
    upgrade: "g install latest",
    remove: "g remove VERSION",
    line: /g-install/,
  },
  {
    name: "vfox",
    has: inRoot("VFOX_HOME", ".vfox", ".version-fox"),
    upgrade: "vfox install golang@latest",
    remove: "vfox uninstall golang@VERSION",
    line: /vfox activate/,
  },
  {
    name: "proto",
    has: inRoot("PROTO_HOME", ".proto"),
    upgrade: "proto install go latest",
    remove: "proto uninstall go VERSION",
    line: /proto activate/,
  },
  {
    name: "koala",
    has: inHome(".koala"),
    upgrade: "koala install VERSION",
    remove: "koala uninstall VERSION",
  },
  {
    name: "golang.org/dl",
    has: inHome("sdk"),
    upgrade: "gv install latest",
    remove: "rm -rf 'GOROOT'",
  },
  {
    name: "the go command's module cache",
    has: ({ real }) => /\/golang\.org\/toolchain@v0\.0\.1-go/.test(real),
    upgrade: "gv install latest",
    remove: "go clean -modcache",
    help: "all modules go with it",
  },
  {
    name: "nix",
    has: ({ path, real, ctx }) =>
      under("/nix", "/run/current-system", "/etc/profiles")({ path, real, ctx }) ||
      inHome(".nix-profile", ".local/state/nix")({ path, real, ctx }),
    upgrade: "nix profile upgrade go",
    remove: "nix profile remove go",
    help: "or take it out of your configuration",
    line: /nix(?:-daemon)?\.(?:sh|fish)/,
  },
  {
    name: "conda",
    has: ({ real }) => /\/(?:(?:mini|ana)conda|miniforge|mambaforge|micromamba)\d?\//.test(real),
    upgrade: "conda update go",
    remove: "conda remove go",
    line: /conda\.sh|conda initialize/,
  },
  {
    name: "Homebrew (/opt/homebrew)",
    has: under("/opt/homebrew"),
    upgrade: "/opt/homebrew/bin/brew upgrade go",
    remove: "/opt/homebrew/bin/brew uninstall go",
    line: /brew shellenv/,
  },
  {
    name: "Homebrew (/usr/local)",
    has: under("/usr/local/Cellar", "/usr/local/opt", "/usr/local/Homebrew"),
    upgrade: "/usr/local/bin/brew upgrade go",
    remove: "/usr/local/bin/brew uninstall go",
    line: /brew shellenv/,
  },
  {
    name: "Homebrew (/home/linuxbrew)",
    has: under("/home/linuxbrew/.linuxbrew"),
    upgrade: "brew upgrade go",
    remove: "brew uninstall go",
    line: /brew shellenv/,
  },
  {
    name: "MacPorts",
    has: under("/opt/local"),
    upgrade: "sudo port upgrade go",
    remove: "sudo port uninstall go",
  },
  { name: "snap", has: under("/snap"), upgrade: "sudo snap refresh go", remove: "sudo snap remove go" },
  {
    name: "a CI tool cache",
    has: ({ real, ctx }) =>
      /\/(?:hostedtoolcache|_work\/_tool)\//.test(real) ||
      real.startsWith(`${ctx.env["RUNNER_TOOL_CACHE"] ?? "/opt/hostedtoolcache"}/`),
    help: "it is there by actions/setup-go in the workflow, and go-version says which one",
  },
  {
    name: "a build from source",
    has: ({ real }) => statOf(join(goroot(real), ".git")) !== undefined,
    upgrade: "git -C 'GOROOT' pull && cd 'GOROOT/src' && ./make.bash",
    remove: "rm -rf 'GOROOT'",
  },
  {
    name: "the official package (/etc/paths.d/go)",
    has: (place) => under("/usr/local/go")(place) && isThere(place, "/etc/paths.d/go"),
    upgrade: "gv install latest",
    remove: "sudo rm -rf /usr/local/go /etc/paths.d/go",
  },
  {
    name: "the archive in /usr/local/go",
    has: under("/usr/local/go"),
    upgrade: "gv install latest",
    remove: "sudo rm -rf /usr/local/go",
  },
  {
    name: "the system's packages (apk)",
    has: packaged("/etc/alpine-release"),
    upgrade: "sudo apk upgrade go",
    remove: "sudo apk del go",
  },
  {
    name: "the system's packages (pacman)",
    has: packaged("/etc/arch-release"),
    upgrade: "sudo pacman -Syu go",
    remove: "sudo pacman -Rs go",
  },
  {
    name: "the system's packages (dnf)",
    has: packaged("/etc/fedora-release", "/etc/redhat-release"),
    upgrade: "sudo dnf upgrade golang",
    remove: "sudo dnf remove golang",
  },
  {
    name: "the system's packages (zypper)",
    has: packaged("/etc/zypp"),
    upgrade: "sudo zypper update go",
    remove: "sudo zypper remove go",
  },
  {
    name: "the system's packages (apt)",
    has: packaged("/etc/debian_version"),
    upgrade: "sudo apt-get install --only-upgrade golang-go",
    remove: "sudo apt-get remove 'golang*'",
  },
  {
    name: "the system's packages",
    has: packaged(),
    help: "it goes and is upgraded by the system's packager: its name for Go is go or golang",
  },
];

/** Who put a program there; undefined where nobody is known (a copy, a folder of one's own). */
export function ownerOf(ctx: Context, path: string, real: string): Owner | undefined {
  const row = rows.find((one) => one.has({ path, real, ctx }));
  if (!row) return undefined;
  const root = goroot(real);
  const version = /^go(\S+)/.exec(textOf(join(root, "VERSION")) ?? "")?.[1];
  const filled = (line: string): string =>
    line.replaceAll("GOROOT", root).replaceAll("VERSION", version ?? "VERSION");
  const { has: _has, upgrade, remove, ...rest } = row;
  return {
    ...rest,
    ...(upgrade === undefined ? {} : { upgrade: filled(upgrade) }),
    ...(remove === undefined ? {} : { remove: filled(remove) }),
  };
}
