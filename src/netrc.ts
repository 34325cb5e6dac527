/**
 * The credentials that ~/.netrc has for a server, read as the go command reads it (cmd/go/internal/auth, netrc.go):
 * for https alone, from $NETRC where that is set, and not with GOAUTH=off. Other kinds of GOAUTH are the go
 * command's own.
 */
import { join } from "node:path";

import type { Context } from "./context.ts";
import { goSetting } from "./goenv.ts";
import { textOf } from "./read.ts";

interface Machine {
  readonly machine: string;
  readonly login: string;
  readonly password: string;
}

/** The address with the credentials of its machine, unless it has some of its own; the first entry of a name counts. */
export function withNetrc(ctx: Context, address: URL): URL {
  if (address.protocol !== "https:" || address.username !== "" || address.password !== "") return address;
  const text = textOf(ctx.env["NETRC"] || join(ctx.home, ".netrc"));
  if (text === undefined || !usesNetrc(ctx)) return address;
  const place = `${address.host}${address.pathname}`;
  const fits = parseNetrc(text).filter(({ machine }) => `${place}/`.startsWith(`${machine}/`));
  const [best] = fits.toSorted((a, b) => b.machine.length - a.machine.length);
  const url = new URL(address);
  if (best) {
    url.username = encodeURIComponent(best.login);
    url.password = encodeURIComponent(best.password);
  }
  return url;
}

function usesNetrc(ctx: Context): boolean {
  const { value } = goSetting(ctx, "GOAUTH") ?? { value: "netrc" };
  return value.split(";").some((command) => command.trim().split(/\s+/)[0] === "netrc");
}

/** Its machines that have a login and a password: of `default`, and behind it, the go command takes none. */
export function parseNetrc(text: string): Machine[] {
  const found: Machine[] = [];
  let [machine, login, password] = ["", "", ""];
  let isMacro = false;
  for (const line of text.split("\n")) {
    if (isMacro) {
      isMacro = line !== "";
      continue;
    }
    const fields = line.split(/\s+/).filter((field) => field !== "");
    let i = 0;
    for (; i + 1 < fields.length; i += 2) {
      const value = fields[i + 1] ?? "";
      if (fields[i] === "machine") [machine, login, password] = [value, "", ""];
      else if (fields[i] === "login") login = value;
      else if (fields[i] === "password") password = value;
      else if (fields[i] === "macdef") isMacro = true;
      if (machine === "" || login === "" || password === "") continue;
      found.push({ machine, login, password });
      [machine, login, password] = ["", "", ""];
    }
    if (fields[i] === "default") break;
  }
  return found;
}
