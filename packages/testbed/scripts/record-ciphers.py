"""Records texts as LiteLLM encrypts them for its database, with both of its ciphers, by calling its own functions.

    python packages/testbed/scripts/record-ciphers.py > packages/testbed/recorded/ciphers.json

Needs `pip install 'litellm[proxy]==1.106.2'`. No database, no network.
"""

import json
import logging
import sys
from types import ModuleType

logging.disable(logging.CRITICAL)


class Stub(ModuleType):
    """Stands for the Prisma client, which cannot be had without its engine: every name in it is an exception nobody raises."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (Exception,), {})
        setattr(self, name, made)
        return made


sys.modules["prisma"] = Stub("prisma")
sys.modules["prisma.errors"] = sys.modules["prisma"].errors = Stub("prisma.errors")

from litellm.proxy import proxy_server  # noqa: E402
from litellm.proxy.common_utils.encrypt_decrypt_utils import decrypt_value_helper, encrypt_value_helper  # noqa: E402

KEYS = ["sk-salt-of-recordings", "ключ 🔑 with spaces", "x"]
TEXTS = ["", "a", "key-of-a-provider", "Grüße, 世界 🌍", "os.environ/SOME_KEY", '{"type": "service_account", "id": 1}', "long " * 400]
CIPHERS = {"secretbox": {}, "gcm": {"encryption_algorithm": "aes-256-gcm"}}
# What stands unencrypted in a row, and must not be taken for encrypted.
PLAIN = ["openai/gpt-4o", "https://api.example.com/v1", "os.environ/SOME_KEY", "v2:gcm:", "v2:gcm:AAAA", "AAAA", "us-east-1", "true"]


def main():
    sealed = []
    for cipher, settings in CIPHERS.items():
        proxy_server.general_settings = settings
        for key in KEYS:
            for text in TEXTS:
                value = encrypt_value_helper(text, new_encryption_key=key)
                proxy_server.master_key = key
                assert decrypt_value_helper(value, key="any") == text
                sealed.append({"cipher": cipher, "key": key, "text": text, "sealed": value})
    proxy_server.master_key = KEYS[0]
    plain = [text for text in PLAIN if decrypt_value_helper(text, key="any", return_original_value=True) == text]
    assert plain == PLAIN
    json.dump({"source": "litellm 1.106.2", "sealed": sealed, "plain": plain}, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


main()
