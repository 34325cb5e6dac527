/**
 * Loaded before gv by a Node that is to take this machine for another: GV_ACTED is a JSON object with what Node says of
 * it then (`os`, `arch`, `kernel`), and the files that stand in the place of /bin/sh and /usr/sbin/sysctl.
 */
"use strict";
const { openSync, statSync } = require("node:fs");
const fs = require("node:fs");
const os = require("node:os");
const children = require("node:child_process");

const acted = JSON.parse(process.env.GV_ACTED ?? "{}");
const placed = (path) => acted.places?.[path] ?? path;

for (const [name, value] of [
  ["platform", acted.os],
  ["arch", acted.arch],
])
  if (value !== undefined) Object.defineProperty(process, name, { value });
if (acted.kernel !== undefined) os.release = () => acted.kernel;
fs.openSync = (path, ...rest) => openSync(placed(path), ...rest);
fs.statSync = (path, ...rest) => statSync(placed(path), ...rest);
const { spawnSync } = children;
children.spawnSync = (program, ...rest) => spawnSync(placed(program), ...rest);
