/** What gv prints as JSON against the schemas in docs/json/, by a validator that is not gv's: Python's jsonschema. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { isRequired } from "./required.ts";

export const schemaFolder = join(import.meta.dirname, "../../docs/json");

/** `list` for docs/json/list.schema.json. */
export const schemaNames: readonly string[] = readdirSync(schemaFolder).map((file) =>
  file.replace(/\.schema\.json$/, ""),
);

/** What was printed, and the schema that it should have. */
export interface Printed {
  readonly schema: string;
  readonly json: string;
}

const validate = `
import json, sys
from jsonschema import Draft202012Validator as V
for name, text in json.load(sys.stdin):
    schema = json.load(open(f"{sys.argv[1]}/{name}.schema.json"))
    V.check_schema(schema)
    for e in V(schema).iter_errors(json.loads(text)): print(name, e.json_path, e.message)
`;

/** Whether a test that needs it is skipped: it isn't installed, and nobody requires it. */
export const noValidator =
  spawnSync("python3", ["-c", "import jsonschema"]).status !== 0 && !isRequired("jsonschema");

/** What is not as its schema has it, a line each. */
export function problems(...printed: readonly Printed[]): string[] {
  const input = JSON.stringify(printed.map(({ schema, json }) => [schema, json]));
  const { status, stdout, stderr } = spawnSync("python3", ["-c", validate, schemaFolder], {
    input,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.split("\n").filter((line) => line !== "");
}

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The properties of a schema that none of these documents has: `results[].h1`. What is in $defs is one for all its uses. */
export function unseen(name: string, documents: readonly unknown[]): string[] {
  const root = JSON.parse(readFileSync(join(schemaFolder, `${name}.schema.json`), "utf8")) as Schema;
  const seen = new Map<string, boolean>();
  const look = (given: Schema, values: readonly unknown[], at: string): void => {
    const definition = given.$ref?.split("/").at(-1);
    const schema = root.$defs?.[definition ?? ""] ?? given;
    const place = definition ?? at;
    for (const one of schema.oneOf ?? [])
      look(
        one,
        values.filter((value) => isLike(one, value)),
        place,
      );
    if (schema.items) look(schema.items, values.flatMap(itemsOf), `${place}[]`);
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const found = values.flatMap((value) => (isObject(value) && key in value ? [value[key]] : []));
      const where = `${place}.${key}`.replace(/^\./, "");
      seen.set(where, seen.get(where) === true || found.length > 0);
      look(property, found, where);
    }
  };
  look(root, documents, "");
  return [...seen].flatMap(([place, isSeen]) => (isSeen ? [] : [place]));
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a value is of this branch of a oneOf: told by what its properties may be. */
function isLike({ type, properties, ...schema }: Schema, value: unknown): boolean {
  if (type === "object") {
    if (!isObject(value)) return false;
    return Object.entries(properties ?? {}).every(
      ([key, property]) => !(key in value) || allows(property, value[key]),
    );
  }
  return allows(schema, value) && typeOf(value) === type;
}

function allows({ const: only, enum: some }: Schema, value: unknown): boolean {
  return (only === undefined || only === value) && (some === undefined || some.includes(value));
}

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeOf(value) === "object";
}
