import { expect, test } from 'vitest';
import { signForAws } from './sign-aws.ts';

/** The example of AWS's own guide to Signature Version 4, whose every step is published. */
const IDENTITY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const AT_MS = Date.UTC(2015, 7, 30, 12, 36);

test('the published example comes out to the digit', async () => {
  const request = {
    method: 'GET',
    url: 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', accept: 'not signed' },
    body: '',
  } as const;
  expect(await signForAws(request, IDENTITY, { service: 'iam', region: 'us-east-1' }, AT_MS)).toEqual({
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  });
});

test('a session token goes along and is signed; the path is escaped once more; text and bytes sign alike', async () => {
  const place = { service: 'bedrock', region: 'eu-west-1' };
  const request = {
    method: 'POST',
    url: 'http://127.0.0.1:8080/model/a.b-v1%3A0/converse',
    headers: { 'content-type': 'application/json', 'x-amzn-bedrock-trace': 'ENABLED' },
    body: '{"a":"é"}',
  } as const;
  const identity = { ...IDENTITY, sessionToken: 'session' };
  const signed = await signForAws(request, identity, place, AT_MS);
  expect(signed).toMatchObject({ 'x-amz-security-token': 'session', 'x-amz-date': '20150830T123600Z' });
  expect(signed['authorization']).toContain('SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amzn-bedrock-trace,');
  expect(signed).not.toHaveProperty('host');
  expect(await signForAws({ ...request, body: new TextEncoder().encode(request.body) }, identity, place, AT_MS)).toEqual(signed);
  const plain = await signForAws({ ...request, url: request.url.replace('%3A', ':') }, identity, place, AT_MS);
  expect(plain['authorization']).not.toBe(signed['authorization']);
});

test('for S3 a path is signed as it stands, and the digest of the body with it; as AWS’s own library signs', async () => {
  const digest = '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862';
  const request = {
    method: 'PUT',
    url: 'https://bucket.s3.eu-west-1.amazonaws.com/my%20path/n%2Bs/abc%28%29.json',
    headers: { 'content-type': 'application/json', 'x-amz-content-sha256': digest },
    body: '{"a":1}',
  };
  const signed = await signForAws(request, IDENTITY, { service: 's3', region: 'eu-west-1' }, AT_MS);
  expect(signed['authorization']).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/s3/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, ' +
      'Signature=27dfeb2a4fce8803df53e268d13798ad3fcdb488b1d9ddc7817f6ffcf0d810fb',
  );
});
