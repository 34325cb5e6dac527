/**
 * Whose a `go` on PATH is, told by where it lies: who put it there, how it is upgraded, how it goes. Pure.
 *
 * The places are those of each one's own documents; the first row that fits is taken.
 */
import type { Context } from "../context.ts";

export interface Owner {
  /** As people call it. */
  readonly name: string;
  /** The line that upgrades it. */
  readonly upgrade: string;
  /** The line that removes it. */
  readonly remove: string;
}

interface Row extends Owner {
  /** Whether a program is this one's, by its path on PATH and behind all links. */
  readonly has: (place: {
    readonly path: string;
    readonly real: string;
    readonly home: string;
    readonly root: string;
  }) => boolean;
}

const under =
  (...folders: readonly string[]) =>
  ({ path, real }: { readonly path: string; readonly real: string }): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`) || real.startsWith(`${folder}/`));

const inHome =
  (...names: readonly string[]) =>
  (place: { readonly path: string; readonly real: string; readonly home: string }): boolean =>
    under(...names.map((name) => `${place.home}/${name}`))(place);

const rows: readonly Row[] = [
  {
    name: "gv",
    has: ({ path, real, root }) => under(root)({ path, real }),
    upgrade: "gv install latest",
    remove: "gv uninstall VERSION",
  },
  {
    name: "asdf",
    has: inHome(".asdf"),
    upgrade: "asdf install golang latest",
    remove: "asdf uninstall golang VERSION",
  },
  {
    name: "goenv",
    has: inHome(".goenv"),
    upgrade: "goenv install latest",
    remove: "goenv uninstall VERSION",
  },
  { name: "gvm", has: inHome(".gvm"), upgrade: "gvm install goVERSION", remove: "gvm uninstall goVERSION" },
  {
    name: "mise",
    has: (place) => inHome(".local/share/mise", "Library/Application Support/mise")(place),
    upgrade: "mise upgrade go",
    remove: "mise uninstall go@VERSION",
  },
  { name: "SDKMAN", has: inHome(".sdkman"), upgrade: "sdk upgrade", remove: "sdk uninstall go VERSION" },
  {
    name: "gobrew",
    has: inHome(".gobrew"),
    upgrade: "gobrew use latest",
    remove: "gobrew uninstall VERSION",
  },
  { name: "g", has: inHome(".g"), upgrade: "g install VERSION", remove: "g uninstall VERSION" },
  {
    name: "goup",
    has: inHome(".go/current", ".goup"),
    upgrade: "goup install",
    remove: "goup remove VERSION",
  },
  {
    name: "golang.org/dl",
    has: inHome("sdk"),
    upgrade: "go install golang.org/dl/goVERSION@latest",
    remove: "rm -rf ~/sdk/goVERSION",
  },
  {
    name: "koala",
    has: inHome(".koala"),
    upgrade: "koala install VERSION",
    remove: "koala uninstall VERSION",
  },
  {
    name: "Homebrew (/opt/homebrew)",
    has: under("/opt/homebrew"),
    upgrade: "/opt/homebrew/bin/brew upgrade go",
    remove: "/opt/homebrew/bin/brew uninstall go",
  },
  {
    name: "Homebrew (/usr/local)",
    has: under("/usr/local/Cellar", "/usr/local/opt/go"),
    upgrade: "/usr/local/bin/brew upgrade go",
    remove: "/usr/local/bin/brew uninstall go",
  },
  {
    name: "Homebrew (/home/linuxbrew)",
    has: under("/home/linuxbrew/.linuxbrew"),
    upgrade: "brew upgrade go",
    remove: "brew uninstall go",
  },
  { name: "snap", has: under("/snap"), upgrade: "sudo snap refresh go", remove: "sudo snap remove go" },
  {
    name: "a CI tool cache",
    has: ({ real }) => /\/(?:hostedtoolcache|_work\/_tool)\//.test(real),
    upgrade: "it comes with the runner's image, or actions/setup-go",
    remove: "it comes with the runner's image, or actions/setup-go",
  },
  {
    name: "the package or archive in /usr/local/go",
    has: under("/usr/local/go"),
    upgrade: "gv install latest   then remove that one",
    remove: "sudo rm -rf /usr/local/go",
  },
  {
    name: "the system's packages",
    has: under("/usr/lib/go", "/usr/lib/golang", "/usr/bin", "/usr/lib/go-1"),
    upgrade: "sudo apt-get install --only-upgrade golang-go",
    remove: "sudo apt-get remove golang-go",
  },
];

/** Who put a program there; undefined where nobody is known (a build of one's own, a copy). */
export function ownerOf(ctx: Context, path: string, real: string): Owner | undefined {
  return rows.find((row) => row.has({ path, real, home: ctx.home, root: ctx.root.path }));
}
