/** Faults in what GoLand keeps of a project (src/checks/goland.ts). */
import { join } from "node:path";

import type { Case, Scene } from "../support/doctor.ts";

function sdk({ write }: Scene, url: string): void {
  write(
    ".idea/workspace.xml",
    `<?xml version="1.0" encoding="UTF-8"?>\n<project version="4">\n  <component name="GOROOT" url="${url}" />\n</project>\n`,
  );
}

export const goland: readonly Case[] = [
  {
    check: "goland-sdk",
    fault: "the SDK is gone",
    finds: /\.idea\/workspace\.xml, line 3: the SDK is .*home\/sdk\/go1\.19, where no Go is/,
    before: (scene) => sdk(scene, `file://${scene.root}/versions/linux-amd64/1.22.5`),
    put: (scene) => sdk(scene, "file://$USER_HOME$/sdk/go1.19"),
  },
  {
    check: "goland-sdk",
    fault: "the SDK is another version",
    finds: /the SDK is .*home\/sdk\/go1\.20\.1 \(go1\.20\.1\), and here go1\.22\.5 applies/,
    // GoLand's own download of the same release, and one that runs in a container.
    before(scene) {
      scene.go(join(scene.home, "sdk/go1.22.5"), "1.22.5");
      sdk(scene, "file://$USER_HOME$/sdk/go1.22.5");
    },
    put(scene) {
      scene.go(join(scene.home, "sdk/go1.20.1"), "1.20.1");
      sdk(scene, "file://$USER_HOME$/sdk/go1.20.1");
    },
  },
  {
    check: "goland-sdk",
    fault: "go.sdk.path among the properties is gone",
    finds: /line 2: the SDK is \/nowhere\/go, where no Go is/,
    before: (scene) => sdk(scene, "wsl://Ubuntu/usr/local/go"),
    put: ({ write }) =>
      write(
        ".idea/workspace.xml",
        '<component name="PropertiesComponent"><![CDATA[{"keyToString": {\n"go.sdk.path": "/nowhere/go"}}]]></component>\n',
      ),
  },
];
