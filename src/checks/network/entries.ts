/**
 * What each entry of GOPROXY says of the list of toolchains, and why one says nothing.
 *
 * Guarantees: asked once for all checks, side by side, and each for no longer than its own time.
 */
import type { Context } from "../../context.ts";
import type { Machine } from "../../doctor/machine.ts";
import { settingHere } from "../../doctor/settings.ts";
import { GvError } from "../../errors.ts";
import type { Setting } from "../../goenv.ts";
import { type Proxy, proxyList, type ProxyList } from "../../goproxy.ts";
import { display, get } from "../../http.ts";
import { statOf } from "../../read.ts";
import { toolchainModule } from "../../toolchain.ts";

/** What came of asking one address. */
interface Answered {
  readonly status: number | undefined;
  readonly failure: GvError | undefined;
  /** Until its headers came. */
  readonly ms: number;
}

/** An entry of GOPROXY, and what it says of the list of toolchains. */
export interface Entry {
  readonly proxy: Proxy;
  readonly list: Answered;
}

/** What is wrong with an entry; undefined where it answers, also that it hasn't got that. */
export function problemOf({
  proxy,
  list: { status, failure },
}: Entry): { fact: string; help?: string } | undefined {
  if (failure) {
    const help = failure.hint === undefined ? {} : { help: failure.hint };
    return { fact: reasonOf(failure, listAt(proxy)), ...help };
  }
  if (status === 401)
    return {
      fact: "it answers 401: it wants a name and a password",
      help: "gv and go read them in ~/.netrc",
    };
  if (status === 403)
    return {
      fact: `it answers 403 for ${toolchainModule}`,
      help: "that is somebody's rule: ask whoever runs it",
    };
  return undefined;
}

/** Why an address can't be had, without the address. */
export function reasonOf(failure: GvError, address: string): string {
  const start = `${URL.canParse(address) ? display(address) : address}: `;
  return failure.message.startsWith(start) ? failure.message.slice(start.length) : failure.message;
}

/** The list that gv asks, or why it can't be read; or that of `setting`. */
export function listOf(ctx: Context, setting?: Setting): ProxyList | GvError {
  try {
    return proxyList(ctx, setting);
  } catch (error) {
    if (error instanceof GvError) return error;
    throw error;
  }
}

function listAt({ address }: Proxy): string {
  return `${address}/${toolchainModule}/@v/list`;
}

/** The list that the go in force here asks: without a GOPROXY of the user's, what is built into that go. */
export async function listHere(machine: Machine): Promise<ProxyList | GvError> {
  return listOf(machine.ctx, await settingHere(machine, "GOPROXY"));
}

/** What each entry of it says of the list of toolchains. */
export function answers(machine: Machine): Promise<readonly Entry[]> {
  return machine.once("proxies", async () => {
    const list = await listHere(machine);
    if (list instanceof GvError) return [];
    return Promise.all(
      list.proxies.map(async (proxy) => {
        const path = listAt(proxy);
        if (proxy.kind === "http") return { proxy, list: await ask(machine.ctx, path) };
        const status = statOf(path) ? 200 : statOf(proxy.address) ? 404 : undefined;
        const failure =
          status === undefined
            ? new GvError("NETWORK", "it is no folder", { hint: "go env GOPROXY" })
            : undefined;
        return { proxy, list: { status, failure, ms: 0 } };
      }),
    );
  });
}

/** In ms, and less than a check may take: whoever doesn't answer by then is told, and not waited for. */
const patience = { connection: 5000, answer: 8000, comeAgain: { longest: 0, times: 0 } };

/** Asks one address, and takes no body. */
export async function ask(ctx: Context, address: string): Promise<Answered> {
  const began = performance.now();
  const time = (): number => performance.now() - began;
  try {
    const answer = await get({ ...ctx, patience: { ...ctx.patience, ...patience } }, address);
    answer.discard();
    return { status: answer.status, failure: undefined, ms: time() };
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
    return { status: undefined, failure: error, ms: time() };
  }
}
