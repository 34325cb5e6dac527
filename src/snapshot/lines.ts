/**
 * The lines that are typed against a difference, where the second snapshot was taken, so that it is as the first. Pure.
 *
 * Guarantees: what a snapshot says is quoted for sh, since its file may be a stranger's.
 */
import { quote } from "../shim-conf.ts";
import type { Pair } from "./field.ts";

/** By the last of its name in a place, such as `paths.GOPATH.0.free`. */
export const beside = ({ place, second }: Pair, name: string) => second.get(place.replace(/[^.]*$/, name));

/** Gives a variable of Go's the value that the first one has, there where the second one has it from. */
export function settle({ place, want, first, second }: Pair): string {
  const name = place.slice("env.".length);
  const setter = String(second.get(`set.${name}`) ?? "");
  const isFish = String(second.get("start.chain")).startsWith("fish");
  const inEnvironment = setter === "environment";
  const isSet = first.has(`set.${name}`);
  if (!isSet && inEnvironment)
    return `${isFish ? "set -e" : "unset"} ${name}   and take it out of the file that sets it`;
  if (!isSet && setter.startsWith(`${second.get("env.GOENV")}, line`)) return `go env -u ${name}`;
  if (!isSet && setter === "") return "gv doctor   asks this machine"; // Go's default on both sides.
  if (String(want).includes("***")) return `go env -w ${name}=...   by hand: a part of it is in no snapshot`;
  const value = quotedPath(String(want ?? ""));
  if (!inEnvironment) return `go env -w ${name}=${value}`;
  return isFish ? `set -gx ${name} ${value}` : `export ${name}=${value}`;
}

/** A value for sh; `~/` of a snapshot is the home of whoever types it. */
export function quotedPath(value: string): string {
  return value.startsWith("~/") ? `"$HOME"/${quoted(value.slice(2))}` : quoted(value);
}

function quoted(value: string): string {
  return /^[\w.:/,@%+=-]+$/.test(value) ? value : quote(value);
}

export function chooseVersion({ first }: Pair): string {
  const name = first.get("version.name");
  if (first.get("version.kind") === "system") return "gv local system";
  return typeof name === "string" ? `gv use ${quotedPath(name)}` : "gv use latest";
}

export function chooseRelease({ want }: Pair): string {
  const version = /^go(\d[\w.]*)/.exec(String(want))?.[1];
  return version === undefined ? "gv doctor   asks this machine" : `gv use ${version}`;
}

export function putFirst({ second }: Pair): string {
  const by = second.get("start.by");
  return by === "desktop" || by === "editor"
    ? "gv setup --gui   then start that program anew"
    : "gv setup   then a new shell";
}

export function installTool({ place, first }: Pair): string {
  const name = place.split(".")[1] ?? "";
  const version = first.get(`programs.${name}.version`);
  return `gv tools install ${name}${typeof version === "string" ? `@${quotedPath(version)}` : ""}`;
}
