/** gv ide vscode: the settings of VS Code's Go extension. */
import type { Integration } from "./integration.ts";

export const vscode: Integration = {
  name: "vscode",
  title: "VS Code and what is made from it: the Go extension's settings, debugging, tasks",
  takes: ["user", "remote", "container", "large"],
  plan: () => Promise.resolve({ changes: [] }),
};
