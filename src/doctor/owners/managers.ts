/** Version managers, and Go's own ways to a second Go: in the home, or where a variable of theirs says. */
import { inHome, inRoot, type Row, under } from "./place.ts";

export const managers: readonly Row[] = [
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
    line: /asdf(?:\.(?:sh|fish)|\}?\/shims)|\$\{?ASDF_DATA_DIR\}?\/shims/,
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
    // Of koala gv knows the name alone: no document of its folders or commands was found.
    name: "koala, by the folder's name",
    has: ({ path, real }) => [path, real].some((one) => /\/\.?koala\//.test(one)),
    upgrade: "gv install latest",
    help: "gv doesn't know koala's own commands: koala --help says how it goes",
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
];
