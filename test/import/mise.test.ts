/** What a mise.toml asks of Go; a line of another shape says nothing. */
import { expect, it } from "vitest";

import { miseSpec } from "../../src/import/mise.ts";

it.each<[toml: string, spec: string | undefined, line?: number]>([
  ['[tools]\ngo = "1.22.5"\n', "1.22.5", 2],
  ["[tools]\r\ngo = '1.22'\r\n", "1.22", 2],
  ['[tools]\nnode = "20"\n"go" = ["1.22", "1.21"]\n', "1.22", 3],
  ['[tools]\ngo = { version = "1.22.5", os = ["linux"] }\n', "1.22.5", 2],
  ['[tools] # of this project\n"core:go" = "prefix:1.20"\n', "1.20", 2],
  ['[tools]\ngolang = "latest"\n', "latest", 2],
  ['[tools.go]\nversion = "1.22.5"\n', "1.22.5", 2],
  ['tools.go = "1.22.5"\n', "1.22.5", 1],
  ['[env]\ngo = "1.22.5"\n', undefined],
  ['[tools]\n# go = "1.22.5"\n', undefined],
  ['[tools]\n"go:golang.org/x/tools/gopls" = "latest"\ngolangci-lint = "1.59"\n', undefined],
  ['[tools]\n[settings]\ngo = "1.22.5"\n', undefined],
  ["[tools]\ngo = 1.22\n", undefined],
  ["", undefined],
])("%j", (toml, spec, line) => {
  expect(miseSpec(toml)).toEqual(spec === undefined ? undefined : { spec, line });
});
