"""Records what LiteLLM's own functions say that calls cost.

    python packages/testbed/scripts/record-costs.py packages/testbed/recorded/costs.json

Records the cases of that file again, and draws `sampled` anew from LiteLLM's own price map (the seed is fixed, so the same version
draws the same). Needs `pip install 'litellm==1.106.2'`. No network.
"""

import json
import logging
import os
import random
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
logging.disable(logging.CRITICAL)

import litellm  # noqa: E402
from litellm.cost_calculator import completion_cost, cost_per_token  # noqa: E402
from litellm.types.utils import ModelResponse, Usage  # noqa: E402

SAMPLES = 900
# Modes that are charged by tokens and have a route here.
MODES = {"chat", "completion", "responses", "embedding"}
TIERS = [None, None, None, "flex", "priority", "default", "auto"]


def recorded(case):
    """The case with what LiteLLM says of it; a case that is no chat call stays as it is."""
    if "usage" not in case:
        return case
    kept = {key: case[key] for key in ("id", "model", "provider", "usage", "args", "response_time_ms") if key in case}
    usage = lambda: Usage(**json.loads(json.dumps(case["usage"])))
    args = dict(case["args"])
    provider = case.get("provider")
    try:
        prompt, answer = cost_per_token(
            model=case["model"],
            custom_llm_provider=provider,
            usage_object=usage(),
            prompt_tokens=case["usage"]["prompt_tokens"],
            completion_tokens=case["usage"]["completion_tokens"],
            response_time_ms=case.get("response_time_ms", 0.0),
            **args,
        )
        kept |= {"prompt_cost": prompt, "completion_cost": answer}
    except Exception as error:
        kept["cost_per_token_error"] = type(error).__name__
    if not any(name.startswith("custom") for name in args):
        try:
            response = ModelResponse(model=case["model"], usage=usage())
            kept["completion_cost_total"] = completion_cost(
                completion_response=response, model=case["model"], custom_llm_provider=provider, **args
            )
        except Exception as error:
            kept["completion_cost_error"] = type(error).__name__
    return kept


def draw(random_source):
    """A usage as some provider might count it, and odd ones too."""
    prompt = random_source.choice([0, 7, 1_000, 33_000, 130_000, 200_000, 210_000, 272_000, 300_000])
    answer = random_source.choice([0, 9, 500, 4_000])
    usage = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    part = lambda whole: random_source.choice([0, whole // 3, whole // 2, whole])
    kind = random_source.randrange(6)
    details = {}
    if kind in (1, 3):
        details["cached_tokens"] = part(prompt)
    if kind == 2:
        read, written = prompt // 4, part(prompt // 2)
        usage |= {"cache_read_input_tokens": read, "cache_creation_input_tokens": written}
        details |= {"cached_tokens": read, "cache_creation_tokens": written}
        if random_source.random() < 0.5:
            hour = written // 3
            details["cache_creation_token_details"] = {
                "ephemeral_5m_input_tokens": written - hour,
                "ephemeral_1h_input_tokens": hour,
            }
    if kind == 3:
        details["text_tokens"] = part(prompt)
    if kind == 4:
        details |= {"audio_tokens": prompt // 5, "image_tokens": prompt // 7, "text_tokens": prompt // 2}
    if kind == 5:
        usage["completion_tokens_details"] = {
            "reasoning_tokens": part(answer),
            "audio_tokens": random_source.choice([0, answer // 9]),
            "text_tokens": random_source.choice([None, answer, answer // 2]),
        }
    if details:
        usage["prompt_tokens_details"] = details
    if random_source.random() < 0.1:
        usage["server_tool_use"] = {"web_search_requests": random_source.randrange(3)}
    return usage


def sampled():
    source = random.Random(20261129)
    models = sorted(
        name
        for name, entry in litellm.model_cost.items()
        if entry.get("mode") in MODES and "off_peak_pricing" not in entry and entry.get("litellm_provider")
    )
    for index in range(SAMPLES):
        name = source.choice(models)
        provider = litellm.model_cost[name]["litellm_provider"]
        try:
            model, provider, _, _ = litellm.get_llm_provider(name)
        except Exception:
            continue
        tier = source.choice(TIERS)
        case = {"id": f"{index}|{name}", "model": model, "provider": provider, "usage": draw(source)}
        said = recorded(case | {"args": {} if tier is None else {"service_tier": tier}})
        # A few names mean another provider to it than the one they stand under, and so have no price.
        if "completion_cost_error" not in said:
            yield said


def main(path):
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    lines = lambda rows: ",\n".join(json.dumps(row) for row in rows)
    source = "LiteLLM 1.106.2, cost_per_token and completion_cost, with its bundled price map"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{{"source": {json.dumps(source)},\n"cases": [\n{lines(map(recorded, cases))}],\n"sampled": [\n{lines(sampled())}]}}\n')


main(sys.argv[1])
