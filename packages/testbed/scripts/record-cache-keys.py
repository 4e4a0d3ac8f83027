"""Records what LiteLLM hashes for the cache keys of calls, by sending them to its own proxy in this process; its deployments are mocked.

    python packages/testbed/scripts/record-cache-keys.py > packages/testbed/recorded/cache-keys.json

Needs `pip install 'litellm[proxy]==1.106.2'`. No database, no network.
"""

import asyncio
import json
import logging
import os
import sys
import tempfile

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
logging.disable(logging.CRITICAL)
said, sys.stdout = sys.stdout, sys.stderr

import httpx  # noqa: E402
from litellm.caching.caching import Cache  # noqa: E402
from litellm.litellm_core_utils.model_param_helper import ModelParamHelper  # noqa: E402
from litellm.proxy import proxy_server  # noqa: E402

KEY = "sk-master-of-recordings"
MOCK = {"model": "openai/gpt-4o", "api_key": "none", "mock_response": "said"}
VECTORS = {"model": "openai/text-embedding-3-small", "api_key": "none", "mock_response": [0.5]}
DEFAULTS = {"temperature": 0.5, "max_tokens": 100, "stop": ["END"]}
GROUPS = [["it's one", "other"], ["other", "vectors too"]]
CONFIG = {
    "model_list": [
        {"model_name": "plain", "litellm_params": MOCK},
        {"model_name": "set", "litellm_params": {**MOCK, **DEFAULTS}},
        {"model_name": "vectors", "litellm_params": VECTORS},
        {"model_name": "sized", "litellm_params": {**VECTORS, "dimensions": 8, "user": "d"}},
        {"model_name": "messages", "litellm_params": {**MOCK, "model": "anthropic/claude-sonnet-4-5"}},
        {"model_name": "it's one", "litellm_params": MOCK},
        {"model_name": "other", "litellm_params": {**MOCK, "model": "anthropic/claude-sonnet-4-5"}},
        {"model_name": "vectors too", "litellm_params": VECTORS},
    ],
    "general_settings": {"master_key": KEY},
    "router_settings": {"model_group_alias": {"alias": "plain"}, "caching_groups": GROUPS},
    "litellm_settings": {"cache": True, "cache_params": {"type": "local", "namespace": "space"}},
}

CHAT, COMPLETIONS, MESSAGES, RESPONSES = "/v1/chat/completions", "/v1/completions", "/v1/messages", "/v1/responses"
EMBEDDINGS = "/v1/embeddings"
TEXTS = [
    "plain words", "", "it's", 'she said "so"', "it's \"both\"", "back\\slash", "tab\tline\nreturn\r", "nul\u0000bell\u0007del\u007f",
    "caf\u00e9 \u4e16\u754c \ud83d\ude00", "no-break\u00a0space soft\u00adhyphen", "zero\u200bwidth line\u2028 para\u2029", "bom\ufeff private\ue000",
    "\ud83c\udff4\udb40\udc67 flag", "\u3000ideographic",
]
NUMBERS = (
    '{"a":0,"b":-0,"c":-0.0,"d":1.0,"e":1.50,"f":1e3,"g":1E-3,"h":0.0001,"i":0.00001,"j":1e15,"k":1e16,"l":123456789012345678,'
    '"m":18446744073709551615,"n":18446744073709551616,"o":-9223372036854775808,"p":-9223372036854775809,"q":9007199254740993,'
    '"r":1.7976931348623157e308,"s":5e-324,"t":0.1,"u":100000000000000000.0,"v":2.5e-7,"w":12345678901234567890123}'
)


def text_of(value):
    return json.dumps(value)


def chat(rest, group="plain", content="hello"):
    return CHAT, '{"model":"%s","messages":[{"role":"user","content":%s}]%s}' % (group, text_of(content), rest)


