/**
 * Which checksum database GOSUMDB means: its name, its key, and its address if one is given. Pure.
 *
 * Follows https://go.dev/ref/mod#checksum-database and dbDial in cmd/go/internal/modfetch/sumdb.go.
 * Guarantees: the key is well formed and its name is host[/path] without a `.` or `..`, fit for a folder.
 */
import { GvError } from "../errors.ts";
import { newVerifier } from "./note.ts";

/** A checksum database. Without `url` it is reached through the module proxies, else at https://<name>. */
export interface Database {
  readonly name: string;
  /** The verifier key `name+hash+base64`. */
  readonly key: string;
  readonly url?: string;
}

/** The public database; its key is in cmd/go/internal/modfetch/key.go. */
export const defaultDatabase: Database = {
  name: "sum.golang.org",
  key: "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
};

/** The same database at the address that is reachable in mainland China. */
export const defaultDatabaseInChina: Database = {
  ...defaultDatabase,
  url: "https://sum.golang.google.cn",
};

const known = new Map([
  ["sum.golang.org", defaultDatabase],
  ["sum.golang.google.cn", defaultDatabaseInChina],
]);

/** Its name, and for one whose key is not in this package the key's hash: another key, another history. */
export function databaseId({ name, key }: Database): string {
  return key === defaultDatabase.key ? name : `${name}+${key.split("+")[1]}`;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*(?::\d+)?(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/**
 * Reads a value of GOSUMDB: `name`, `name+hash+key`, either of them with an address after it, or `off`.
 *
 * `off` and an empty value mean the default database here: a toolchain is proven, with the key in this
 * package, also where GOSUMDB=off is set for the modules of a project (the go command refuses to download
 * a toolchain then). Throws BAD_GOSUMDB for a name without a known key, a bad key, name or address.
 */
export function parseGosumdb(gosumdb: string): Database {
  const [first = "off", address, ...rest] = gosumdb.split(/\s+/).filter((word) => word !== "");
  if (rest.length > 0)
    throw bad("GOSUMDB has more than two words", "write a name or key, then at most an address");
  if (first === "off" && address === undefined) return defaultDatabase;
  const database = known.get(first) ?? databaseOfKey(first);
  return address === undefined ? database : { ...database, url: checkedAddress(address) };
}

function databaseOfKey(key: string): Database {
  if (!key.includes("+"))
    throw bad(
      `GOSUMDB names the checksum database ${key}, whose key is not known`,
      "write it as name+hash+key, as the keeper of that database publishes it",
    );
  const { name } = newVerifier(key);
  if (!namePattern.test(name))
    throw bad(`${JSON.stringify(name)} cannot be the name of a checksum database`, "it must be host[/path]");
  return { name, key };
}

/** The address without a slash at its end. It may hold a password, so no error repeats it. */
function checkedAddress(address: string): string {
  if (!URL.canParse(address) || !["https:", "http:", "file:"].includes(new URL(address).protocol))
    throw bad(
      "the second word of GOSUMDB is not an address",
      "it must start with https://, http:// or file://",
    );
  return address.replace(/\/+$/, "");
}

function bad(message: string, hint: string): GvError {
  return new GvError("BAD_GOSUMDB", message, { hint });
}
