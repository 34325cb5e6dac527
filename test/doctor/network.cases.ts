/** Faults of the network (src/checks/network.ts): real servers on loopback. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import type { Case, Scene } from "../support/doctor.ts";
import { startGoproxy, tinyToolchain } from "../support/goproxy.ts";

/** A proxy that serves what it should. */
async function good(scene: Scene): Promise<void> {
  const server = await startGoproxy({ toolchains: [tinyToolchain("1.22.5")] });
  onTestFinished(() => server.close());
  scene.env["GOPROXY"] = server.url;
  scene.env["GOSUMDB"] = server.database.verifierKey;
}

async function answering(scene: Scene, listener: RequestListener): Promise<void> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  scene.env["GOPROXY"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const nobody = "http://127.0.0.1:1";

export const network: readonly Case[] = [
  {
    check: "goproxy-reachable",
    fault: "nobody listens there",
    finds: /^http:\/\/127\.0\.0\.1:1\/, entry 1 of GOPROXY: (?!http)/,
    before: good,
    put: ({ env }) => (env["GOPROXY"] = `${nobody},${env["GOPROXY"]}`),
  },
  {
    check: "goproxy-reachable",
    fault: "nobody listens where that Go asks without a GOPROXY",
    finds: /^http:\/\/127\.0\.0\.1:1\/, entry 1 of GOPROXY: (?!http)/,
    before: good,
    put({ env, root, write }) {
      write(join(root, "versions/linux-amd64/1.22.5/go.env"), `GOPROXY=${nobody},${env["GOPROXY"]}\n`);
      env["GOPROXY"] = "";
    },
  },
  {
    check: "goproxy-reachable",
    fault: "nothing of what direct stands for answers",
    finds: /^direct, the last entry of GOPROXY: 127\.0\.0\.1:1 can't be reached \((?!http)/,
    before: good,
    put: ({ env }) => (env["GOPROXY"] = `${env["GOPROXY"]},direct`),
  },
  {
    check: "goproxy-reachable",
    fault: "it never answers",
    finds: /entry 1 of GOPROXY: no answer within 8 s/,
    before: good,
    put: (scene) => answering(scene, () => {}),
  },
  {
    check: "goproxy-reachable",
    fault: "it answers 403",
    finds: /answers 403/,
    before: good,
    put: (scene) => answering(scene, (_, response) => response.writeHead(403).end()),
  },
  {
    check: "goproxy-slow",
    fault: "it takes more than two seconds",
    finds: /took 2\.\d s to begin its answer/,
    before: good,
    put: (scene) =>
      answering(scene, (_, response) => void setTimeout(() => response.writeHead(404).end(), 2050)),
  },
  {
    check: "goproxy-toolchains",
    fault: "it has no toolchains",
    finds: /no entry of GOPROXY=.* has the list of toolchains: .* 404/,
    before: good,
    put: (scene) => answering(scene, (_, response) => response.writeHead(404).end()),
  },
  {
    check: "checksum-database",
    fault: "it doesn't pass the database on, and sum.golang.org can't be reached",
    finds: /^no route to sum\.golang\.org: .* 404/,
    before: good,
    put(scene) {
      scene.env["GOSUMDB"] = undefined;
      return answering(scene, (_, response) => response.writeHead(404).end());
    },
  },
  {
    check: "proxy-variables",
    fault: "two spellings that differ",
    finds: /^HTTPS_PROXY and https_proxy differ/,
    before: ({ env }) => (env["HTTPS_PROXY"] = nobody),
    put: ({ env }) => (env["https_proxy"] = "http://127.0.0.1:2"),
  },
  {
    check: "proxy-variables",
    fault: "no address",
    finds: /^HTTP_PROXY holds no address/,
    put: ({ env }) => (env["HTTP_PROXY"] = "http://[::1"),
  },
];
