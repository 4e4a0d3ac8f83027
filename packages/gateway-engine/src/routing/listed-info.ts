import type { ModelFacts } from '@stagegate/core-transforms';
import type { Deployment, ListedInfo } from '../ports/index.ts';

/**
 * What a list of models says of a group: the first row's own words, and the widest limits that its rows set; where none does, what the
 * table knows of their models.
 *
 * source: LiteLLM 1.106.2, proxy/utils.py `create_model_info_response`, router.py `get_model_listing_info`, read 2026-11-30.
 */
export function listedInfo(deployments: readonly Deployment[]): ListedInfo {
  const known = deployments.map(({ facts }) => knownInfo(facts));
  const set = deployments.map(({ listed = {} }) => listed);
  const mode = set[0]?.mode ?? known.find((one) => one.mode !== undefined)?.mode;
  const displayName = set[0]?.displayName;
  const inputTokensMax = widest(set.map((one) => one.inputTokensMax)) ?? widest(known.map((one) => one.inputTokensMax));
  const outputTokensMax = widest(set.map((one) => one.outputTokensMax)) ?? widest(known.map((one) => one.outputTokensMax));
  return {
    ...(mode !== undefined && { mode }),
    ...(displayName !== undefined && { displayName }),
    ...(inputTokensMax !== undefined && { inputTokensMax }),
    ...(outputTokensMax !== undefined && { outputTokensMax }),
  };
}

/** What the table knows. Embeddings and ranks are no answer in tokens. */
export function knownInfo(facts: ModelFacts | undefined): ListedInfo {
  const { mode, inputTokensMax, outputTokensMax } = facts ?? {};
  const answersInTokens = mode !== 'embedding' && mode !== 'rerank';
  return {
    ...(mode !== undefined && { mode }),
    ...(inputTokensMax !== undefined && { inputTokensMax }),
    ...(outputTokensMax !== undefined && answersInTokens && { outputTokensMax }),
  };
}

function widest(limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
