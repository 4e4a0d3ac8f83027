import { chooseTransform, type JsonObject } from '@stagegate/core-transforms';

/** The transforms as they are, but that every request of theirs is sent with another body. */
export function breakRequests(edit: (body: JsonObject) => JsonObject): typeof chooseTransform {
  return (plan) => {
    const chosen = chooseTransform(plan);
    if (!chosen.ok) return chosen;
    const request: typeof chosen.value.request = (...call) => {
      const made = chosen.value.request(...call);
      if (!made.ok) return made;
      const { body } = made.value;
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
      return { ...made, value: { ...made.value, body: JSON.stringify(edit(JSON.parse(text) as JsonObject)) } };
    };
    return { ...chosen, value: { ...chosen.value, request } };
  };
}
