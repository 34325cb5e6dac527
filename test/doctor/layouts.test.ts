/**
 * Whole homes as other managers leave them, beside a gv that is set up: gv doctor says whose the other go is and which
 * line puts it on PATH, what that manager does to Go's variables, and nothing else.
 */
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { diagnose } from "../../src/doctor/diagnose.ts";
import { setUp } from "../../src/setup.ts";
import { healthy, type Scene } from "../support/doctor.ts";

/** Before gv's own line, as it stands in a profile that had them first. */
function profile({ home, write }: Scene, lines: string): void {
  const file = join(home, ".bashrc");
  write(file, `${lines}\n${readFileSync(file, "utf8")}`);
}

/** What a tool of theirs is: a script for bash. */
function script({ home, write }: Scene, path: string, body: string): void {
  write(join(home, path), `#!/usr/bin/env bash\n${body}\n`, 0o755);
}

/** asdf 0.16 and newer, with its plugin golang. */
function asdf(scene: Scene): void {
  const { home, go, path, write } = scene;
  scene.install("1.27.0"); // A newer one is not known: nothing to say of the pin.
  setUp(scene.context());
  const tree = ".asdf/installs/golang/1.27.0";
  go(join(home, tree, "go"), "1.27.0");
  write(join(home, tree, "packages/pkg/mod/cache/lock"), "");
  write(join(home, ".asdf/plugins/golang/bin/list-all"), "#!/usr/bin/env bash\n", 0o755);
  for (const name of ["go", "gofmt"])
    script(scene, `.asdf/shims/${name}`, `# asdf-plugin: golang 1.27.0\nexec asdf exec "${name}" "$@"`);
  script(scene, "bin/asdf", "exit 0");
  write(join(home, ".tool-versions"), "nodejs 20.1.0\ngolang 1.27.0\n");
  profile(scene, 'export PATH="${ASDF_DATA_DIR:-$HOME/.asdf}/shims:$PATH"\n. <(asdf completion bash)');
  path.push(join(home, ".asdf/shims"), join(home, "bin"));
}

/** goenv 2, from its repository; `goenv init -` puts its shims behind all and exports GOROOT and GOPATH. */
function goenv(scene: Scene): void {
  const { home, go, path, write } = scene;
  go(join(home, ".goenv/versions/1.20.1"), "1.20.1");
  write(join(home, ".goenv/version"), "1.20.1\n");
  write(join(home, ".goenv/.git/HEAD"), "ref: refs/heads/master\n");
  for (const name of ["go", "gofmt"])
    script(scene, `.goenv/shims/${name}`, `exec "${home}/.goenv/libexec/goenv" exec "\${0##*/}" "$@"`);
  script(
    scene,
    ".goenv/libexec/goenv",
    `echo 'export PATH="\${PATH}:\${GOENV_ROOT}/shims" GOENV_SHELL=bash'
echo "export GOROOT=${home}/.goenv/versions/1.20.1 GOPATH=${home}/go/1.20.1"`,
  );
  write(join(home, ".goenv/bin/README"), "");
  symlinkSync("../libexec/goenv", join(home, ".goenv/bin/goenv"));
  write(join(home, "go/1.20.1/bin/README"), "");
  profile(
    scene,
    'export GOENV_ROOT="$HOME/.goenv"\nexport PATH="$GOENV_ROOT/bin:$PATH"\neval "$(goenv init -)"',
  );
  path.push(join(home, ".goenv/shims"), join(home, ".goenv/bin"));
}

/** gvm, with a default version; its scripts source each other by GVM_ROOT. */
function gvm(scene: Scene): void {
  const { home, go, path, write } = scene;
  go(join(home, ".gvm/gos/go1.20.1"), "1.20.1");
  write(join(home, ".gvm/pkgsets/go1.20.1/global/overlay/bin/README"), "");
  script(scene, ".gvm/bin/gvm", "exit 0");
  write(
    join(home, ".gvm/scripts/gvm"),
    `export GVM_ROOT="${home}/.gvm"\n[ -s "$GVM_ROOT/scripts/gvm-default" ] && . "$GVM_ROOT/scripts/gvm-default"\n`,
  );
  write(
    join(home, ".gvm/scripts/gvm-default"),
    'export PATH="$GVM_ROOT/bin:$PATH"\n. "$GVM_ROOT/environments/default"\n',
  );
  const environment = [
    'export GVM_ROOT; GVM_ROOT="$HOME/.gvm"',
    'export gvm_go_name; gvm_go_name="go1.20.1"',
    'export GOROOT; GOROOT="$GVM_ROOT/gos/go1.20.1"',
    'export GOPATH; GOPATH="$GVM_ROOT/pkgsets/go1.20.1/global"',
    'export PATH; PATH="$GVM_ROOT/pkgsets/go1.20.1/global/bin:$GVM_ROOT/gos/go1.20.1/bin:$PATH"',
  ];
  write(join(home, ".gvm/environments/default"), `${environment.join("\n")}\n`);
  write(join(home, ".gvm/pkgsets/go1.20.1/global/bin/README"), "");
  profile(scene, '[[ -s "$HOME/.gvm/scripts/gvm" ]] && source "$HOME/.gvm/scripts/gvm"');
  path.push(join(home, ".gvm/gos/go1.20.1/bin"), join(home, ".gvm/bin"));
}

it.each([
  [
    "asdf",
    asdf,
    { "other-go": /asdf\/shims\/go, asdf, .* on PATH by .*\.bashrc line 1: export PATH="\$\{ASDF_DATA_DIR/ },
  ],
  [
    "goenv",
    goenv,
    {
      "other-go": /goenv\/shims\/go, goenv, .* on PATH by .*\.bashrc line 3: eval "\$\(goenv init -\)"/,
      "goroot-version":
        /GOROOT=.*\.goenv\/versions\/1\.20\.1, in new shells \(bash -i -c\): it is go1\.20\.1/,
    },
  ],
  [
    "gvm",
    gvm,
    {
      "other-go": /gos\/go1\.20\.1\/bin\/go, gvm, .* on PATH by .*\.bashrc line 1: .*source/,
      "goroot-version":
        /GOROOT=.*\.gvm\/gos\/go1\.20\.1, in new shells \(bash -i -c; .*environments\/default, line 3\)/,
    },
  ],
])("a home of %s beside gv", async (_, make, expected) => {
  const scene = await healthy();
  make(scene);
  const answers = await diagnose(scene.context(), { ids: [], offline: true, deep: false });
  const told = answers.flatMap(({ check, findings }) =>
    findings.map(({ fact }) => [check.id, fact] as const),
  );
  expect(answers.filter(({ outcome }) => outcome === "unknown")).toEqual([]);
  expect(told.map(([id, fact]) => `${id}: ${fact}`)).toEqual(
    Object.entries(expected).map(([id, fact]) =>
      expect.stringMatching(new RegExp(`^${id}: .*${fact.source}`)),
    ),
  );
});
