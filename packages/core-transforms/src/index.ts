export type { Ambient } from './contract/ambient.ts';
export type { CallParts, CallTransform, ChooseTransform } from './contract/call-transform.ts';
export type { ClientDialect } from './contract/client-dialect.ts';
export type { JsonArray, JsonObject, JsonValue } from './contract/json.ts';
export { fail, ok, type Failure, type Note, type Outcome, type Success } from './contract/outcome.ts';
export { NO_SETTINGS, type DeploymentSettings, type DialectId, type FormatId, type Plan } from './contract/plan.ts';
export type { Endpoint, ProviderFormat } from './contract/provider-format.ts';
export type { OpaqueMachine, Step, StreamMachine } from './contract/stream-machine.ts';
export type {
  AuthPlacement,
  CallMemory,
  ClientAnswer,
  ClientCall,
  Headers,
  ProviderAnswer,
  ProviderRequest,
  TokenIssuer,
} from './contract/wire.ts';
export type { TransformError } from './errors/transform-error.ts';
export { toClientError, type ClientError } from './errors/to-client-error.ts';
export { chooseTransform } from './call/choose-transform.ts';
export { mockAnswer, type Mock } from './call/mock-answer.ts';
export { withModel } from './call/with-model.ts';
export { readRefusal } from './call/read-refusal.ts';
export { callCost, type BilledCall, type CallCost } from './cost/call-cost.ts';
export { billedUsage } from './cost/billed-usage.ts';
export { findNamedPrices, findPrices, withOwnPrices } from './cost/find-prices.ts';
export type { Prices } from './cost/prices.ts';
export { countFactRows } from './facts/fact-table.ts';
export { tokenRates, type RateQuestion, type TokenRates } from './cost/token-rates.ts';
export { listProviderModels } from './facts/list-models.ts';
export { inferModelProvider, lookupModelFacts, type ModelFacts } from './facts/model-facts.ts';
export { readReasoningOrigin } from './formats/openai-responses/reasoning-marks.ts';
export { unknownResponse, type StoredAction } from './formats/openai-responses/stored.ts';
export { supportedParams } from './params/supported-params.ts';
export { neededMedia } from './media/needed-media.ts';
export { withMedia, type FetchedMedia } from './media/with-media.ts';
export { toOcrBody, type FormPart } from './formats/mistral-ocr/form.ts';
export { pythonStr } from './json/python-repr.ts';
export { isObject } from './json/is-object.ts';
export { parseJson } from './json/parse-json.ts';
export { scanRawObject, toRawObject, type RawObject } from './json/raw-object.ts';
export { isGatewayMember } from './params/gateway-members.ts';
export { countPrompt, type CountText } from './tokens/count-prompt.ts';
export { boundTextTokens, estimateTextTokens } from './tokens/estimate-text.ts';
export { withMessagesApi } from './providers/messages-copies.ts';
export { mockedRow } from './providers/mocked-row.ts';
export { findProvider, listProviders } from './providers/registry.ts';
export type { ProviderRow } from './providers/provider-row.ts';
