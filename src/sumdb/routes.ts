/**
 * Over which server a checksum database is reached, and where what was read of it is kept.
 * Whatever the route, the key and the tree prove the answer.
 *
 * As the go command does (cmd/go/internal/modfetch/sumdb.go, design 25530): the first proxy of GOPROXY that
 * answers /sumdb/<name>/supported, else the database itself; an address in GOSUMDB alone. Unlike it, gv goes on to the next route
 * after any failure, and to the database's own addresses even where GOPROXY doesn't reach `direct`: a
 * route is no policy about what may be installed, and without one nothing can be proven. So GOSUMDB=sum.golang.google.cn,
 * another name of the public database, says where to ask first.
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Context } from "../context.ts";
import { GvError, systemCode } from "../errors.ts";
import { diskError } from "../disk-error.ts";
import { makeFolder, writeAtomically } from "../files.ts";
import { ownSetting } from "../goenv.ts";
import { type Proxy, type ProxyList, showProxy, turnOf } from "../goproxy.ts";
import { askInTurn } from "../in-turn.ts";
import { withLock } from "../lock.ts";
import { readProxyFile } from "../proxy-file.ts";
import type { Log } from "./log.ts";
import {
  type Database,
  databaseId,
  defaultDatabase,
  defaultDatabaseInChina,
  parseGosumdb,
} from "./database.ts";

/**
 * The database that GOSUMDB names in the environment or the user's go/env, else sum.golang.org. Unlike the go
 * command, gv doesn't let a Go on PATH say in its go.env who is to be believed about it.
 */
export function databaseInForce(ctx: Context): Database {
  return parseGosumdb(ownSetting(ctx, "GOSUMDB")?.value ?? "");
}

interface Route {
  readonly proxy: Proxy;
  /** What comes before the database's own paths, below the proxy's address. */
  readonly base: string;
  /** A proxy must say that it serves the database; the database itself, and a cache of it, need not. */
  readonly probe: boolean;
}

/**
 * The log of a database, over the first route that answers. Its `fetch` throws NO_CHECKSUM_DATABASE when
 * none does, naming each route and what it said. Without `keep` nothing of it is read from disk, or written.
 */
export function openLog(ctx: Context, database: Database, list: ProxyList, keep = true): Log {
  let routes = routesTo(ctx, database, list);
  const failures: string[] = [];
  const unserved: string[] = [];
  const usable = new Map<Route, Promise<boolean>>();
  const folder = databaseId(database);
  const kept = join(ctx.root.sumdb, folder);

  async function answers(route: Route, onAnswer?: () => void): Promise<boolean> {
    if (!route.probe) return true;
    // Whoever else asks for this route waits for the same word: it goes on when another route is faster.
    const asking: Context = onAnswer ? { ...ctx, onAnswer } : ctx;
    if ((await readProxyFile(asking, route.proxy, `${route.base}supported`)) !== undefined) return true;
    unserved.push(`${showProxy(route.proxy)} doesn't serve it`);
    return false;
  }

  async function fetch(path: string): Promise<Uint8Array | undefined> {
    const missing: string[] = [];
    let isFinal = !path.startsWith("lookup/"); // A part of a tile may be gone where the log is.
    const turns = routes.map((route) => ({
      ...turnOf(route.proxy),
      place: route,
      fallBackOn: "any" as const,
    }));
    const found = await askInTurn(ctx, turns, async (inner, route) => {
      try {
        if (!usable.has(route)) usable.set(route, answers(route, inner.onAnswer));
        if (await usable.get(route)) {
          const answer = await readProxyFile(inner, route.proxy, route.base + path);
          if (answer) return { route, answer };
          // Another route may have it: a proxy can hide a record, but not make one up.
          if (!route.proxy.isCache) missing.push(`${showProxy(route.proxy)} has no ${path}`);
          isFinal ||= route.proxy.direct;
          return undefined;
        }
      } catch (error) {
        if (!(error instanceof GvError) || error.code === "INTERRUPTED") throw error;
        if (routes.includes(route)) failures.push(error.message);
      }
      routes = routes.filter((other) => other !== route);
      return undefined;
    });
    if (found) return found.answer;
    // That the log has no record is the database's own word, or else that of all routes.
    if (missing.length > 0 && (isFinal || failures.length === 0)) return undefined;
    throw new GvError("NO_CHECKSUM_DATABASE", `the checksum database ${database.name} can't be reached`, {
      hint: [
        ...missing,
        ...unserved,
        ...failures,
        "Without it nothing can be proven, and gv installs nothing unproven.",
        "GOPROXY=https://goproxy.cn,direct gv install ...   reaches it over a proxy that serves it",
      ].join("\n"),
    });
  }

  if (!keep)
    return {
      fetch,
      load: () => Promise.resolve(undefined),
      save: () => Promise.resolve(),
      alone: (work) => work(),
    };
  return {
    fetch,
    load: async (name) => {
      try {
        return await readFile(join(kept, name));
      } catch (error) {
        if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
        throw diskError(error, join(kept, name));
      }
    },
    save: async (name, data) => {
      makeFolder(dirname(join(kept, name)));
      writeAtomically(join(kept, name), data);
    },
    alone: (work) => withLock(ctx, `sumdb-${folder.replaceAll("/", "-")}`, work),
  };
}

function routesTo(ctx: Context, database: Database, list: ProxyList): Route[] {
  const { url } = database;
  if (url !== undefined && database !== defaultDatabaseInChina) return [itself(url)];
  const proxies = list.proxies.filter((proxy) => !proxy.direct);
  const own = database.name === defaultDatabase.name ? ctx.origins.sumdb : [`https://${database.name}`];
  return [
    ...(url === undefined ? [] : [itself(url)]),
    ...proxies.map((proxy) => ({ proxy, base: `sumdb/${database.name}/`, probe: !proxy.isCache })),
    ...own.filter((address) => address !== url).map(itself),
  ];
}

function itself(address: string): Route {
  const place = { fallBackOn: "any", direct: true } as const;
  const proxy: Proxy = address.startsWith("file:")
    ? { ...place, kind: "file", address: fileURLToPath(address) }
    : { ...place, kind: "http", address };
  return { proxy, base: "", probe: false };
}
