/** Servers on 127.0.0.1 that answer as a test says, and end with it. */
import { createServer, type RequestListener, type Server } from "node:http";

import { onTestFinished } from "vitest";

/** Starts one and gives its address, without a final slash. */
export async function serve(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(answer))}`;
}

/** Starts any server on a free port, until the test is over. */
export async function listen(
  server: Pick<Server, "listen" | "address" | "close" | "closeAllConnections">,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
