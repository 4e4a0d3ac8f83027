/** The reference shows this instant for every model: 2023-02-28T18:56:42Z. */
export const EVERY_MODEL_CREATED_SECONDS = 1_677_610_602;

/** And this owner. */
export const EVERY_MODEL_OWNER = 'openai';
