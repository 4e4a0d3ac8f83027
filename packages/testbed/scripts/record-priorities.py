"""Records what LiteLLM's own limiter by priority lets through, by calling it with groups, keys and clocks of our making.

    python packages/testbed/scripts/record-priorities.py > packages/testbed/recorded/priorities.json

Needs `pip install 'litellm[proxy]==1.106.2'`. No database, no network: counters are in memory.
"""

import asyncio
import contextvars
import json
import logging
import os
import time
from datetime import datetime, timezone
from types import SimpleNamespace

logging.disable(logging.CRITICAL)
os.environ["LITELLM_LICENSE"] = "any"

START = datetime(2026, 11, 28, tzinfo=timezone.utc).timestamp()
now = START
time.time = lambda: now

import litellm  # noqa: E402
from litellm import DualCache, ModelResponse, Usage  # noqa: E402
from litellm.proxy._types import UserAPIKeyAuth  # noqa: E402
from litellm.proxy.common_request_processing import proxy_exception_from_http_exception  # noqa: E402
from litellm.proxy.hooks.dynamic_rate_limiter_v3 import _PROXY_DynamicRateLimitHandlerV3 as Limiter  # noqa: E402
from litellm.proxy.hooks.parallel_request_limiter_v3 import get_request_stash  # noqa: E402
from litellm.types.router import ModelGroupInfo  # noqa: E402
from litellm.types.utils import PriorityReservationSettings  # noqa: E402

litellm.suppress_debug_info = True

HALVES = {"high": 0.75, "low": 0.25}


def call(priority=None, team=None, at=0, tokens=None):
    """One call: of which key's and team's priority, when it comes (seconds), and which tokens its answer, at once, takes; None: it runs on."""
    return {"atSeconds": at, "priority": priority, "teamPriority": team, "tokens": tokens}


def many(count, *args, **more):
    return [call(*args, **more) for _ in range(count)]


def case(calls, rpm=None, tpm=None, reservation=HALVES, **settings):
    return {"rpm": rpm, "tpm": tpm, "reservation": reservation, "settings": settings, "calls": calls}


SCENARIOS = {
    "nothing is reserved": case(many(4), rpm=3, reservation=None),
    "a group without limits": case(many(4, "high")),
    "the group's requests": case(many(11, "high"), rpm=10, saturation_threshold=1.0),
    "below the threshold everybody takes what there is": case(many(8, "low"), rpm=10, saturation_threshold=0.9),
    "from the threshold on each has its part": case(many(4, "low") + many(4, "low") + many(6, "high"), rpm=10),
    "a part that is used up before the threshold": case(many(5, "low") + many(2, "low") + many(5, "high"), rpm=10),
    "who has no priority shares the default": case(many(6) + many(2, "unknown") + many(4, "high"), rpm=10),
    "a default of one's own": case(many(8), rpm=10, default_priority=0.6),
    "a team's priority before its key's": case(many(5, "low", "high") + many(5, "high", "low"), rpm=10),
    "held from the first call on": case(many(4, "low") + many(8, "high"), rpm=10, saturation_threshold=0.0),
    "more than all is reserved": case(
        many(6, "a") + many(6, "b"), rpm=10, saturation_threshold=0.0, reservation={"a": 0.6, "b": 0.8}
    ),
    "reserved by requests": case(
        many(4, "a") + many(6, "b"),
        rpm=10,
        saturation_threshold=0.0,
        reservation={"a": {"type": "rpm", "value": 3}, "b": {"type": "percent", "value": 0.5}},
    ),
    "reserved by tokens": case(
        many(4, "a", tokens=40) + many(4, "b", tokens=40),
        tpm=200,
        saturation_threshold=0.0,
        reservation={"a": {"type": "tpm", "value": 50}, "b": 0.5},
    ),
    "a number of a group that does not say how many": case(
        many(3, "a"), tpm=100, saturation_threshold=0.0, reservation={"a": {"type": "rpm", "value": 0.5}}
    ),
    "tokens of the group": case(many(5, "high", tokens=30), tpm=100, saturation_threshold=1.0),
    "tokens of a part": case(many(4, "low", tokens=20) + many(4, "high", tokens=20), tpm=100),
    "requests and tokens": case(many(3, "low", tokens=10) + many(3, "high", tokens=60), rpm=10, tpm=100),
    "a minute that is over": case([call("low", at=at) for at in (0, 10, 20, 59, 61, 62, 63)], rpm=4),
    "a part of nothing": case(many(3, "low"), rpm=3, saturation_threshold=0.3, reservation={"low": 0.1, "high": 0.9}),
    "a limit of nothing": case(many(2, "high"), rpm=0, tpm=10),
}


def key_of(one):
    metadata = {} if one["priority"] is None else {"priority": one["priority"]}
    team = {} if one["teamPriority"] is None else {"priority": one["teamPriority"]}
    return UserAPIKeyAuth(api_key="key", metadata=metadata, team_metadata=team)


async def begin(limiter, one):
    data = {"model": "group", "messages": [{"role": "user", "content": "Hello"}], "litellm_call_id": "call"}
    try:
        await limiter.async_pre_call_hook(key_of(one), DualCache(), data, "acompletion")
    except Exception as error:
        shown = proxy_exception_from_http_exception(error, dict(error.headers))
        fields = shown.provider_specific_fields
        return {"status": int(shown.code), "message": shown.message, "type": shown.type, "fields": fields, "headers": shown.headers}
    stash = get_request_stash()
    left = ((stash.rate_limit_response if stash else None) or {}).get("statuses", [])
    return {"headers": limiter.v3_limiter._merge_ratelimit_statuses_into_additional_headers({}, left)}


async def end(limiter, one):
    kwargs = {
        "litellm_params": {"metadata": {"model_group": "group"}},
        "standard_logging_object": {"metadata": {"user_api_key_auth_metadata": key_of(one).metadata}},
    }
    response = ModelResponse(usage=Usage(prompt_tokens=one["tokens"], completion_tokens=0, total_tokens=one["tokens"]))
    await limiter.async_log_success_event(kwargs, response, None, None)


async def play(scenario):
    global now
    now = START
    litellm.priority_reservation = scenario["reservation"]
    litellm.priority_reservation_settings = PriorityReservationSettings(**scenario["settings"])
    limiter = Limiter(DualCache(), time_provider=lambda: datetime.fromtimestamp(now, tz=timezone.utc))
    info = ModelGroupInfo(model_group="group", providers=["openai"], rpm=scenario["rpm"], tpm=scenario["tpm"])
    limiter.update_variables(SimpleNamespace(get_model_group_info=lambda model_group: info))
    results = []
    for one in scenario["calls"]:
        now = START + one["atSeconds"]
        context = contextvars.Context()
        result = await asyncio.create_task(begin(limiter, one), context=context)
        if "status" not in result and one["tokens"] is not None:
            await asyncio.create_task(end(limiter, one), context=context)
        results.append({**one, "result": result})
    return {**scenario, "calls": results}


async def main():
    cases = [{"name": name, **await play(scenario)} for name, scenario in SCENARIOS.items()]
    print(json.dumps({"startSeconds": START, "cases": cases}, indent=1))


asyncio.run(main())
