"""Records what LiteLLM's limiter by active keys leaves to a key, by calling it with groups, usage and keys of our making.

    python packages/testbed/scripts/record-activity.py > packages/testbed/recorded/activity.json

Needs `pip install 'litellm[proxy]==1.106.2'`. No database, no network.
"""

import asyncio
import json
import logging
import os
from datetime import datetime, timezone
from types import SimpleNamespace

logging.disable(logging.CRITICAL)
os.environ["LITELLM_LICENSE"] = "any"

import litellm  # noqa: E402
from litellm import DualCache  # noqa: E402
from litellm.proxy._types import UserAPIKeyAuth  # noqa: E402
from litellm.proxy.common_request_processing import proxy_exception_from_http_exception  # noqa: E402
from litellm.proxy.hooks.dynamic_rate_limiter import _PROXY_DynamicRateLimitHandler as Limiter  # noqa: E402
from litellm.types.router import ModelGroupInfo  # noqa: E402

litellm.suppress_debug_info = True

NOW = datetime(2026, 11, 28, tzinfo=timezone.utc)
RESERVED = {"prod": 0.9, "dev": 0.1, "some": {"type": "rpm", "value": 30}, "tokens": {"type": "tpm", "value": 250}}


def cases():
    for rpm, tpm in ((None, None), (100, None), (None, 1000), (100, 1000), (3, 7)):
        for used_rpm, used_tpm in ((None, None), (0, 0), (2, 6), (50, 500), (100, 1000), (150, 2000)):
            for active in (0, 1, 2, 3, 7):
                for priority in (None, "prod", "dev", "some", "tokens", "unknown"):
                    yield {"rpm": rpm, "tpm": tpm, "usedRpm": used_rpm, "usedTpm": used_tpm, "active": active, "priority": priority}


async def play(case):
    info = ModelGroupInfo(model_group="group", providers=["openai"], rpm=case["rpm"], tpm=case["tpm"])

    async def usage(model_group):
        return case["usedTpm"], case["usedRpm"]

    limiter = Limiter(DualCache(), time_fn=lambda: NOW)
    limiter.update_variables(
        SimpleNamespace(
            get_model_group_info=lambda model_group: info,
            get_model_group_usage=usage,
        )
    )
    if case["active"] > 0:
        await limiter.internal_usage_cache.async_set_cache_sadd(model="group", value=[f"key-{at}" for at in range(case["active"])])
    metadata = {} if case["priority"] is None else {"priority": case["priority"]}
    key = UserAPIKeyAuth(api_key="key", metadata=metadata)
    left = await limiter.check_available_usage(model="group", priority=case["priority"])
    shown = dict(zip(("ownTokens", "ownRequests", "groupTokens", "groupRequests", "keys"), left))
    try:
        await limiter.async_pre_call_hook(key, DualCache(), {"model": "group"}, "acompletion")
    except Exception as error:
        refused = proxy_exception_from_http_exception(error, dict(error.headers or {}))
        fields = refused.provider_specific_fields
        return {"status": int(refused.code), "message": refused.message, "type": refused.type, "fields": fields, "headers": refused.headers}
    return {"left": shown}


async def main():
    litellm.priority_reservation = RESERVED
    recorded = [{**case, "result": await play(case)} for case in cases()]
    print("{" + f'"reserved": {json.dumps(RESERVED)}, "cases": [\n' + ",\n".join(json.dumps(one) for one in recorded) + "\n]}")


asyncio.run(main())
