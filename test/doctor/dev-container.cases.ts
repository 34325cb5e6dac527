/** Faults in a project's dev container (src/checks/dev-container.ts). */
import type { Case, Scene } from "../support/doctor.ts";

function container({ write }: Scene, members: string, path = ".devcontainer/devcontainer.json"): void {
  write(path, `{\n  // built by us\n  "image": "golang",\n  ${members},\n}\n`);
}

/** A file of Compose, with what is near to a mount. */
function compose({ write }: Scene, volume: string): void {
  const environment = "    environment:\n      - X=/Users/ann:/x\n    volumes:\n      - cache:/Users/ann\n";
  write(
    "compose.yml",
    `services:\n  app:\n${environment}      - ${volume}\n    command: ["/Users/ann:/y"]\nvolumes:\n  cache:\n`,
  );
}

export const devContainer: readonly Case[] = [
  {
    check: "dev-container-mount",
    fault: "a folder of one Mac",
    finds: /devcontainer\.json, line 4 mounts \/Users\/ann\/src\/lib/,
    before: (scene) =>
      container(
        scene,
        '"mounts": ["source=${localEnv:HOME}/.ssh,target=/root/.ssh,type=bind", "source=cache,target=/go,type=volume", {"source": "/var/run/docker.sock", "target": "/x", "type": "bind"}]',
      ),
    put: (scene) =>
      container(scene, '"mounts": ["source=/Users/ann/src/lib,target=/lib,type=bind,consistency=cached"]'),
  },
  {
    check: "dev-container-mount",
    fault: "the same in runArgs, of one container among several",
    finds: /\.devcontainer\/api\/devcontainer\.json, line 4 mounts \/Users\/ann\/api/,
    put: (scene) =>
      container(
        scene,
        '"runArgs": ["--init", "-v", "/Users/ann/api:/api"]',
        ".devcontainer/api/devcontainer.json",
      ),
  },
  {
    check: "dev-container-goos",
    fault: "a Mac's GOPATH without a GOOS",
    finds: /\.devcontainer\.json, line 5 mounts \$\{localEnv:HOME\}\/go, and remoteEnv has no GOOS/,
    before: (scene) =>
      container(
        scene,
        '"mounts": ["source=${localEnv:HOME}/go,target=/go,type=bind"], "remoteEnv": {"GOOS": "linux"}',
        ".devcontainer.json",
      ),
    put: (scene) =>
      container(
        scene,
        '"workspaceMount": "source=${localWorkspaceFolder},target=/go/src/x,type=bind",\n"mounts": ["source=${localEnv:HOME}/go,target=/go,type=bind"]',
        ".devcontainer.json",
      ),
  },
  ...[
    '"--volume=/Users/ann/lib:/lib"',
    '"-v /Users/ann/lib:/lib"',
    '"-v/Users/ann/lib:/lib"',
    '"--volume", "/Users/ann/lib:/lib"',
    '"--mount=type=bind,source=/Users/ann/lib,target=/lib"',
  ].map((words): Case => ({
    check: "dev-container-mount",
    fault: `runArgs has ${words}`,
    finds: /devcontainer\.json, line 4 mounts \/Users\/ann\/lib$/,
    before: (scene) => container(scene, '"runArgs": ["--volume=cache:/go", "-v./x:/x", "--name=/Users/x"]'),
    put: (scene) => container(scene, `"runArgs": ["--init", ${words}]`),
  })),
  {
    check: "dev-container-mount",
    fault: "in a file of Docker Compose that it names",
    finds:
      /project\/compose\.yml, line 7 mounts \/Users\/ann\/lib\n.*dev\.yml, line 5 mounts \/home\/ann\/y\n.*dev\.yml, line 6 mounts \/Users\/z$/,
    before(scene) {
      container(scene, '"dockerComposeFile": ["../compose.yml", "dev.yml"], "service": "app"');
      compose(scene, "~/lib:/lib # of /Users/ann:/x");
      scene.write(".devcontainer/dev.yml", "services:\n  app:\n    volumes: [.:/x]\n");
    },
    put(scene) {
      compose(scene, "/Users/ann/lib:/lib:cached");
      scene.write(
        ".devcontainer/dev.yml",
        'services:\n  app:\n    volumes:\n    - type: bind\n      source: "/home/ann/y"\n    - "/Users/z:/z"\n',
      );
    },
  },
  {
    check: "dev-container-goos",
    fault: "a GOPATH by Compose",
    finds: /compose\.yml, line 7 mounts \$\{HOME\}\/go, and remoteEnv has no GOOS/,
    before(scene) {
      container(scene, '"dockerComposeFile": "../compose.yml"');
      compose(scene, "${HOME}/go:/go\n    environment:\n      GOOS: linux");
    },
    put: (scene) => compose(scene, "${HOME}/go:/go"),
  },
];
