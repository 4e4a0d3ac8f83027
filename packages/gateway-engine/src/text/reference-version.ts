/** The release of LiteLLM whose API and behaviour this is: its clients read it from a header, and ask for it before they choose what to call. */
export const REFERENCE_VERSION = '1.106.2';
