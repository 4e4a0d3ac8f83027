/** Rows that a list without pages shows at most. */
export const ROWS_MAX = 10_000;
