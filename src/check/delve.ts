/** The few words of Delve's JSON-RPC (its documentation, api/json-rpc) that tell that it holds a program. */
import { connect } from "node:net";

/** How long it may take to answer, in ms. */
const patience = 10_000;

/** Asks a headless dlv for the state of its program, then has it end that one; undefined where it doesn't answer. */
export function askDelve(port: number, signal: AbortSignal): Promise<{ pid: number } | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: patience });
    let [text, pid] = ["", 0];
    const end = (): void => {
      signal.removeEventListener("abort", end);
      socket.destroy();
      resolve(pid > 0 ? { pid } : undefined);
    };
    const send = (id: number, method: string, parameter: object): void =>
      void socket.write(`${JSON.stringify({ id, method: `RPCServer.${method}`, params: [parameter] })}\n`);
    signal.addEventListener("abort", end, { once: true });
    for (const name of ["error", "timeout", "close"] as const) socket.on(name, end);
    socket.on("connect", () => send(1, "State", { NonBlocking: true }));
    socket.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      if (pid > 0) return /"id":2\b/.test(text) ? end() : undefined;
      const [, found] = /"Pid":(\d+)/.exec(text) ?? [];
      if (found === undefined) return text.includes("\n") ? end() : undefined;
      pid = Number(found);
      send(2, "Detach", { Kill: true });
    });
  });
}
