/** The `schema` field of every record: raised when a field is renamed or changes its meaning, not when one is added. */
export const SCHEMA_VERSION = 1;
