/** Why a model that exists serves nobody, or not this caller, at this time. */
export type ModelRefusal =
  /** All of its deployments are blocked. */
  | { readonly kind: 'blocked' }
  /** It has no price, and the configuration requires one. */
  | { readonly kind: 'unpriced'; readonly model: string }
  /** It is reserved for other teams at this hour. `until`: `23:59 UTC`. */
  | { readonly kind: 'reserved'; readonly model: string; readonly until: string };

/** The refusal as the client sees it, in the reference's words. */
export function wordModelRefusal(why: ModelRefusal): {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly message: string;
  readonly code: string;
} {
  switch (why.kind) {
    case 'blocked':
      return {
        status: 403,
        type: 'permission_error',
        param: null,
        message: 'litellm.PermissionDeniedError: Model is blocked',
        code: '403',
      };
    case 'unpriced':
      return { status: 403, type: 'model_cost_map_missing', param: 'model', message: unpricedMessage(why.model), code: '403' };
    case 'reserved':
      return { status: 400, type: 'invalid_request_error', param: null, message: reservedMessage(why.model, why.until), code: '400' };
  }
}

/** The message for a model that no deployment serves: that of the reference's route, or of its router if the call got that far. */
export function unknownModelMessage(asked: { readonly route: string; readonly model: string | undefined; readonly routed?: true }): string {
  const { route, model = 'None', routed } = asked;
  if (routed !== true)
    return `${route}: Invalid model name passed in model=${model}. Call \`/v1/models\` to view available models for your key.`;
  return (
    `litellm.BadRequestError: You passed in model=${model}. There are no healthy deployments for this model\n\n` +
    `LiteLLM: model group '${model}' failed with the error above. No fallback was attempted.`
  );
}

function unpricedMessage(model: string): string {
  return (
    `Model '${model}' has no pricing in the cost map, so litellm cannot price the request. ` +
    "Requests for unpriced models are blocked because 'block_requests_for_models_without_pricing' is enabled. " +
    'Add pricing (input_cost_per_token/output_cost_per_token) to allow the request.'
  );
}

function reservedMessage(model: string, until: string): string {
  return (
    `litellm.BadRequestError: Deployment ${model} is reserved for another team until ${until}\n\n` +
    `LiteLLM: model group '${model}' failed with the error above. No fallback was attempted.`
  );
}
