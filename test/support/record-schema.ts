import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** The published schema of the records. */
export const recordSchema = JSON.parse(
  readFileSync(new URL('../../schema/whohungup-1.schema.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;

// Strict about everything but two habits of this schema: type lists, and properties required in a branch only.
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
const validate = ajv.compile(recordSchema);

/** What is wrong with a record; empty when it is valid. */
export function schemaErrors(record: unknown): readonly ErrorObject[] {
  return validate(record) ? [] : (validate.errors ?? []);
}
