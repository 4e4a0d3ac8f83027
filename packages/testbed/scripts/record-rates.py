"""Records what LiteLLM's own limiter lets through, by calling it with keys and clocks of our making.

    python packages/testbed/scripts/record-rates.py > packages/testbed/recorded/rates.json

Needs `pip install 'litellm[proxy]==1.106.2'`. No database, no network: counters are in memory.
"""

import asyncio
import contextvars
import json
import logging
import time
from datetime import datetime, timezone

logging.disable(logging.CRITICAL)

START = datetime(2026, 11, 28, tzinfo=timezone.utc).timestamp()
now = START
time.time = lambda: now

from litellm import DualCache, ModelResponse, Usage  # noqa: E402
from litellm.proxy._types import UserAPIKeyAuth  # noqa: E402
from litellm.proxy.hooks.parallel_request_limiter_v3 import (  # noqa: E402
    _PROXY_MaxParallelRequestsHandler_v3 as Limiter,
    get_request_stash,
)
from litellm.proxy.utils import InternalUsageCache  # noqa: E402

ALIASES = {"alias": "group"}
CALL_TYPES = {
    "openai-chat": "acompletion",
    "openai-completions": "atext_completion",
    "openai-responses": "aresponses",
    "anthropic-messages": "anthropic_messages",
}
HELLO = {"model": "group", "messages": [{"role": "user", "content": "Hello"}]}
LONG = {"model": "group", "messages": [{"role": "user", "content": [{"type": "text", "text": "word " * 400}]}]}


def call(body=HELLO, at=0, dialect="openai-chat", usage=None, end=None):
    """One call: when it comes (seconds), and when it ends with which usage; `end` None: it runs on."""
    return {"atSeconds": at, "dialect": dialect, "body": body, "usage": usage, "endSeconds": end}


