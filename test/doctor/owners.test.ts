/** Whose a go is (src/doctor/owners.ts): where each manager and packager leaves it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { ownerOf } from "../../src/doctor/owners.ts";
import { sandbox } from "../support/sandbox.ts";

/** Where it is on PATH and behind all links, `~` for the home; a file of the system; the owner, and the line that removes it, or what is said instead. */
const table: readonly (readonly [path: string, real: string, file: string, name: string, remove: string])[] =
  [
    ["~/.asdf/shims/go", "", "", "asdf", "asdf uninstall golang VERSION"],
    ["~/.goenv/shims/go", "", "", "goenv", "goenv uninstall VERSION"],
    ["~/.gvm/gos/go1.20/bin/go", "", "", "gvm", "gvm uninstall goVERSION"],
    ["~/.local/share/mise/shims/go", "", "", "mise", "mise uninstall go@VERSION"],
    ["~/.sdkman/candidates/go/current/bin/go", "", "", "SDKMAN's folder, by hand", "rm -rf"],
    [
      "~/.gobrew/current/bin/go",
      "~/.gobrew/versions/1.20/go/bin/go",
      "",
      "gobrew",
      "gobrew uninstall VERSION",
    ],
    ["~/.g/go/bin/go", "", "", "g (voidint)", "g uninstall VERSION"],
    ["~/.go/bin/go", "", "", "g (stefanmaric)", "g remove VERSION"],
    ["~/.go/current/bin/go", "~/.go/go1.20.linux/bin/go", "", "goup (owenthereal)", "goup remove VERSION"],
    ["~/.goup/current/bin/go", "", "", "goup-rs", "goup remove VERSION"],
    ["~/.vfox/cache/golang/current/bin/go", "", "", "vfox", "vfox uninstall golang@VERSION"],
    ["~/.version-fox/temp/1/golang/bin/go", "", "", "vfox", "vfox uninstall golang@VERSION"],
    ["~/.proto/shims/go", "", "", "proto", "proto uninstall go VERSION"],
    ["~/.koala/bin/go", "", "", "koala, by the folder's name", "gv doesn't know"],
    ["~/sdk/go1.20.1/bin/go", "", "", "golang.org/dl", "rm -rf"],
    [
      "~/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64/bin/go",
      "",
      "",
      "the go command's module cache",
      "go clean -modcache",
    ],
    ["~/.nix-profile/bin/go", "/nix/store/abc-go-1.22.5/share/go/bin/go", "", "nix", "nix profile remove go"],
    ["/run/current-system/sw/bin/go", "/nix/store/abc-go-1.22.5/bin/go", "", "nix", "nix profile remove go"],
    ["~/miniconda3/bin/go", "", "", "conda", "conda remove go"],
    [
      "/opt/homebrew/bin/go",
      "/opt/homebrew/Cellar/go/1.22.5/libexec/bin/go",
      "",
      "Homebrew (/opt/homebrew)",
      "/opt/homebrew/bin/brew uninstall go",
    ],
    [
      "/usr/local/bin/go",
      "/usr/local/Cellar/go/1.22.5/libexec/bin/go",
      "",
      "Homebrew (/usr/local)",
      "/usr/local/bin/brew uninstall go",
    ],
    ["/home/linuxbrew/.linuxbrew/bin/go", "", "", "Homebrew (/home/linuxbrew)", "brew uninstall go"],
    ["/opt/local/bin/go", "/opt/local/lib/go/bin/go", "", "MacPorts", "sudo port uninstall go"],
    ["/snap/bin/go", "/usr/bin/snap", "etc/debian_version", "snap", "sudo snap remove go"],
    ["/opt/hostedtoolcache/go/1.22.5/x64/bin/go", "", "", "a CI tool cache", "by actions/setup-go"],
    [
      "/usr/local/go/bin/go",
      "",
      "etc/paths.d/go",
      "the official package (/etc/paths.d/go)",
      "sudo rm -rf /usr/local/go /etc/paths.d/go",
    ],
    ["/usr/local/go/bin/go", "", "", "the archive in /usr/local/go", "sudo rm -rf /usr/local/go"],
    [
      "/usr/bin/go",
      "/usr/lib/go-1.22/bin/go",
      "etc/debian_version",
      "the system's packages (apt)",
      "sudo apt-get remove",
    ],
    [
      "/usr/bin/go",
      "/usr/lib/golang/bin/go",
      "etc/fedora-release",
      "the system's packages (dnf)",
      "sudo dnf remove",
    ],
    [
      "/usr/bin/go",
      "/usr/lib/go/bin/go",
      "etc/alpine-release",
      "the system's packages (apk)",
      "sudo apk del go",
    ],
    [
      "/usr/bin/go",
      "/usr/lib/go/bin/go",
      "etc/arch-release",
      "the system's packages (pacman)",
      "sudo pacman -Rs go",
    ],
    [
      "/usr/bin/go",
      "/usr/lib64/go/1.22/bin/go",
      "etc/zypp/x",
      "the system's packages (zypper)",
      "sudo zypper remove",
    ],
    ["/usr/bin/go", "/usr/lib/go/bin/go", "", "the system's packages", "by the system's packager"],
  ];

it.each(table)("%s %s %s: %s", (path, real, file, name, remove) => {
  const box = sandbox();
  const system = join(box.home, "../system");
  if (file !== "") box.write(join(system, file), "");
  const at = (text: string): string => text.replace(/^~/, box.home);
  const owner = ownerOf(box.context({ system }), at(path), at(real || path));
  expect(owner?.name).toBe(name);
  expect(owner?.remove ?? owner?.help).toContain(remove);
});

it("fills in the version and the folder, and follows each one's own variable", () => {
  const box = sandbox({ GOENV_ROOT: "/data/goenv" });
  const tree = join(box.home, "sdk/go1.20.1");
  box.write(join(tree, "VERSION"), "go1.20.1\n");
  expect(ownerOf(box.context(), join(tree, "bin/go"), join(tree, "bin/go"))?.remove).toBe(`rm -rf '${tree}'`);
  expect(ownerOf(box.context(), "/data/goenv/shims/go", "/data/goenv/shims/go")?.name).toBe("goenv");
  const asdf = join(box.home, ".asdf/installs/golang/1.20.1/go");
  box.write(join(asdf, "VERSION"), "go1.20.1");
  const path = join(asdf, "bin/go");
  expect(ownerOf(box.context(), path, path)?.remove).toBe("asdf uninstall golang 1.20.1");
});

it("knows a build from source by its .git, and nobody's by nothing", () => {
  const box = sandbox();
  const tree = join(box.home, "src/go");
  const path = join(tree, "bin/go");
  expect(ownerOf(box.context(), path, path)).toBeUndefined();
  mkdirSync(join(tree, ".git"), { recursive: true });
  expect(ownerOf(box.context(), path, path)).toMatchObject({
    name: "a build from source",
    upgrade: expect.stringContaining(tree),
  });
});
