/** The fields of a snapshot that say what is at the paths of Go's environment. */
import type { Field, Pair, Weight } from "./field.ts";
import { beside, quotedPath } from "./lines.ts";

const gib = 2 ** 30;

const free = ({ want, have }: Pair): Weight | undefined =>
  typeof have === "number" && have < gib && !(typeof want === "number" && want < gib) ? "matters" : undefined;

const remote = /^(?:nfs|cifs|smb|afp|webdav|davfs|9p|fuse|virtiofs|vboxsf|prl_fs)/;

/** The first whose place fits is it. */
export const pathFields: readonly Field[] = [
  {
    at: /^paths\.(?:GOROOT|GOTOOLDIR|CC|CXX|GOCACHEPROG)\.\d+\.exists$/,
    weight: "matters",
    why: "a go command that needs it fails",
    fix: () => "gv doctor   says what is missing, and why",
  },
  {
    at: /^paths\.\w+\.\d+\.exists$/,
    weight: "harmless",
    why: "Go makes it when it first needs it, or rarely asks for it",
  },
  {
    at: /^paths\.\w+\.\d+\.readable$/,
    weight: (pair) => (pair.have === false && beside(pair, "exists") === true ? "matters" : "harmless"),
    why: "it is there, and go can't read it",
    fix: (pair) => `ls -ld ${quotedPath(String(beside(pair, "path")))}   shows whose it is`,
  },
  {
    at: /^paths\.(?:GOCACHE|GOMODCACHE|GOPATH|GOBIN|GOTMPDIR|GOENV)\.\d+\.writable$/,
    weight: (pair) => (pair.have === false && beside(pair, "exists") === true ? "matters" : "harmless"),
    why: "it is there, and go can't write to it: builds, downloads or go env -w fail",
    fix: (pair) => `ls -ld ${quotedPath(String(beside(pair, "path")))}   shows whose it is`,
  },
  {
    at: /^paths\.\w+\.\d+\.kind$/,
    weight: (pair) => (pair.want !== undefined && pair.have !== undefined ? "matters" : undefined),
    why: "a file is where a folder should be, or the other way",
    fix: (pair) => `ls -ld ${quotedPath(String(beside(pair, "path")))}   shows what it is`,
  },
  {
    at: /^paths\.(?:GOCACHE|GOMODCACHE|GOPATH|GOTMPDIR)\.\d+\.free$/,
    weight: free,
    why: "less than 1 GiB is free: a build or a download may not find room",
    fix: ({ place }) => (place.includes("MODCACHE") ? "go clean -modcache" : "go clean -cache"),
  },
  {
    at: /^paths\.(?:GOCACHE|GOMODCACHE)\.\d+\.filesystem$/,
    weight: ({ want, have }) =>
      remote.test(String(have)) && !remote.test(String(want)) ? "matters" : "harmless",
    why: "behind a network builds are slow, and locks may not hold",
    fix: ({ place }) => `go env -w ${place.split(".")[1]}=...   a folder on a disk of this machine`,
  },
  { at: /^paths\.\w+\.\d+\.(?:filesystem|writable|path)$/, weight: "harmless", why: "Go works on any disk" },
];