CHAT = HELLO
MANY = [call() for _ in range(6)]
SCENARIOS = {
    "requests of a key": ({"token": {"rpm_limit": 2}}, MANY),
    "requests of a key, over two minutes": ({"token": {"rpm_limit": 2}}, [call(at=at) for at in (0, 30, 59, 61, 62, 63, 122)]),
    "nothing at all": ({"token": {"rpm_limit": 0}}, [call()]),
    "a key's budget where the key says nothing": ({"token": {}, "budget": {"rpm_limit": 1}}, MANY[:2]),
    "a key's own limit before its budget's": ({"token": {"rpm_limit": 2}, "budget": {"rpm_limit": 1}}, MANY[:3]),
    "calls of a key at once": (
        {"token": {"max_parallel_requests": 2}},
        [call(end=5), call(at=1), call(at=2), call(at=6), call(at=7)],
    ),
    "a user's requests": ({"token": {"user_id": "u"}, "user": {"rpm_limit": 1}}, MANY[:2]),
    "a team's requests": ({"token": {"team_id": "t"}, "team": {"rpm_limit": 1}}, MANY[:2]),
    "a member's requests": (
        {"token": {"team_id": "t", "user_id": "u"}, "team": {}, "membership": {}, "membership_budget": {"rpm_limit": 1}},
        MANY[:2],
    ),
    "an organisation's requests": (
        {"token": {"organization_id": "o"}, "organization": {}, "organization_budget": {"rpm_limit": 1}},
        MANY[:2],
    ),
    "a customer's requests": ({"token": {}, "end_user": {}, "end_user_budget": {"rpm_limit": 1}}, MANY[:2]),
    "the key before its team": ({"token": {"team_id": "t", "rpm_limit": 1}, "team": {"rpm_limit": 1}}, MANY[:2]),
    "requests by model": (
        {"token": {"metadata": {"model_rpm_limit": {"group": 1}}}},
        [call(), call({**CHAT, "model": "other"}), call(), call({**CHAT, "model": "alias"})],
    ),
    "by the name of an alias": (
        {"token": {"metadata": {"model_rpm_limit": {"alias": 1}}}},
        [call(), call({**CHAT, "model": "alias"}), call({**CHAT, "model": "alias"})],
    ),
    "a team's by model holds for its key": (
        {"token": {"team_id": "t"}, "team": {"metadata": {"model_rpm_limit": {"group": 1}}}},
        MANY[:2],
    ),
    "a key's own by model before its team's": (
        {"token": {"team_id": "t", "metadata": {"model_rpm_limit": {"group": 2}}}, "team": {"metadata": {"model_rpm_limit": {"group": 1}}}},
        MANY[:3],
    ),
    "a key with limits on another model": (
        {"token": {"team_id": "t", "metadata": {"model_rpm_limit": {"other": 2}}}, "team": {"metadata": {"model_rpm_limit": {"group": 1}}}},
        MANY[:2],
    ),
    "an organisation's by model": (
        {"token": {"organization_id": "o"}, "organization": {"metadata": {"model_rpm_limit": {"group": 1}}}},
        MANY[:2],
    ),
    **{f"{limit} tokens a minute": ({"token": {"tpm_limit": limit}}, MANY) for limit in (0, 10, 100, 1000, 5000)},
    "tokens that the client allows": ({"token": {"tpm_limit": 1000}}, [call({**CHAT, "max_tokens": 400})] * 3),
    "tokens that the client allows under another name": (
        {"token": {"tpm_limit": 1000}},
        [call({**CHAT, "max_completion_tokens": "400"})] * 3,
    ),
    "no tokens of an answer": ({"token": {"tpm_limit": 10}}, [call({**CHAT, "max_tokens": 0})] * 3),
    "several answers": ({"token": {"tpm_limit": 1000}}, [call({**CHAT, "max_tokens": 100, "n": 4})] * 3),
    "a long prompt": ({"token": {"tpm_limit": 2000}}, [call(LONG)] * 4),
    "a prompt longer than the answer is thought to be": (
        {"token": {"tpm_limit": 9000}},
        [call({"model": "group", "messages": [{"role": "user", "content": "word " * 2000}]})] * 3,
    ),
    "a prompt of nothing": ({"token": {"tpm_limit": 3}}, [call({"model": "group", "messages": []})] * 5),
    "a text to be completed": (
        {"token": {"tpm_limit": 100}},
        [call({"model": "group", "prompt": "Hello"}, dialect="openai-completions")] * 4,
    ),
    "responses": ({"token": {"tpm_limit": 50}}, [call({"model": "group", "input": "Hello"}, dialect="openai-responses")] * 4),
    "responses with an answer of a token": (
        {"token": {"tpm_limit": 50}},
        [call({"model": "group", "input": "Hello", "max_output_tokens": 1}, dialect="openai-responses")] * 4,
    ),
    "messages": ({"token": {"tpm_limit": 100}}, [call({**CHAT, "max_tokens": 40}, dialect="anthropic-messages")] * 3),
    "tokens by model": ({"token": {"metadata": {"model_tpm_limit": {"group": 100}}}}, MANY),
    "the smallest of several limits on tokens": (
        {"token": {"team_id": "t", "tpm_limit": 5000}, "team": {"tpm_limit": 200}},
        MANY,
    ),
    "less than was thought": (
        {"token": {"tpm_limit": 100}},
        [call(at=at, end=at + 1, usage={"prompt_tokens": 5, "completion_tokens": 5}) for at in (0, 2, 4, 6, 8, 10, 12)],
    ),
    "more than was thought": (
        {"token": {"tpm_limit": 100}},
        [call(at=at, end=at + 1, usage={"prompt_tokens": 60, "completion_tokens": 5}) for at in (0, 2, 4)],
    ),
    "what came from a cache": (
        {"token": {"tpm_limit": 100}},
        [
            call(at=at, end=at + 1, usage={"prompt_tokens": 60, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 50}})
            for at in (0, 2, 4, 6)
        ],
    ),
    "a call that failed": (
        {"token": {"tpm_limit": 60}},
        [call({**CHAT, "max_tokens": 50}, at=at, end=at + 1, usage="failed") for at in (0, 2, 4)],
    ),
    "a refused call takes no place": (
        {"token": {"tpm_limit": 60, "max_parallel_requests": 2}},
        [call({**CHAT, "max_tokens": 50}), call({**CHAT, "max_tokens": 50}), call({**CHAT, "max_tokens": 1})],
    ),
}


