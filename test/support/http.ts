/** Servers on 127.0.0.1 that answer as a test says, and end with it. */
import { createServer, type RequestListener } from "node:http";
import type { Server as NetServer } from "node:net";

import { onTestFinished } from "vitest";

/** Starts one and gives its address, without a final slash. */
export async function serve(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(answer))}`;
}

/** Starts any server on a free port, until the test is over; who makes one of node:net ends its connections. */
export async function listen(
  server: Pick<NetServer, "address" | "close"> & {
    listen(port: number, host: string, done: () => void): unknown;
    closeAllConnections?(): void;
  },
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections?.();
      }),
  );
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
