import type { Plan } from '../../contract/plan.ts';
import type { ProviderFormat } from '../../contract/provider-format.ts';
import { partnerRow } from '../../providers/vertex-partners.ts';
import { openaiChatFormat } from '../openai-chat/format.ts';
import { toVertexError } from '../vertex-anthropic/errors.ts';
import { partnerEndpoint, partnerModel } from './endpoint.ts';

/** OpenAI's chat, as other makers' models on Vertex AI speak it, seen from the hub. */
export const vertexChatFormat: ProviderFormat = {
  id: 'vertex-chat',
  endpoint: (plan, _body, _clientHeaders, chat) => partnerEndpoint(plan, chat),
  request: (chat, plan, ambient) => {
    const body = openaiChatFormat.request(chat, asPartner(plan), ambient);
    return body.ok ? { ...body, value: { ...body.value, model: partnerModel(plan) } } : body;
  },
  response: (answer, plan, ambient, chat) => openaiChatFormat.response(answer, asPartner(plan), ambient, chat),
  stream: (plan, chat) => openaiChatFormat.stream(asPartner(plan), chat),
  events: (plan, chat) => openaiChatFormat.events?.(asPartner(plan), chat),
  error: toVertexError,
  namesModel: 'always',
};

function asPartner(plan: Plan): Plan {
  return { ...plan, provider: partnerRow(plan.provider, plan.model) };
}
