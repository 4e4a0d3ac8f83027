/** The most rows that a list without pages shows. */
export const ROWS_MAX = 10_000;
