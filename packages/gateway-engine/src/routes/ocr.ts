import { toOcrBody } from '@stagegate/core-transforms';
import type { CallRoute } from './route-contract.ts';

export const ocr: CallRoute = {
  kind: 'call',
  id: '/v1/ocr',
  method: 'POST',
  paths: ['/v1/ocr', '/ocr'],
  access: 'caller',
  envelope: 'openai',
  dialect: 'mistral-ocr',
  referenceName: '/ocr',
  required: [],
  requiredUnlessSet: ['document'],
  streams: false,
  toBody: toOcrBody,
};
