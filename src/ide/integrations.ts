/** The integrations of `gv ide`, in the order in which it names them; a file each. */
import { devcontainer } from "./devcontainer.ts";
import { github } from "./github.ts";
import type { Integration } from "./integration.ts";
import { vscode } from "./vscode.ts";

export const integrations: readonly Integration[] = [vscode, devcontainer, github];
