/** The network: what each entry of GOPROXY serves, how fast, and whether the checksum database can be reached. */
import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { change } from "../doctor/settings.ts";
import { GvError } from "../errors.ts";
import { goSetting } from "../goenv.ts";
import { showProxy } from "../goproxy.ts";
import { display } from "../http.ts";
import { withoutCredentials } from "../proxy-list.ts";
import { databaseInForce } from "../sumdb/routes.ts";
import { answers, ask, type Entry, listHere, listOf, problemOf, reasonOf } from "./network/entries.ts";

/** Slower than this is felt: in ms. */
const slow = 2000;

const everyGo = "every go command and gv, from the next one on";

export const network: readonly Check[] = [
  {
    id: "goproxy-reachable",
    severity: "error",
    title: "each entry of GOPROXY answers",
    why: "what is to be had there alone can't be downloaded; and go stops at an entry that fails, unless a | stands behind it",
    cost: "network",
    async find(machine) {
      const entries = await answers(machine);
      const isServed = entries.some(({ list }) => list.status === 200);
      const named = entries.filter(({ proxy }) => !proxy.direct);
      return [
        ...named.flatMap((entry, i): Finding[] => {
          const problem = problemOf(entry);
          if (problem === undefined) return [];
          const isLast = i === entries.length - 1;
          const isGoneOn = entry.proxy.fallBackOn === "any" && !isLast;
          return [
            {
              fact: `${showProxy(entry.proxy)}, entry ${i + 1} of GOPROXY: ${problem.fact}`,
              ...withHelp(isLast || isGoneOn ? usualProxy : goingOn(machine, i), problem.help),
              ...(isGoneOn ? { severity: "warning" as const } : {}),
            },
          ];
        }),
        ...direct(
          entries.filter(({ proxy }) => proxy.direct),
          isServed,
        ),
      ];
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
      const list = await listHere(machine);
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
          .filter(({ kind, direct: isDirect }) => kind === "http" && !isDirect)
          .map(({ address }) => `${address}/sumdb/${name}/supported`),
        ...ctx.origins.sumdb.map((base) => `${base}/latest`),
      ];
      const asked = await Promise.all(routes.map((address) => ask(ctx, address)));
      if (routes.length === 0 || asked.some(({ status }) => status === 200)) return [];
      const said = asked.map(({ status, failure }, i) => {
        const address = routes[i] ?? "";
        return `${display(address)}: ${failure ? reasonOf(failure, address) : status}`;
      });
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
            fix: `unset ${name} ${name.toLowerCase()}`,
            help: `or give it one: export ${name}=http://host:port`,
            reach: "this shell; new ones by the profile",
          },
        ];
      }),
  },
];

/** What `direct` stands for, where none of it answers: either is enough. */
function direct(entries: readonly Entry[], isServed: boolean): Finding[] {
  const problems = entries.map((entry) => problemOf(entry)?.fact);
  if (entries.length === 0 || problems.includes(undefined)) return [];
  const names = entries.map(({ proxy }) => new URL(proxy.address).host).join(" and ");
  const fact = `direct, the last entry of GOPROXY: ${names} can't be reached (${[...new Set(problems)].join("; ")})`;
  return [
    isServed
      ? {
          fact,
          help: "no release is missed for it while the entries before it answer; what only they refuse is not to be had",
          severity: "note",
        }
      : { fact, ...usualProxy },
  ];
}

const usualProxy = { fix: "gv setup --proxy cn", reach: everyGo };

type Remedy = Pick<Finding, "fix" | "help" | "reach">;

/** What mends it, and what the failure itself has to say. */
function withHelp(remedy: Remedy, more: string | undefined): Remedy {
  const words = [remedy.help, more].filter((one) => one !== undefined);
  return { ...remedy, help: words.join("; ") || undefined };
}

/** The line by which go goes on to the next entry when this one fails. */
function goingOn(machine: Machine, index: number): Remedy {
  const setting = goSetting(machine.ctx, "GOPROXY");
  if (setting === undefined || withoutCredentials(setting.value) !== setting.value) return usualProxy;
  let entry = -1;
  const value = setting.value.replaceAll(/([^,|]+)([,|]|$)/g, (whole, text: string, separator: string) =>
    text.trim() !== "" && ++entry === index && separator === "," ? `${text}|` : whole,
  );
  return change(machine, "GOPROXY", setting, value);
}
