/** Faults in a project's dev container (src/checks/dev-container.ts). */
import type { Case, Scene } from "../support/doctor.ts";

function container({ write }: Scene, members: string, path = ".devcontainer/devcontainer.json"): void {
  write(path, `{\n  // built by us\n  "image": "golang",\n  ${members},\n}\n`);
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
];
