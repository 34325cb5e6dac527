/** src/near.ts: what somebody may have meant. */
import { describe, expect, it } from "vitest";

import { didYouMean, nearest } from "../src/near.ts";

describe("the nearest names", () => {
  it.each<[mistake: string, typed: string, names: string[], near: string[]]>([
    ["a letter is missing", "instal", ["install", "uninstall"], ["install"]],
    ["a letter too many", "1.22.55", ["1.22.5", "1.22.12", "1.25.5"], ["1.22.5"]],
    ["another letter", "goplz", ["gopls", "dlv"], ["gopls"]],
    ["two have changed places", "asfd", ["asdf", "gvm"], ["asdf"]],
    ["... which is one mistake", "amd46", ["amd64", "amd99"], ["amd64"]],
    ["... and not three", "dvl", ["dlv"], ["dlv"]],
    ["upper case", "VSCode", ["vscode", "goland"], ["vscode"]],
    ["a beginning", "dev", ["vscode", "devcontainer"], ["devcontainer"]],
    ["the words in another order", "path-shms", ["shims-on-path", "path-entries"], ["shims-on-path"]],
    ["several that are alike", "1.22.6", ["1.22.5", "1.22.7", "1.21.13"], ["1.22.5", "1.22.7"]],
    ["of these, those that begin alike", "bsh", ["bash", "ksh", "csh", "ash"], ["bash"]],
    ["more than three", "1.22.6", ["1.22.1", "1.22.2", "1.22.3", "1.22.4"], []],
    ["a third of the letters is the limit", "abcxyz", ["abcdef"], []],
    ["a digit of a version", "1.22.99", ["1.22.5", "1.22.6"], []],
    ["nothing like it", "frob", ["install", "list"], []],
    ["one letter is near to nothing", "c", ["cn", "d"], []],
    ["it is one of them", "gopls", ["gopls", "gopl"], []],
    ["nothing", "", ["a", "install"], []],
    ["no names", "install", [], []],
  ])("%s: %s", (_, typed, names, near) => {
    expect(nearest(typed, names)).toEqual(near);
  });

  it("as the line of a hint", () => {
    expect(didYouMean("1.22.6", ["1.22.5", "1.22.7"])).toBe("did you mean 1.22.5 or 1.22.7?\n");
    expect(didYouMean("frob", ["install"])).toBe("");
  });
});