def view(rows):
    token, team, user = rows["token"], rows.get("team", {}), rows.get("user", {})
    member, budget = rows.get("membership_budget", {}), rows.get("budget", {})
    organization, ofOrganization = rows.get("organization", {}), rows.get("organization_budget", {})
    customer = rows.get("end_user_budget")
    return UserAPIKeyAuth(
        api_key="key",
        user_id=token.get("user_id"),
        team_id=token.get("team_id"),
        org_id=token.get("organization_id"),
        **{name: token[name] for name in ("rpm_limit", "tpm_limit", "max_parallel_requests") if name in token},
        **{f"litellm_budget_table_{name}": value for name, value in budget.items()},
        metadata=token.get("metadata", {}),
        team_metadata=team.get("metadata", {}),
        organization_metadata=organization.get("metadata", {}),
        **{f"team_{name}": team[name] for name in ("rpm_limit", "tpm_limit") if name in team},
        **{f"user_{name}": value for name, value in user.items()},
        **{f"team_member_{name}": value for name, value in member.items()},
        **{f"organization_{name}": value for name, value in ofOrganization.items()},
        **({} if customer is None else {"end_user_id": "e", **{f"end_user_{name}": value for name, value in customer.items()}}),
    )


async def begin(limiter, key, one, call_id):
    data = {**json.loads(json.dumps(one["body"])), "litellm_call_id": call_id}
    try:
        await limiter.async_pre_call_hook(key, DualCache(), data, CALL_TYPES[one["dialect"]])
    except Exception as error:
        return {"status": error.status_code, "message": error.detail, "type": error.type, "param": error.param, "headers": error.headers}
    data.pop("litellm_call_id")
    left = (get_request_stash().rate_limit_response or {}).get("statuses", [])
    return {
        "sent": None if data == one["body"] else data,
        "headers": limiter._merge_ratelimit_statuses_into_additional_headers({}, left),
    }


async def end(limiter, key, one, call_id):
    kwargs = {
        "litellm_call_id": call_id,
        "litellm_params": {"metadata": {"model_group": one["body"]["model"]}},
        "standard_logging_object": {
            "metadata": {"user_api_key_hash": "key", "user_api_key_user_id": key.user_id, "user_api_key_team_id": key.team_id}
        },
    }
    if one["usage"] == "failed":
        return await limiter.async_log_failure_event(kwargs, None, None, None)
    usage = one["usage"] or {}
    response = ModelResponse(usage=Usage(**usage, total_tokens=usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)))
    await limiter.async_log_success_event(kwargs, response, None, None)


async def play(rows, calls):
    global now
    now = START
    limiter = Limiter(
        InternalUsageCache(DualCache()),
        time_provider=lambda: datetime.fromtimestamp(now, tz=timezone.utc),
        model_group_resolver=ALIASES.get,
    )
    key = view(rows)
    events = sorted(
        [(one["atSeconds"], 1, at) for at, one in enumerate(calls)]
        + [(one["endSeconds"], 0, at) for at, one in enumerate(calls) if one["endSeconds"] is not None]
    )
    contexts, results = {}, {}
    for seconds, kind, at in events:
        now = START + seconds
        if kind == 1:
            contexts[at] = contextvars.Context()
            results[at] = await asyncio.create_task(begin(limiter, key, calls[at], str(at)), context=contexts[at])
        elif "status" not in results[at]:
            await asyncio.create_task(end(limiter, key, calls[at], str(at)), context=contexts[at])
            await asyncio.sleep(0.01)
    return [{**one, "result": results[at]} for at, one in enumerate(calls)]


async def main():
    cases = [{"name": name, "rows": rows, "calls": await play(rows, calls)} for name, (rows, calls) in SCENARIOS.items()]
    print(json.dumps({"startSeconds": START, "aliases": ALIASES, "cases": cases}, indent=1))


asyncio.run(main())
