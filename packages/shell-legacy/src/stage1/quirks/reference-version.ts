/** `x-litellm-version` names the release whose behaviour is matched; its clients look at it. */
export const REFERENCE_VERSION = '1.106.2';
