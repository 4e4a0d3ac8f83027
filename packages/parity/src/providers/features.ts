import { isJsonRecord, type Vector } from '@stagegate/testbed';

/** What a case is about, as far as a reader of the table asks. */
export interface Features {
  readonly stream: boolean;
  readonly tools: boolean;
  readonly vision: boolean;
}

/** How each dialect marks an image among the parts of a message. */
const IMAGE_PART = /"type":"(?:image_url|image|input_image)"/u;

/** Reads off a case's client request what it is about. */
export function featuresOf({ tags, client_request: request }: Vector): Features {
  const tools = isJsonRecord(request) ? (request['tools'] ?? request['functions']) : undefined;
  return {
    stream: tags.includes('stream'),
    tools: Array.isArray(tools) && tools.length > 0,
    vision: IMAGE_PART.test(JSON.stringify(request)),
  };
}
