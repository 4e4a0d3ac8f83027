import type { Headers, ProviderRequest } from '@stagegate/core-transforms';
import type { AwsIdentity } from './aws-identity.ts';

/** Which headers are signed. Others may still change on the way. */
const SIGNED = /^(?:content-type|x-amzn?-.*)$/u;

/** The part of a request that is signed. */
export interface SignedRequest extends Pick<ProviderRequest, 'url' | 'headers' | 'body'> {
  readonly method: string;
}

/**
 * The headers that sign a request for AWS (Signature Version 4). S3 alone takes paths as they are, without a second escaping.
 *
 * in:     the exact request that will be sent; the identity; service and region, by AWS's names; the time.
 * source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, read 2026-11-27.
 */
export async function signForAws(
  { method, url, headers, body }: SignedRequest,
  identity: AwsIdentity,
  { service, region }: { readonly service: string; readonly region: string },
  nowMs: number,
): Promise<Headers> {
  // Loaded by the first call that needs it: gateways without AWS never pay for it.
  const [{ SignatureV4 }, { Hash }] = await Promise.all([import('@smithy/signature-v4'), import('@smithy/hash-node')]);
  const { protocol, hostname, host, port, pathname, searchParams } = new URL(url);
  const signer = new SignatureV4({
    service,
    region,
    credentials: identity,
    sha256: Hash.bind(null, 'sha256'),
    applyChecksum: false,
    uriEscapePath: service !== 's3',
  });
  const own = Object.entries(headers).filter(([name]) => SIGNED.test(name));
  const signed = await signer.sign(
    {
      method,
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path: pathname,
      query: Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)])),
      headers: { ...Object.fromEntries(own), host },
      body,
    },
    { signingDate: new Date(nowMs) },
  );
  const { host: _host, ...made } = signed.headers;
  return made;
}
