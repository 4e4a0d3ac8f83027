"""Two calls of one key through LiteLLM's own limiter over a Redis: one that ends, one that runs on. Prints what it says is left after each.

    python take-in-litellm.py REDIS_PORT KEY_HASH
"""

import asyncio
import contextvars
import json
import logging
import sys

logging.disable(logging.CRITICAL)

from litellm import DualCache, ModelResponse, RedisCache, Usage  # noqa: E402
from litellm.proxy._types import UserAPIKeyAuth  # noqa: E402
from litellm.proxy.hooks.parallel_request_limiter_v3 import (  # noqa: E402
    _PROXY_MaxParallelRequestsHandler_v3 as Limiter,
    get_request_stash,
)
from litellm.proxy.utils import InternalUsageCache  # noqa: E402

PORT, KEY = sys.argv[1:]
BODY = {"model": "group", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 49}


async def begin(limiter, key, call_id):
    await limiter.async_pre_call_hook(key, DualCache(), {**BODY, "litellm_call_id": call_id}, "acompletion")
    return {one["rate_limit_type"]: one["limit_remaining"] for one in get_request_stash().rate_limit_response["statuses"]}


async def end(limiter, call_id):
    kwargs = {
        "litellm_call_id": call_id,
        "litellm_params": {"metadata": {"model_group": "group"}},
        "standard_logging_object": {"metadata": {"user_api_key_hash": KEY}},
    }
    usage = Usage(prompt_tokens=5, completion_tokens=30, total_tokens=35)
    await limiter.async_log_success_event(kwargs, ModelResponse(usage=usage), None, None)


async def main():
    limiter = Limiter(InternalUsageCache(DualCache(redis_cache=RedisCache(host="127.0.0.1", port=int(PORT)))))
    key = UserAPIKeyAuth(api_key=KEY, rpm_limit=5, tpm_limit=1000, max_parallel_requests=3)
    left = []
    for call_id in ("ends", "runs-on"):
        context = contextvars.Context()
        left.append(await asyncio.create_task(begin(limiter, key, call_id), context=context))
        if call_id == "ends":
            await asyncio.create_task(end(limiter, call_id), context=context)
    print(json.dumps(left))


asyncio.run(main())