CALLS = [
    chat(""),
    chat("", "alias"),
    chat("", "set"),
    *[chat("", content=content) for content in TEXTS],
    chat(',"logit_bias":' + NUMBERS),
    chat(',"stream":true'),
    chat(',"stream":true,"stream_options":{"include_usage":false}'),
    chat(',"stream_options":{"include_usage":true},"stream":true,"top_p":1'),
    chat(',"stream":false,"n":1'),
    chat(',"temperature":0,"max_tokens":7,"seed":1', "set"),
    chat(',"temperature":0.7,"stop":null,"user":"u"', "set"),
    chat(',"foo":3,"metadata":{"a":1},"timeout":5,"num_retries":1,"tags":["t"],"user":"u"'),
    chat(',"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}},"strict":true}}],"tool_choice":"auto"'),
    chat(',"response_format":{"type":"json_object"},"parallel_tool_calls":false,"logprobs":true,"top_logprobs":2'),
    chat(',"top_p":0.1,"n":1,"top_p":0.2'),
    chat(',"cache":{"ttl":5,"namespace":"own"}'),
    chat(',"metadata":{"redis_namespace":"named"}'),
    (CHAT, '{ "temperature" : 0.1 , "messages" : [ { "role" : "user" , "content" : [ { "type" : "text" , "text" : "a b" } ] } ] , "model" : "plain" }'),
    (CHAT, '{"max_tokens":5,"n":2,"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}],"model":"set","top_p":0.5}'),
    (COMPLETIONS, '{"model":"plain","prompt":"hello"}'),
    (COMPLETIONS, '{"prompt":["a","b"],"max_tokens":3,"model":"set","suffix":null,"echo":false}'),
    (COMPLETIONS, '{"prompt":"hi","stream":true,"model":"plain","max_tokens":3}'),
    (MESSAGES, '{"model":"messages","max_tokens":5,"messages":[{"role":"user","content":"hello"}]}'),
    (MESSAGES, '{"max_tokens":5,"system":"s","messages":[{"role":"user","content":"u"}],"model":"messages","stream":true,"temperature":1,"top_k":3,"metadata":{"user_id":"u"}}'),
    (MESSAGES, '{"stop_sequences":["x"],"thinking":{"type":"disabled"},"messages":[{"role":"user","content":"u"}],"model":"messages","max_tokens":9}'),
    (RESPONSES, '{"model":"plain","input":"hello"}'),
    chat("", "it's one"),
    (COMPLETIONS, '{"model":"it\'s one","prompt":"hello"}'),
    (MESSAGES, '{"model":"other","max_tokens":5,"messages":[{"role":"user","content":"hello"}]}'),
    (RESPONSES, '{"model":"it\'s one","input":"hello"}'),
    (RESPONSES, '{"instructions":"i","input":[{"role":"user","content":"hi"}],"temperature":1.0,"model":"set","store":false,"max_output_tokens":16}'),
]


# What is looked up for each input of a call, in their order.
INPUTS = [
    '{"model":"vectors","input":"hello"}',
    '{"model":"vectors too","input":"hello"}',
    '{"model":"vectors","input":["a b","it\'s",""]}',
    '{"dimensions":4,"encoding_format":"float","input":["a"],"user":"u","model":"vectors"}',
    '{"model":"sized","dimensions":4,"input":["a","b"],"foo":1,"metadata":{"a":1}}',
    '{"user":"u","input":["a"],"model":"sized"}',
    '{"model":"vectors","input":[[1,2],[3]]}',
    '{"model":"vectors","input":["a"],"cache":{"namespace":"own"},"input_type":"query"}',
]


async def main():
    seen = []
    hashed = Cache._get_hashed_cache_key

    def watch(material):
        seen.append(material)
        return hashed(material)

    Cache._get_hashed_cache_key = staticmethod(watch)
    keyed = []
    namespaced = Cache._add_namespace_to_cache_key
    Cache._add_namespace_to_cache_key = lambda self, hash_hex, **kwargs: keyed.append(namespaced(self, hash_hex, **kwargs)) or keyed[-1]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(json.dumps(CONFIG))
        file.flush()
        await proxy_server.initialize(config=file.name)
    calls = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=proxy_server.app), base_url="http://proxy.test") as client:
        for path, body in CALLS:
            seen.clear()
            keyed.clear()
            headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
            answer = await client.post(path, content=body, headers=headers)
            assert answer.status_code == 200, (body, answer.text)
            assert seen and keyed, body
            calls.append({"path": path, "body": body, "material": seen[0], "key": keyed[0]})
        inputs = []
        for body in INPUTS:
            seen.clear()
            keyed.clear()
            # A mock gives one embedding, however many are asked for: what comes of it does not matter here.
            await client.post(EMBEDDINGS, content=body, headers=headers)
            count = len(json.loads(body)["input"]) if isinstance(json.loads(body)["input"], list) else 1
            assert len(seen) >= count, (body, seen)
            inputs.append({"body": body, "materials": seen[:count], "keys": keyed[:count]})
    params = sorted(ModelParamHelper.get_all_llm_api_params())
    table = {"source": "litellm 1.106.2", "namespace": "space", "groups": GROUPS, "defaults": DEFAULTS, "params": params, "calls": calls, "inputs": inputs}
    json.dump(table, said, indent=1)
    said.write("\n")
    said.flush()


asyncio.run(main())
os._exit(0)
