/** Versions of modules: their order, as golang.org/x/mod/semver has it, and what one stands for. Pure. */

const pattern = /^v(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** True for a whole version: v0.20.0, v1.0.0-rc.1; not for v0.20, latest or a branch. */
export function isModuleVersion(text: string): boolean {
  return pattern.test(text);
}

/** True for what the go command takes for `latest`: no pre-release, nothing from before there were modules. */
export function isRelease(version: string): boolean {
  return /^v\d+\.\d+\.\d+$/.test(version);
}

/** Older first. What is no version comes before all that are. */
export function compareModuleVersions(a: string, b: string): number {
  const [first, second] = [pattern.exec(a), pattern.exec(b)];
  if (!first || !second) return Number(first !== null) - Number(second !== null);
  for (const i of [1, 2, 3]) {
    const difference = Number(first[i]) - Number(second[i]);
    if (difference !== 0) return difference;
  }
  return comparePre(first[4], second[4]);
}

/** https://semver.org/#spec-item-11: word by word; a number before a word, the shorter first. */
function comparePre(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const [first, second] = [a.split("."), b.split(".")];
  for (const [i, word] of first.entries()) {
    const other = second[i];
    if (other === undefined) return 1;
    if (word === other) continue;
    const [isNumber, isOtherNumber] = [/^\d+$/.test(word), /^\d+$/.test(other)];
    if (isNumber && isOtherNumber) return Number(word) - Number(other);
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
    return word < other ? -1 : 1;
  }
  return first.length - second.length;
}

/** A module's path in another major version: from 2 on it ends in /vN (https://go.dev/ref/mod#major-version-suffixes). */
export function pathOfMajor(module: string, version: string): string {
  const major = Number(/^v(\d+)/.exec(version)?.[1] ?? Number.NaN);
  if (Number.isNaN(major)) return module;
  const base = module.replace(/\/v[0-9]+$/, "");
  return major < 2 ? base : `${base}/v${major}`;
}
