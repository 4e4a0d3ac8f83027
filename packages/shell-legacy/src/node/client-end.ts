/** The part of Node's response to which answers are written: a response itself, or a stand-in for one of several answers. */
export interface ClientEnd {
  readonly destroyed: boolean;
  readonly headersSent: boolean;
  readonly writableFinished: boolean;
  readonly req: { readonly complete: boolean };
  readonly setHeader: (name: string, value: string) => unknown;
  readonly removeHeader: (name: string) => void;
  readonly getHeaders: () => Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly writeHead: (status: number, headers: Readonly<Record<string, string>>) => unknown;
  /** False when nothing more should be written before `drain`. */
  readonly write: (text: string) => boolean;
  readonly end: (body?: string | Uint8Array) => unknown;
  readonly destroy: () => unknown;
  readonly on: (event: 'drain' | 'close', listener: () => void) => ClientEnd;
  readonly off: (event: 'drain' | 'close', listener: () => void) => ClientEnd;
}
