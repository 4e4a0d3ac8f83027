/** The LiteLLM whose API this is: for clients that ask before they choose what to call. */
export const REFERENCE_VERSION = '1.106.2';
