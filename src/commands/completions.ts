/** gv completions: the script that completes gv in a shell. */
import { type CompletionShell, completionScript } from "../completions.ts";
import type { Context } from "../context.ts";

export async function completions(ctx: Context, shell: CompletionShell): Promise<void> {
  ctx.stdout.write(completionScript(ctx, shell));
}
