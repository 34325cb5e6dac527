/** What is wrong with a network, in words: the connection, the certificate, the proxy; and the line to type. */
import type { PeerCertificate } from "node:tls";

import { GvError, systemCode } from "./errors.ts";
import { type Patience, seconds } from "./patience.ts";

const usualHint =
  "check the network, HTTPS_PROXY and GOPROXY (go env GOPROXY); gv takes any module proxy, since it proves what it gets";

/** Why there is no connection, where gv knows more than the system's code says; `message` is the reason. */
export class NoConnection extends Error {
  readonly hint: string | undefined;

  constructor(reason: string, options: { hint?: string; cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.hint = options.hint;
  }
}

/** What an error of a request to `address`, which may be printed, is to a person: NETWORK, or INTERRUPTED. */
export function networkError(address: string, error: unknown, patience: Patience): GvError {
  if (error instanceof GvError) return error;
  if (error instanceof Error && error.name === "AbortError") return new GvError("INTERRUPTED", "interrupted");
  const hint = error instanceof NoConnection ? error.hint : undefined;
  return new GvError("NETWORK", `${address}: ${reasonOf(error, patience)}`, {
    hint: hint ?? usualHint,
    cause: error,
  });
}

/** The reason alone. */
export function reasonOf(error: unknown, patience: Patience): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOTFOUND: "no such host",
    EAI_AGAIN: "the name can't be looked up now",
    ECONNREFUSED: "nothing answers there",
    ECONNRESET: "the connection was cut",
    UND_ERR_SOCKET: "the connection was cut",
    UND_ERR_HEADERS_TIMEOUT: `no answer within ${seconds(patience.answer)}`,
    UND_ERR_BODY_TIMEOUT: `nothing arrived for ${seconds(patience.silence)}`,
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "it sent another number of bytes than it said",
  };
  return reasons[systemCode(error) ?? ""] ?? (error instanceof Error ? error.message : String(error));
}

/**
 * The same error, or where TLS refused the certificate that `host` showed, one that names it: whose it is, who
 * issued it, until when it holds.
 */
export function certificateError(error: Error, host: string, shown: PeerCertificate | undefined): Error {
  const code = systemCode(error) ?? "";
  if (!shown || !/^CERT_|_CERT_|CERT$|SIGNATURE$/.test(code)) return error;
  const whose = `${nameOf(shown.subject)}, issued by ${nameOf(shown.issuer)}`;
  const [from, to] = [dayOf(shown.valid_from), dayOf(shown.valid_to)];
  const because = (reason: string, hint: string): Error => new NoConnection(reason, { hint, cause: error });
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return because(
        `the certificate of ${host} has expired: it was valid until ${to} (${whose})`,
        "who runs that server must renew it; is this machine's clock right? date",
      );
    case "CERT_NOT_YET_VALID":
      return because(
        `the certificate of ${host} isn't valid before ${from} (${whose})`,
        "is this machine's clock right? date",
      );
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return because(
        `the certificate there is not for ${host}, but for ${namesOf(shown)} (${whose})`,
        "the address is wrong, or something in between answers for it: go env GOPROXY",
      );
    default:
      return because(
        `the certificate of ${host} is from nobody that Node trusts (${whose})`,
        "if it is your company's authority:  export NODE_EXTRA_CA_CERTS=/path/to/its.pem\n" +
          "SSL_CERT_FILE alone is read by Go, not by Node; if it isn't yours, something in between reads along",
      );
  }
}

/** `CN=localhost, O=gv`, as far as a certificate says it. */
function nameOf(name: PeerCertificate["subject"] | undefined): string {
  const parts = Object.entries(name ?? {}).map(([key, value]) => `${key}=${[value].flat().join("+")}`);
  return parts.length > 0 ? parts.join(", ") : "no name";
}

/** Certificates of a provider have hundreds of names: this many are told. */
const mostNames = 5;

/** The names that a certificate is for: `DNS:a.example, DNS:b.example and 98 more`. */
function namesOf({ subjectaltname, subject }: PeerCertificate): string {
  if (subjectaltname === undefined) return nameOf(subject);
  const names = subjectaltname.split(", ");
  const more = names.length - mostNames;
  return more > 0 ? `${names.slice(0, mostNames).join(", ")} and ${more} more` : subjectaltname;
}

function dayOf(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
