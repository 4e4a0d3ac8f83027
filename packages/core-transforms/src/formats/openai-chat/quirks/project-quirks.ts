import type { JsonValue } from '../../../contract/json.ts';
import { ok } from '../../../contract/outcome.ts';
import { readOption } from '../../../params/read-option.ts';
import { without } from './edit-body.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

const DEPLOYMENT = 'deployment/';

/** Adds the model's id and the project or space to which its use is charged; a deployment is identified by its URL. */
export const modelInProject: RequestQuirkFunction = (body, plan) => {
  if (plan.model.startsWith(DEPLOYMENT)) return ok({ ...body, model: '' });
  const project = readOption(plan, 'project_id');
  const space = readOption(plan, 'space_id');
  if (project === undefined && space === undefined) return ok(body);
  return ok({ ...body, model_id: body['model'] ?? null, ...(project === undefined ? { space_id: space } : { project_id: project }) });
};

const CHOICE_WORDS: readonly (JsonValue | undefined)[] = ['auto', 'none', 'required'];

/** A `tool_choice` that is a string becomes `tool_choice_option`. */
export const toolChoiceOption: RequestQuirkFunction = (body) => {
  const { tool_choice: choice } = body;
  return ok(
    choice !== undefined && CHOICE_WORDS.includes(choice) ? { ...without(body, ['tool_choice']), tool_choice_option: choice } : body,
  );
};
