/** HTTPS on 127.0.0.1 in front of a local proxy, with a certificate that openssl makes for the test. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { request as forward } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";

import type { Intercept } from "./goproxy.ts";
import { listen } from "./http.ts";
import { isRequired } from "./required.ts";
import type { Sandbox } from "./sandbox.ts";

/** Why there can be no HTTPS here, for a test's name; empty where there can, or where it may not be missing. */
export const noTls =
  isRequired("openssl") || spawnSync("openssl", ["version"]).status === 0 ? "" : ": needs openssl";

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** For NODE_EXTRA_CA_CERTS, which Node reads when it starts. */
  readonly file: string;
}

/** What a certificate says, where it isn't that of an authority for 127.0.0.1 and localhost that holds for two days. */
export interface CertificateOptions {
  readonly subject?: string;
  /** As in `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string;
  /** Negative for one that has expired. */
  readonly days?: number;
}

/** A certificate that `authority` issued, in the sandbox's home. */
export function issueCertificate(
  { home }: Sandbox,
  authority: Certificate,
  { subject = "/CN=localhost", names = "IP:127.0.0.1,DNS:localhost", days = 2 }: CertificateOptions = {},
): Certificate {
  const [key, file, request, extensions] = ["key", "cert", "request", "extensions"].map((name) =>
    join(home, `issued-${name}.pem`),
  ) as [string, string, string, string];
  const kind = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  writeFileSync(extensions, `subjectAltName=${names}\n`);
  openssl("req", ...kind.split(" "), "-subj", subject, "-keyout", key, "-out", request);
  const by = ["-CA", authority.file, "-CAkey", join(home, "key.pem"), "-CAcreateserial"];
  openssl("x509", "-req", "-in", request, ...by, "-days", `${days}`, "-extfile", extensions, "-out", file);
  return { key: readFileSync(key), cert: readFileSync(file), file };
}

function openssl(...words: string[]): void {
  execFileSync("openssl", words, { stdio: "ignore" });
}

/** A certificate that signs itself, for 127.0.0.1 and localhost, in the sandbox's home. */
export function makeCertificate({ home }: Sandbox, subject = "/CN=localhost"): Certificate {
  const [key, file] = [join(home, "key.pem"), join(home, "cert.pem")];
  const kind = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  const names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  execFileSync(
    "openssl",
    ["req", ...kind.split(" "), "-subj", subject, ...names, "-keyout", key, "-out", file],
    {
      stdio: "ignore",
    },
  );
  return { key: readFileSync(key), cert: readFileSync(file), file };
}

/** Passes on what `intercept` doesn't answer; gives the address, `https://127.0.0.1:1234`. */
export async function httpsFront(
  { key, cert }: Certificate,
  target: string,
  intercept: Intercept,
): Promise<string> {
  const server = createServer({ key, cert }, (request, response) => {
    if (intercept(request, response)) return;
    const { method, headers } = request;
    forward(`${target}${request.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  return `https://127.0.0.1:${await listen(server)}`;
}
