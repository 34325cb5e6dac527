/** Packagers, of the system and beside it; then what was put there by hand: an archive, a build from source. */
import { join } from "node:path";

import { statOf } from "../../read.ts";
import { goroot, inHome, isThere, packaged, type Row, under } from "./place.ts";

export const packages: readonly Row[] = [
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
