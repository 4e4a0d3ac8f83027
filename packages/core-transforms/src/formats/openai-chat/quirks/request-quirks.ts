import type { RequestQuirkName } from '../../../providers/quirk-names.ts';
import * as messages from './message-quirks.ts';
import { modelInProject, toolChoiceOption } from './project-quirks.ts';
import { dropParams, refuseGenerationParams, refuseTogether, thinkingByPrompt, warmSeveralChoices } from './prompt-quirks.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';
import { dropCacheControlAtHome } from './home-quirks.ts';
import { reasoningModelSampling } from './reasoning-models.ts';
import * as reasoning from './reasoning-quirks.ts';
import * as schemas from './schema-quirks.ts';
import * as tools from './tool-quirks.ts';
import * as turns from './turn-quirks.ts';
import { plainAssistantContent, videoFilesAsUrls } from './video-parts.ts';
import { vllmParamsAsOwn } from './vllm-params.ts';

/** How each request quirk is done; what it does is said with its name in provider-row.ts. */
export const REQUEST_QUIRKS: Readonly<Record<RequestQuirkName, RequestQuirkFunction>> = {
  'system-as-user': messages.systemAsUser,
  'developer-as-system': messages.renameRole('developer', 'system'),
  'flatten-text-content': messages.flattenUnless(),
  'flatten-unless-files': messages.flattenUnless(['image_url', 'file']),
  'content-as-text': messages.contentAsText,
  'content-as-text-unless-images': messages.contentAsTextUnlessImages,
  'content-as-text-unless-media': messages.contentAsTextUnlessMedia,
  'single-text-part-as-text': messages.singleTextPartAsText,
  'tool-content-as-string': messages.toolContentAsString,
  'tool-results-as-json': messages.toolResultsAsJson,
  'plain-assistant-content': plainAssistantContent,
  'drop-cache-control': messages.dropCacheControl,
  'drop-message-cache-control': messages.dropMessageCacheControl,
  'cache-control-on-last-part': messages.moveCacheControlToLastPart(true),
  'cache-control-on-said-part': messages.moveCacheControlToLastPart(false),
  'drop-thinking-blocks': messages.dropMessageMembers(['thinking_blocks']),
  'drop-reasoning-content': messages.dropMessageMembers(['reasoning_content']),
  'drop-provider-fields': messages.dropMessageMembers(['provider_specific_fields']),
  'drop-null-members': messages.dropNullMessageMembers,
  'drop-empty-content': messages.dropEmptyContent,
  'drop-empty-messages': messages.dropEmptyMessages,
  'names-on-users-only': messages.keepNamesOn('user'),
  'names-on-tools-only': messages.keepNamesOn('tool'),
  'bare-tool-calls': messages.bareToolCalls,
  'file-ids-on-parts': messages.fileIdsOnParts,
  'video-files-as-urls': videoFilesAsUrls,
  'tool-images-to-user': messages.toolImagesToUser,
  'refuse-file-parts': messages.refuseFileParts,
  'refuse-image-parts': messages.refuseImageParts,
  'ask-for-tool-in-words': messages.askForToolInWords,
  'loosen-tool-schemas': tools.dropFromTools((name, value) => name === 'additionalProperties' && value === false),
  'drop-schema-references': tools.dropFromTools((name) => name === '$id' || name === '$schema'),
  'known-patterns-only': schemas.knownPatternsOnly,
  'flat-tool-schemas': schemas.flatToolSchemas,
  'flat-tool-schemas-at-home': schemas.flatToolSchemasAtHome,
  'drop-tool-strict': tools.dropToolStrict,
  'drop-empty-tools': tools.dropEmptyTools,
  'function-tools-only': tools.functionToolsOnly,
  'custom-tools-as-functions': tools.customToolsAsFunctions,
  'json-schema-as-tool': tools.schemaAsTool,
  'json-schema-or-tools': tools.schemaOrTools,
  'drop-response-format': dropParams(['response_format']),
  'plain-function-tools': tools.plainFunctionTools,
  'drop-tool-choice': dropParams(['tool_choice']),
  'drop-tool-choice-objects': tools.dropToolChoiceObjects,
  'drop-response-format-beside-tools': tools.dropFormatBesideTools,
  'wrap-bare-json-schema': tools.wrapBareSchema,
  'drop-web-search': dropParams(['web_search_options']),
  'web-search-as-browser-tool': tools.webSearchAsBrowserTool,
  'effort-as-thinking-switch': reasoning.effortAsThinkingSwitch,
  'effort-as-thinking-budget': reasoning.effortAsThinkingBudget,
  'room-to-think': reasoning.roomToThink,
  'vllm-params-as-own': vllmParamsAsOwn,
  'effort-as-word': reasoning.effortAsWord,
  'effort-or-switch': reasoning.effortOrSwitch({ minimal: 'low', xhigh: 'high', max: 'high' }),
  'effort-high-or-max': reasoning.effortOrSwitch({ minimal: 'high', low: 'high', medium: 'high', xhigh: 'max' }),
  'nearest-effort': reasoning.nearestEffort,
  'thinking-as-effort': reasoning.thinkingAsEffort,
  'thinking-by-prompt': thinkingByPrompt,
  'fill-reasoning-while-thinking': reasoning.fillReasoning(reasoning.thinkingIsOn),
  'fill-reasoning-of-tool-calls': reasoning.fillReasoning(reasoning.callsTools),
  'merge-system-messages': turns.mergeSystemMessages,
  'split-parallel-tool-calls': turns.splitParallelToolCalls,
  'drop-temperature': dropParams(['temperature']),
  'warm-several-choices': warmSeveralChoices,
  'refuse-generation-params': refuseGenerationParams,
  'thinking-or-effort': refuseTogether('thinking', 'reasoning_effort'),
  'model-in-project': modelInProject,
  'tool-choice-option': toolChoiceOption,
  'reasoning-model-sampling': reasoningModelSampling(['xhigh']),
  'reasoning-model-sampling-or-none': reasoningModelSampling(['xhigh', 'none']),
  'drop-cache-control-at-home': dropCacheControlAtHome,
};
