/**
 * What of Go's settings may leave this machine. Pure.
 *
 * Guarantees: users and passwords, queries and fragments of addresses, the words of programs that hold credentials
 * (GOAUTH, GOCACHEPROG), what the linker writes into a program (-X), and whatever is named or looks like a key are
 * `***`. The rest stays as it is, so that two machines can be compared.
 */

const hidden = "***";

/** How a variable is shown; what has no row is as `scrubbed` leaves it. */
const rows: Readonly<Record<string, (value: string) => string>> = {
  GOPROXY: list,
  GOSUMDB: (value) => value.split(" ").map(address).join(" "),
  GOAUTH: (value) => value.split(";").map(command).join(";"),
  GOCACHEPROG: command,
  GOFLAGS: flags,
  // The folder is another one each time.
  GOGCCFLAGS: (value) => scrubbed(value.replaceAll(/\/go-build\d+/g, "/go-build")),
};

/** The value of a variable of Go's environment as it may be shown. */
export function redacted(name: string, value: string): string {
  return (rows[name] ?? scrubbed)(value);
}

/** Any text: addresses without users, passwords and queries; without what is called or looks like a key. */
export function scrubbed(text: string): string {
  return text
    .replaceAll(userinfo, `$1${hidden}@`)
    .replaceAll(/([a-z][a-z0-9+.-]*:\/+[^\s,|?#"']*)[?#][^\s,|"']*/gi, `$1?${hidden}`)
    .replaceAll(/\b(bearer|basic)\s+\S+/gi, `$1 ${hidden}`)
    .replaceAll(
      /([\w.-]*(?:token|secret|passw|passphrase|api_?key|access_?key|private_?key|auth|credential)[\w.-]*(?:["']?\s*[=:]\s*|\s+))("[^"]*"|'[^']*'|[^\s,;|]+)/gi,
      `$1${hidden}`,
    )
    .replaceAll(key, hidden);
}

/** Up to the last @ before the next address: a password may hold commas, slashes and an @ of its own. */
const userinfo = /([a-z][a-z0-9+.-]*:\/+)(?:(?![a-z][a-z0-9+.-]*:\/).)*@/gi;

/** The same of an entry without a scheme: `me:12,34@proxy.example`. */
const bareUserinfo = /(^|[,|]\s*)[^\s:/,|@]*:(?!\/)(?:(?![a-z][a-z0-9+.-]*:\/).)*@/gi;

/** What looks like a key: the prefixes of known ones, a JSON Web Token, a UUID, a PEM block. */
const key =
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|npm_|AKIA|ASIA|hvs\.|dop_v1_|AKC)[\w-]{8,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|-----BEGIN[^]*/g;

/** A word of a path in an address that is a key: long, of letters and digits. */
const keyInPath = /^(?=.*\d)(?=.*[a-z])[\w=+~.%-]{16,}$/i;

function list(value: string): string {
  return value
    .replaceAll(userinfo, `$1${hidden}@`)
    .replaceAll(bareUserinfo, `$1${hidden}@`)
    .split(/([,|])/)
    .map((part) => (part === "," || part === "|" ? part : address(part)))
    .join("");
}

/** An entry of GOPROXY, or a word of GOSUMDB: a name, or an address with a scheme or without. */
function address(entry: string): string {
  const text = entry.trim().replaceAll(userinfo, `$1${hidden}@`);
  if (/^(?:direct|off|[\w.-]*|[\w.-]+\+[\da-f]+\+[\w+/=]+)$/.test(text)) return text;
  const [, scheme = "", authority = "", path = "", query = ""] =
    /^([a-z][a-z0-9+.-]*:\/+)?([^/?#]*)([^?#]*)(.*)$/is.exec(text) ?? [];
  // An authority that ends in no port, as in `https://me:secret`, is one whose rest was cut off.
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const shown = /^(?:[\w.-]*|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host) ? host : hidden;
  const user = authority.includes("@") ? `${hidden}@` : "";
  const inner = path.lastIndexOf("@") < 0 ? path : `/${hidden}`;
  const words = inner.split("/").map((word) => (keyInPath.test(word) ? hidden : word));
  return scrubbed(`${scheme}${user}${shown}${words.join("/")}${query === "" ? "" : `?${hidden}`}`);
}

/** A program's name without its words: `netrc`, `git ***`. */
function command(text: string): string {
  const [program = "", ...words] = text.trim().split(/\s+/);
  const shown = program.includes("=") ? hidden : scrubbed(program);
  return words.length > 0 ? `${shown} ${hidden}` : shown;
}

/** GOFLAGS, split as cmd/internal/quoted does: words between spaces, one may stand between quotes. */
function flags(value: string): string {
  return [...value.matchAll(/'[^']*'?|"[^"]*"?|\S+/g)].map(([flag]) => shownFlag(flag)).join(" ");
}

function shownFlag(flag: string): string {
  const [, quote = "", name = "", rest = ""] =
    /^(['"]?)(--?[a-z][a-z0-9.-]*(?=[='"]|$))(.*)$/s.exec(flag) ?? [];
  if (name === "") return hidden; // Go takes no other word.
  if (/^--?(?:toolexec|exec|vettool)$/.test(name)) return `${quote}${name}=${command(rest.slice(1))}`;
  // All that follows the name of a variable may be its value.
  const shown = rest.replace(/(-X[=\s]+['"]?[^=\s]*=?).*$/s, `$1${hidden}`);
  return `${quote}${name}${scrubbed(shown)}${shown === rest ? "" : quote}`;
}

/** Text in which the home folder is `~`; `homes` are its paths, with links and without. A `~` that is there already is `\~`. */
export function withoutHome(text: string, homes: readonly string[]): string {
  return homes
    .filter((home) => home.startsWith("/") && home !== "/")
    .toSorted((a, b) => b.length - a.length)
    .reduce(
      (all, home) => {
        const quoted = home.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
        // Behind nothing that a path goes on from, or a flag such as -I.
        const before = String.raw`(?:(?<![\w.~/-])|(?<=(?:^|[\s"'=])-[A-Z]))`;
        return all.replaceAll(new RegExp(`${before}${quoted}(?![\\w.-])`, "g"), "~");
      },
      text.replaceAll(/(?<![\w.~/-])~(?=\/|$)/g, String.raw`\~`),
    );
}
