/** Faults in the settings of VS Code and its like (src/checks/editors.ts). */
import { join } from "node:path";

import { type Case, mac, type Scene } from "../support/doctor.ts";

/** The user's own settings on Linux. */
const user = ({ home }: Scene): string => join(home, ".config/Code/User/settings.json");

/** Writes settings of the workspace, with a comment and a comma too many, as people do. */
function workspace(scene: Scene, ...members: readonly string[]): void {
  scene.write(
    ".vscode/settings.json",
    `// of the team\n{\n${members.map((one) => `  ${one}, // why\n`).join("")}}\n`,
  );
}

export const editors: readonly Case[] = [
  {
    check: "vscode-goroot",
    fault: "go.goroot leads to a Go that is gone",
    finds: /\.vscode\/settings\.json, line 3: go\.goroot is \/nowhere\/go, where no Go is/,
    before: (scene) => workspace(scene, `"go.goroot": "${scene.root}/versions/linux-amd64/1.22.5"`),
    put: (scene) => workspace(scene, '"go.goroot": "/nowhere/go"'),
  },
  {
    check: "vscode-goroot",
    fault: "go.goroot is another Go, in the user's settings",
    finds:
      /Code\/User\/settings\.json, line 1: go\.goroot is .*home\/sdk\/go1\.20\.1 \(go1\.20\.1\), and here .*1\.22\.5 applies/,
    before: (scene) => scene.write(user(scene), '{"go.goroot": "${env:NOT_SET}/go"}'),
    put(scene) {
      scene.go(join(scene.home, "sdk/go1.20.1"), "1.20.1");
      scene.write(user(scene), '{"go.goroot": "~/sdk/go1.20.1"}');
    },
  },
  {
    check: "vscode-goroot",
    fault: "a variable of VS Code's that the extension doesn't know",
    finds: /go\.goroot is \$\{userHome\}\/sdk, where no Go is/,
    before: (scene) => {
      scene.go(join(scene.home, "sdk"), "1.22.5");
      scene.write(".go-version", "system\n");
      scene.path.push(join(scene.home, "sdk/bin"));
      scene.write(user(scene), '{"go.goroot": "~/sdk"}');
    },
    put: (scene) => scene.write(user(scene), '{"go.goroot": "${userHome}/sdk"}'),
  },
  {
    check: "vscode-goroot",
    fault: "on a Mac, in a profile of Cursor",
    platform: mac,
    finds: /Cursor\/User\/profiles\/work\/settings\.json, line 2: go\.goroot is \/usr\/local\/nothing/,
    put: ({ home, write }) =>
      write(
        join(home, "Library/Application Support/Cursor/User/profiles/work/settings.json"),
        '{\n"go.goroot": "/usr/local/nothing"}',
      ),
  },
  {
    check: "vscode-goroot",
    fault: "in a *.code-workspace above, of a module below",
    finds: /team\.code-workspace, line 2: go\.goroot is \/nowhere/,
    before: ({ write }) => write("go.mod", "module example.com/a\n\ngo 1.22\n"),
    put: ({ write }) =>
      write("team.code-workspace", '{"folders": [], "settings": {\n"go.goroot": "/nowhere"}}'),
  },
  {
    check: "vscode-goroot",
    fault: "for the language alone, on the far end of a codespace",
    finds: /\.vscode-remote\/data\/Machine\/settings\.json, line 3: \[go\]: go\.goroot is \/nowhere/,
    before: ({ home, write }) =>
      write(
        join(home, ".vscode-remote/data/Machine/settings.json"),
        '{"[go]": {"editor.formatOnSave": true}, "[gotmpl]": {"go.goroot": "/nowhere"}}',
      ),
    put: ({ home, write }) =>
      write(
        join(home, ".vscode-remote/data/Machine/settings.json"),
        '{\n"[go]": {\n"go.goroot": "/nowhere"}}',
      ),
  },
  ...[".config/Code - OSS/User", ".config/Windsurf/User", "snap/code/current/.config/Code/User"].map(
    (folder): Case => ({
      check: "vscode-goroot",
      fault: `in ~/${folder}`,
      finds: /go\.goroot is \/nowhere\/go, where no Go is/,
      put: ({ home, write }) => write(join(home, folder, "settings.json"), '{"go.goroot": "/nowhere/go"}'),
    }),
  ),
  {
    check: "vscode-gopath",
    fault: "go.gopath is gone",
    finds: /go\.gopath is \/nowhere, which is no folder/,
    before: (scene) => workspace(scene, `"go.gopath": "${scene.home}/go"`),
    put: (scene) => workspace(scene, '"go.gopath": "/nowhere"'),
  },
  {
    check: "vscode-gopath",
    fault: "go.gopath is another one",
    finds: /go\.gopath is .*project\/gopath, and GOPATH is .*home\/go/,
    put(scene) {
      scene.write("gopath/bin/x", "");
      workspace(scene, '"go.gopath": "${workspaceFolder}/gopath"');
    },
  },
  {
    check: "vscode-tools-gopath",
    fault: "go.toolsGopath is gone",
    finds: /go\.toolsGopath is \/nowhere, which is no folder/,
    before: (scene) => workspace(scene, `"go.toolsGopath": "${scene.home}/go"`),
    put: (scene) => workspace(scene, '"go.toolsGopath": "/nowhere"'),
  },
  {
    check: "vscode-tools-gopath",
    fault: "its bin isn't on PATH",
    finds: /go\.toolsGopath is .*home\/tools, and PATH hasn't .*home\/tools\/bin/,
    put(scene) {
      scene.write(join(scene.home, "tools/bin/gopls"), "", 0o755);
      workspace(scene, '"go.toolsGopath": "~/tools"');
    },
  },
  {
    check: "vscode-alternate-tools",
    fault: "a gopls that is gone",
    finds: /line 3: go\.alternateTools: gopls is \/nowhere\/gopls, which is no program/,
    before(scene) {
      scene.program("dlv-dap", "exit 0");
      workspace(scene, `"go.alternateTools": {"go": "${scene.root}/shims/go", "dlv": "dlv-dap"}`);
    },
    put: (scene) => workspace(scene, '"go.alternateTools": {"gopls": "/nowhere/gopls"}'),
  },
  {
    check: "vscode-alternate-tools",
    fault: "by a path from the project, where the extension doesn't look",
    finds: /go\.alternateTools: gopls is \.\/bin\/gopls, which is in no folder of PATH/,
    before: ({ write }) => write("bin/gopls", "#!/bin/sh\n", 0o755),
    put: (scene) => workspace(scene, '"go.alternateTools": {"gopls": "./bin/gopls"}'),
  },
  {
    check: "vscode-alternate-tools",
    fault: "a go that is not the shim",
    finds: /go\.alternateTools: go is .*other\/bin\/go, not .*shims\/go/,
    put: (scene) =>
      workspace(
        scene,
        `"go.alternateTools": {"go": "${join(scene.go(join(scene.home, "other"), "1.20.1"), "bin/go")}"}`,
      ),
  },
  {
    check: "vscode-tools-env",
    fault: "GOROOT in go.toolsEnvVars",
    finds: /go\.toolsEnvVars: GOROOT is \/usr\/local\/go/,
    before: (scene) =>
      workspace(
        scene,
        `"go.toolsEnvVars": {"GOFLAGS": "-tags=e2e", "PATH": "${scene.root}/shims:/usr/bin", "GOROOT": ""}`,
      ),
    put: (scene) => workspace(scene, '"go.toolsEnvVars": {"GOROOT": "/usr/local/go"}'),
  },
  {
    check: "vscode-tools-env",
    fault: "a PATH in go.testEnvVars, in the settings of Flatpak's VS Code",
    finds:
      /com\.visualstudio\.code\/.*go\.testEnvVars: PATH is .*: .*home\/other\/bin\/go is found there first/,
    before(scene) {
      scene.go(join(scene.home, "other"), "1.20.1");
      scene.write(join(scene.home, "empty/README"), "");
      // A folder without a go, and an empty entry, change nothing.
      workspace(scene, '"go.toolsEnvVars": {"PATH": "${env:HOME}/empty::${env:HOME}/none:${env:PATH}"}');
    },
    put: ({ home, write }) =>
      write(
        join(home, ".var/app/com.visualstudio.code/config/Code/User/settings.json"),
        '{"go.testEnvVars": {"PATH": "${env:HOME}/other/bin:${env:PATH}"}}',
      ),
  },
  {
    check: "vscode-terminal-env",
    fault: "a PATH for the terminal without the shims",
    finds:
      /terminal\.integrated\.env\.linux: PATH is ~\/sdk\/bin:.*: .*home\/sdk\/bin\/go is found there first/,
    before: (scene) =>
      workspace(
        scene,
        '"terminal.integrated.env.osx": {"GOROOT": "/usr/local/go"}',
        '"terminal.integrated.env.linux": {"PATH": "${env:PATH}:/opt/bin"}',
      ),
    put(scene) {
      scene.go(join(scene.home, "sdk"), "1.20.1");
      workspace(scene, '"terminal.integrated.env.linux": {"PATH": "~/sdk/bin:${env:PATH}"}');
    },
  },
  {
    check: "vscode-terminal-env",
    fault: "a GOROOT in one profile of the terminal",
    finds: /line 3: terminal\.integrated\.profiles\.linux: work: env: GOROOT is \/usr\/local\/go/,
    before: (scene) =>
      workspace(scene, '"terminal.integrated.profiles.linux": {"work": {"path": "zsh", "env": {"X": "1"}}}'),
    put: (scene) =>
      workspace(
        scene,
        '"terminal.integrated.profiles.linux": {"work": {"path": "zsh", "env": {"GOROOT": "/usr/local/go"}}}',
      ),
  },
  {
    check: "vscode-terminal-env",
    fault: "GOROOT for the terminal of a Mac",
    platform: mac,
    finds: /terminal\.integrated\.env\.osx: GOROOT is \/usr\/local\/go/,
    put: (scene) => workspace(scene, '"terminal.integrated.env.osx": {"GOROOT": "/usr/local/go"}'),
  },
  {
    check: "vscode-inherit-env",
    fault: "terminal.integrated.inheritEnv is false",
    finds: /inheritEnv is false/,
    before: (scene) => workspace(scene, '"terminal.integrated.inheritEnv": true'),
    put: (scene) => workspace(scene, '"terminal.integrated.inheritEnv": false'),
  },
  {
    check: "vscode-gopls-settings",
    fault: "experiments that gopls has dropped, on code-server",
    finds:
      /gopls: build\.experimentalWorkspaceModule; what there is instead: a go\.work[^]*gopls: build\.memoryMode$/,
    before: (scene) =>
      workspace(scene, '"gopls": {"build.directoryFilters": [], "ui.semanticTokens": true, "gofumpt": true}'),
    put: ({ home, write }) =>
      write(
        join(home, ".local/share/code-server/User/settings.json"),
        '{\n  // one of them\n  "gopls": {\n    "build.experimentalWorkspaceModule": true,\n    "gofumpt": true,\n    "build.memoryMode": "DegradeClosed",\n  },\n}\n',
      ),
    mends: true,
  },
  {
    check: "vscode-test-flags",
    fault: "-cover for every test",
    finds: /go\.testFlags has -coverprofile=c\.out/,
    before: (scene) => workspace(scene, '"go.testFlags": ["-v", "-race", "-count=1"]'),
    put: (scene) => workspace(scene, '"go.testFlags": ["-v", "-coverprofile=c.out"]'),
  },
  {
    check: "vscode-rpc-trace",
    fault: "gopls writes down every message",
    finds: /go\.languageServerFlags has -rpc\.trace/,
    before: (scene) => workspace(scene, '"go.languageServerFlags": ["-remote=auto"]'),
    put: (scene) => workspace(scene, '"go.languageServerFlags": ["-rpc.trace", "serve"]'),
  },
  {
    check: "vscode-undeclared",
    fault: "settings of long ago",
    finds:
      /go\.useDlvDap is no setting; what there is instead: "go\.delveConfig"[^]*go\.delveConfig\.apiVersion is no setting; what there is instead: "go\.delveConfig": \{"apiVersion"[^]*gopls\.usePlaceholders is no setting; what there is instead: "gopls"[^]*go\.nonsense is no setting$/,
    before: (scene) =>
      workspace(
        scene,
        '"go.delveConfig": {"apiVersion": 2, "debugAdapter": "legacy"}',
        '"gopls": {}',
        '"gotests.x": 1',
        '"go.lintTool": ""',
      ),
    put: (scene) =>
      workspace(
        scene,
        '"go.useDlvDap": true',
        '"go.delveConfig.apiVersion": 2',
        '"gopls.usePlaceholders": true',
        '"go.nonsense": 1',
      ),
  },
  {
    check: "vscode-undeclared",
    fault: "what of go.delveConfig dlv-dap doesn't read",
    finds:
      /go\.delveConfig: dlvLoadConfig is read by the legacy adapter alone; what there is instead: dlv-dap loads/,
    before: (scene) => workspace(scene, '"go.delveConfig": {"showGlobalVariables": true}'),
    put: (scene) =>
      workspace(
        scene,
        '"go.delveConfig": {"dlvLoadConfig": {"maxStringLen": 400}, "debugAdapter": "dlv-dap"}',
      ),
  },
];
