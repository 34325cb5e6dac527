/** The integrations of `gv ide`, in the order in which it names them; a file each. */
import { devcontainer } from "./devcontainer.ts";
import { direnv } from "./direnv.ts";
import { github } from "./github.ts";
import { goland } from "./goland.ts";
import type { Integration } from "./integration.ts";
import { vscode } from "./vscode.ts";

export const integrations: readonly Integration[] = [vscode, goland, direnv, devcontainer, github];
