/** The network: what each entry of GOPROXY serves, how fast, and whether the checksum database can be reached. */
import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { GvError } from "../errors.ts";
import { type Proxy, proxyList, type ProxyList, showProxy } from "../goproxy.ts";
import { display, get } from "../http.ts";
import { statOf } from "../read.ts";
import { databaseInForce } from "../sumdb/routes.ts";
import { toolchainModule } from "../toolchain.ts";

/** What came of asking one address. */
interface Answered {
  readonly status: number | undefined;
  readonly failure: GvError | undefined;
  /** Until its headers came. */
  readonly ms: number;
}

/** Slower than this is felt: in ms. */
const slow = 2000;

const everyGo = "every go command and gv, from the next one on";

export const network: readonly Check[] = [
  {
    id: "goproxy-readable",
    severity: "error",
    title: "GOPROXY is a list that can be read",
    why: "neither go nor gv downloads anything with it",
    find: ({ ctx }) => {
      const list = listOf(ctx);
      return list instanceof GvError ? [{ fact: list.message, fix: list.hint ?? "go env -u GOPROXY" }] : [];
    },
  },
  {
    id: "goproxy-reachable",
    severity: "error",
    title: "each entry of GOPROXY answers",
    why: "go stops at an entry that fails, unless a | stands behind it",
    cost: "network",
    async find(machine) {
      const entries = await answers(machine);
      return entries.flatMap(({ proxy, list }, i): Finding[] => {
        const { status, failure } = list;
        const isGoneOn = proxy.fallBackOn === "any" && i < entries.length - 1;
        const what = failure?.message ?? (status === 403 || status === 401 ? `answers ${status}` : undefined);
        if (what === undefined) return [];
        return [
          {
            fact: `${showProxy(proxy)}: ${what}`,
            fix: failure?.hint ?? "go env -w GOPROXY=https://goproxy.cn,direct",
            reach: everyGo,
            severity: isGoneOn || proxy.direct ? "warning" : "error",
          },
        ];
      });
    },
  },
  {
    id: "goproxy-slow",
    severity: "note",
    title: "each entry of GOPROXY answers soon",
    why: "every module that is not in the cache waits for it",
    cost: "network",
    find: async (machine) =>
      (await answers(machine)).flatMap(({ proxy, list: { ms, failure } }): Finding[] =>
        failure !== undefined || ms < slow
          ? []
          : [
              {
                fact: `${showProxy(proxy)} took ${(ms / 1000).toFixed(1)} s to begin its answer`,
                fix: "gv setup --proxy LIST",
                help: "a LIST with a nearer one first",
                reach: everyGo,
              },
            ],
      ),
  },
  {
    id: "goproxy-toolchains",
    severity: "warning",
    title: "GOPROXY serves golang.org/toolchain",
    why: "gv installs from there, and the go command switches to what it serves",
    cost: "network",
    async find(machine) {
      const entries = await answers(machine);
      const isServed = entries.some(({ list: { status } }) => status === 200);
      const isDown = entries.some(({ list: { failure } }) => failure !== undefined);
      const list = listOf(machine.ctx);
      if (isServed || isDown || entries.length === 0 || list instanceof GvError) return [];
      const said = entries.map(({ proxy, list: { status } }) => `${showProxy(proxy)} ${status}`).join(", ");
      return [
        {
          fact: `no entry of GOPROXY=${list.text} (${list.origin}) has the list of toolchains: ${said}`,
          fix: "gv setup --proxy cn",
          help: "or ask whoever runs that proxy to allow golang.org/toolchain",
          reach: everyGo,
        },
      ];
    },
  },
  {
    id: "checksum-database",
    severity: "error",
    title: "the checksum database can be reached",
    why: "nothing can be proven without it, and gv installs nothing unproven",
    cost: "network",
    async find({ ctx }) {
      const list = listOf(ctx);
      if (list instanceof GvError) return [];
      const { name } = databaseInForce(ctx);
      const routes = [
        ...list.proxies
          .filter(({ kind }) => kind === "http")
          .map(({ address }) => `${address}/sumdb/${name}/supported`),
        ...ctx.origins.sumdb.map((base) => `${base}/latest`),
      ];
      const asked = await Promise.all(routes.map((address) => ask(ctx, address)));
      if (routes.length === 0 || asked.some(({ status }) => status === 200)) return [];
      const said = asked.map(
        ({ status, failure }, i) => `${display(routes[i] ?? "")} ${status ?? failure?.message}`,
      );
      return [
        {
          fact: `no route to ${name}: ${said.join("; ")}`,
          fix: "gv setup --proxy cn",
          help: "that is goproxy.cn, which passes the database on",
          reach: everyGo,
        },
      ];
    },
  },
  {
    id: "proxy-variables",
    severity: "warning",
    title: "HTTP_PROXY, HTTPS_PROXY and NO_PROXY agree",
    why: "one program goes through the proxy and another doesn't, or all wait for one that is not there",
    find: ({ ctx: { env } }) =>
      ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name): Finding[] => {
        const [upper, lower] = [env[name], env[name.toLowerCase()]];
        if (upper && lower && upper !== lower)
          return [
            {
              fact: `${name} and ${name.toLowerCase()} differ: curl and gv take the second, some programs the first`,
              fix: `unset ${name}`,
              help: "and take out the line in your profile that sets it",
              reach: "this shell; new ones by the profile",
            },
          ];
        const value = upper ?? lower;
        if (name === "NO_PROXY" || !value || URL.canParse(value.includes("://") ? value : `http://${value}`))
          return [];
        return [
          {
            fact: `${name} holds no address of a proxy`,
            fix: `export ${name}=http://host:port`,
            reach: "this shell; new ones by the profile",
          },
        ];
      }),
  },
];

function listOf(ctx: Context): ProxyList | GvError {
  try {
    return proxyList(ctx);
  } catch (error) {
    if (error instanceof GvError) return error;
    throw error;
  }
}

/** What each entry says of the list of toolchains. */
function answers(machine: Machine): Promise<{ readonly proxy: Proxy; readonly list: Answered }[]> {
  return machine.once("proxies", async () => {
    const list = listOf(machine.ctx);
    if (list instanceof GvError) return [];
    return Promise.all(
      list.proxies.map(async (proxy) => {
        const path = `${proxy.address}/${toolchainModule}/@v/list`;
        if (proxy.kind === "http") return { proxy, list: await ask(machine.ctx, path) };
        const status = statOf(path) ? 200 : statOf(proxy.address) ? 404 : undefined;
        const failure =
          status === undefined
            ? new GvError("NETWORK", "it is no folder", { hint: "go env -w GOPROXY=..." })
            : undefined;
        return { proxy, list: { status, failure, ms: 0 } };
      }),
    );
  });
}

async function ask(ctx: Context, address: string): Promise<Answered> {
  const began = performance.now();
  const time = (): number => performance.now() - began;
  try {
    const answer = await get(ctx, address);
    answer.discard();
    return { status: answer.status, failure: undefined, ms: time() };
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
    return { status: undefined, failure: error, ms: time() };
  }
}
