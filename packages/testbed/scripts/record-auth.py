"""Records what LiteLLM itself says about keys and their owners, by calling its own functions over rows in memory.

    python packages/testbed/scripts/record-auth.py > packages/testbed/recorded/auth.json

Needs `pip install 'litellm[proxy]==1.106.2'`. No database, no network: the rows below stand for what a database would give.
"""

import asyncio
import json
import logging
import sys
from datetime import datetime, timezone
from types import ModuleType, SimpleNamespace
from unittest.mock import AsyncMock, MagicMock

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

import litellm  # noqa: E402
from fastapi import HTTPException, Request  # noqa: E402
from litellm import Router  # noqa: E402
from litellm.litellm_core_utils.duration_parser import duration_in_seconds, get_next_standardized_reset_time  # noqa: E402
from litellm.proxy import proxy_server  # noqa: E402
from litellm.proxy._types import (  # noqa: E402
    LiteLLM_BudgetTable,
    LiteLLM_EndUserTable,
    LiteLLM_OrganizationTable,
    LiteLLM_ProjectTableCachedObj,
    LiteLLM_TeamMembership,
    LiteLLM_TeamTable,
    LiteLLM_UserTable,
    LiteLLM_VerificationTokenView,
    ProxyException,
)
from litellm.proxy.auth import auth_checks  # noqa: E402
from litellm.proxy.auth.user_api_key_auth import user_api_key_auth  # noqa: E402
from litellm.proxy.management_endpoints.key_management_endpoints import generate_key_helper_fn  # noqa: E402
from litellm.proxy.common_utils.user_api_key_cache import UserApiKeyCache  # noqa: E402
from litellm.proxy.auth.auth_utils import abbreviate_api_key  # noqa: E402
from litellm.proxy.utils import hash_token  # noqa: E402

MASTER_KEY = "sk-master-of-recordings"
KEY = "sk-recorded-key-0001"
PATH = "/v1/chat/completions"

MODELS = [
    ("gpt-4o", {}),
    ("small", {"access_groups": ["beta"]}),
    ("claude-sonnet-4-5", {}),
    ("bedrock/us.nova", {}),
    ("wild/*", {"access_groups": ["wilds"]}),
]

SPENT = {"spend": 10.0, "max_budget": 10.0}


def key(name, token=None, body=None, path=PATH, **owners):
    """One case: columns of the key's row, rows of its owners by table, and what is asked for."""
    return {"name": name, "path": path, "body": {"model": "gpt-4o", "messages": [], **(body or {})}, "rows": {"token": token or {}, **owners}}


CASES = [
    key("a key without limits"),
    key("blocked", {"blocked": True}),
    key("blocked, of a model it may not have", {"blocked": True, "models": ["small"]}),
    key("expired", {"expires": "2020-01-01T12:30:00"}),
    key("expired, with milliseconds", {"expires": "2020-01-01T12:30:00.250"}),
    key("not yet expired", {"expires": "2999-01-01T00:00:00"}),
    key("its model", {"models": ["gpt-4o"]}),
    key("another model", {"models": ["small"]}),
    key("a longer name", {"models": ["gpt-4"]}),
    key("every model by star", {"models": ["*"]}),
    key("all-proxy-models", {"models": ["all-proxy-models"]}),
    key("no-default-models", {"models": ["no-default-models"]}),
    key("a provider's models by bare name", {"models": ["openai/*"]}),
    key("another provider's models", {"models": ["anthropic/*"]}),
    key("Anthropic's model by bare name", {"models": ["anthropic/*"]}, {"model": "claude-sonnet-4-5"}),
    key("a prefix", {"models": ["bedrock/*"]}, {"model": "bedrock/us.nova"}),
    key("a longer prefix", {"models": ["bedrock/us.*"]}, {"model": "bedrock/us.nova"}),
    key("a prefix that only looks alike", {"models": ["bedrock/*"]}, {"model": "bedrockzzz/us.nova"}),
    key("an access group", {"models": ["beta"]}, {"model": "small"}),
    key("an access group without the model", {"models": ["beta"]}),
    key("an access group over a wildcard", {"models": ["wilds"]}, {"model": "wild/anything"}),
    key("an alias of the router", {"models": ["gpt-4o"]}, {"model": "router-alias"}),
    key("an alias of the router, listed itself", {"models": ["router-alias"]}, {"model": "router-alias"}),
    key("what an alias of the router leads to", {"models": ["router-alias"]}),
    key("an alias of its own", {"models": ["small"], "aliases": {"ours": "small"}}, {"model": "ours"}),
    key("an alias of its own, listed itself", {"models": ["ours"], "aliases": {"ours": "small"}}, {"model": "ours"}),
    key("two models at once", {"models": ["gpt-4o"]}, {"model": "gpt-4o,small"}),
    key("a fallback it may have", {"models": ["gpt-4o", "small"]}, {"fallbacks": ["small"]}),
    key("a fallback it may not have", {"models": ["gpt-4o"]}, {"fallbacks": ["small"]}),
    key("a fallback in a call", {"models": ["gpt-4o"]}, {"fallbacks": [{"model": "small"}]}),
    key("a fallback by name", {"models": ["gpt-4o"]}, {"context_window_fallbacks": [{"gpt-4o": ["small"]}]}),
    key("no model", {"models": ["small"]}, {"model": None}),
    key("money spent", {**SPENT, "key_name": "sk-...0001"}),
    key("money spent, with a name", {**SPENT, "key_name": "sk-...0001", "key_alias": "ours"}),
    key("money spent, with an odd key name", {**SPENT, "key_name": "sk-whole"}),
    key("less than a cent left", {"spend": 9.999999, "max_budget": 10.0}),
    key("a budget of nothing", {"spend": 0.0, "max_budget": 0.0}),
    key("a tiny budget", {"spend": 2e-07, "max_budget": 1e-07, "key_name": "sk-...0001"}),
    key("the budget of a budget row", {"spend": 3.0, "budget_id": "b"}, budget={"max_budget": 2.0}),
    key("its own budget before a budget row's", {"spend": 3.0, "max_budget": 5.0, "budget_id": "b"}, budget={"max_budget": 2.0}),
    key("money spent, on a model it may not have", {**SPENT, "models": ["small"]}),
    key("money spent, on a route it may not visit", {**SPENT, "allowed_routes": ["/v1/models"]}),
    key("its route", {"allowed_routes": [PATH]}),
    key("another route", {"allowed_routes": ["/v1/embeddings"]}),
    key("the route's other name", {"allowed_routes": ["/chat/completions"]}),
    key("routes by star", {"allowed_routes": ["/v1/*"]}),
    key("routes by name of a group", {"allowed_routes": ["llm_api_routes"]}),
    key("routes by name of another group", {"allowed_routes": ["management_routes"]}),
    key("a team", {"team_id": "t"}, team={"models": ["gpt-4o"]}),
    key("a team without the model", {"team_id": "t"}, team={"models": ["small"]}),
    key("a team without the model, of a key with it", {"team_id": "t", "models": ["gpt-4o"]}, team={"models": ["small"]}),
    key("all-team-models", {"team_id": "t", "models": ["all-team-models"]}, team={"models": ["gpt-4o"]}),
    key("all-team-models, and the team has it not", {"team_id": "t", "models": ["all-team-models"]}, team={"models": ["small"]}),
    key("all-team-models without a team", {"models": ["all-team-models"]}),
    key("a team's alias", {"team_id": "t"}, {"model": "theirs"}, team={"models": ["small"]}, team_aliases={"theirs": "small"}),
    key("a team's alias, of a key without it", {"team_id": "t", "models": ["small"]}, {"model": "theirs"}, team={"models": ["small"]}, team_aliases={"theirs": "small"}),
    key("a blocked team", {"team_id": "t"}, team={"blocked": True}),
    key("a blocked team without the model", {"team_id": "t"}, team={"blocked": True, "models": ["small"]}),
    key("a team at its limit", {"team_id": "t"}, team=SPENT),
    key("a team over its limit", {"team_id": "t"}, team={"spend": 10.5, "max_budget": 10.0}),
    key("a team over its limit, on a route not allowed", {"team_id": "t", "allowed_routes": ["/x"]}, team={"spend": 10.5, "max_budget": 10.0}),
    key("a member's models", {"team_id": "t", "user_id": "u"}, team={}, user={}, membership={}, membership_budget={"allowed_models": ["small"]}),
    key("a member's money", {"team_id": "t", "user_id": "u"}, team={}, user={}, membership={"spend": 2.0}, membership_budget={"max_budget": 2.0}),
    key("a member's money, for now", {"team_id": "t", "user_id": "u"}, team={}, user={}, membership={"spend": 2.0}, membership_budget={"max_budget": 2.0, "temp_budget_increase": 5.0, "temp_budget_expiry": "2999-01-01T00:00:00"}),
    key("a user's models", {"user_id": "u"}, user={"models": ["small"]}),
    key("a user without models", {"user_id": "u"}, user={"models": ["no-default-models"]}),
    key("a user's models, of a team's key", {"user_id": "u", "team_id": "t"}, user={"models": ["small"]}, team={}),
    key("a user's money", {"user_id": "u"}, user=SPENT),
    key("a user's money, of a team's key", {"user_id": "u", "team_id": "t"}, user=SPENT, team={}),
    key("a user deactivated by SCIM", {"user_id": "u"}, user={"metadata": {"scim_active": False}}),
    key("a project", {"project_id": "p"}, project={"models": ["gpt-4o"]}),
    key("a blocked project", {"project_id": "p"}, project={"blocked": True}),
    key("a project without the model", {"project_id": "p"}, project={"models": ["small"]}),
    key("a project's money", {"project_id": "p"}, project={"spend": 4.0, "budget_id": "b"}, project_budget={"max_budget": 4.0}),
    key("an organization's money", {"organization_id": "o"}, organization={"spend": 7.0}, organization_budget={"max_budget": 7.0}),
    key("an end user", {}, {"user": "e"}, end_user={}),
    key("an end user's models", {}, {"user": "e"}, end_user={"models": ["small"]}),
    key("an end user's money at its limit", {}, {"user": "e"}, end_user={"spend": 5.0, "budget_id": "b"}, end_user_budget={"max_budget": 5.0}),
    key("an end user's money", {}, {"user": "e"}, end_user={"spend": 5.5, "budget_id": "b"}, end_user_budget={"max_budget": 5.0}),
    key("an end user in metadata", {}, {"metadata": {"user_id": "e"}}, end_user={"models": ["small"]}),
]

# Cases without a row: the key of the call, by header value; None is no header at all.
STRANGERS = [
    ("no key", None),
    ("an empty key", "Bearer "),
    ("no scheme", "sk-without-a-scheme"),
    ("unknown", "Bearer sk-unknown-key-9999"),
    ("without sk-", "Bearer no-prefix-at-all"),
    ("short, without sk-", "Bearer short"),
]

# What is asked of a new key. Moments that depend on the clock are not asked for: they have their own cases.
CREATED = [
    {},
    {"models": ["gpt-4o", "small"], "aliases": {"ours": "small"}, "key_alias": "ours", "user_id": "u", "team_id": "t"},
    {"key_max_budget": 12.5, "max_parallel_requests": 3, "tpm_limit": 1000, "rpm_limit": 10, "tpd_limit": 99, "metadata": {"tags": ["a"], "note": "ü"}},
    {"model_rpm_limit": {"gpt-4o": 3}, "model_tpm_limit": {"small": 5}, "guardrails": ["g"], "metadata": {"own": 1}},
    {"allowed_routes": ["/v1/*"], "key_type": "llm_api", "permissions": {"a": True}},
    {"organization_id": "o", "project_id": "p", "budget_id": "b", "created_by": "x", "updated_by": "y", "blocked": True, "access_group_ids": []},
]

DURATIONS = ["30s", "1m", "5m", "30m", "7m", "1h", "2h", "6h", "5h", "24h", "1d", "2d", "7d", "14d", "30d", "1w", "2w", "1mo"]
INSTANTS = ["2026-01-31T00:00:00Z", "2026-01-31T12:34:56Z", "2024-02-29T23:59:59Z", "2026-12-31T23:30:00Z", "2026-03-29T00:30:00Z", "2026-10-25T01:30:00Z"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]


def iso(text):
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def budget_of(columns):
    if columns is None:
        return None
    more = {**columns, "temp_budget_expiry": iso(columns.get("temp_budget_expiry"))}
    return LiteLLM_BudgetTable(budget_id="b", **{name: value for name, value in more.items() if value is not None})


class Row(SimpleNamespace):
    """What Prisma would give: an object that dumps itself."""

    def __iter__(self):
        return iter(self.model_dump().items())

    def model_dump(self):
        return dict(self.__dict__)

    dict = model_dump


def view_of(rows):
    """The row that LiteLLM's own SQL would join."""
    token = dict(rows["token"])
    team = rows.get("team")
    org = token.pop("organization_id", None)
    if "expires" in token:
        token["expires"] = iso(token["expires"])
    joined = {"token": hash_token(KEY), "org_id": org, **token}
    if team is not None:
        joined.update({f"team_{name}": value for name, value in team.items() if name in ("spend", "max_budget", "models", "blocked")})
        joined.setdefault("team_models", [])
        joined["team_model_aliases"] = rows.get("team_aliases")
    if rows.get("membership") is not None:
        joined["team_member_spend"] = rows["membership"].get("spend", 0.0)
    if rows.get("budget") is not None:
        joined["litellm_budget_table_max_budget"] = rows["budget"].get("max_budget")
    return LiteLLM_VerificationTokenView(**joined)


def database_of(rows):
    """A client of the database that knows these rows."""
    made = {
        "litellm_teamtable": rows.get("team") is not None and LiteLLM_TeamTable(team_id="t", **{"models": [], **rows["team"]}),
        "litellm_usertable": rows.get("user") is not None and LiteLLM_UserTable(**{"user_id": "u", "max_budget": None, "user_email": None, "models": [], **rows["user"]}),
        "litellm_projecttable": rows.get("project") is not None and LiteLLM_ProjectTableCachedObj(
            **{"project_id": "p", "models": [], "created_by": "x", "updated_by": "x", "litellm_budget_table": budget_of(rows.get("project_budget")), **rows["project"]}
        ),
        "litellm_organizationtable": rows.get("organization") is not None and LiteLLM_OrganizationTable(
            **{"organization_id": "o", "organization_alias": "o", "budget_id": "b", "models": [], "created_by": "x", "updated_by": "x", "litellm_budget_table": budget_of(rows.get("organization_budget")), **rows["organization"]}
        ),
        "litellm_endusertable": rows.get("end_user") is not None and LiteLLM_EndUserTable(
            **{"user_id": "e", "blocked": False, "litellm_budget_table": budget_of(rows.get("end_user_budget")), **{k: v for k, v in rows["end_user"].items() if k != "budget_id"}}
        ),
        "litellm_teammembership": rows.get("membership") is not None and LiteLLM_TeamMembership(
            **{"user_id": "u", "team_id": "t", "budget_id": "b", "litellm_budget_table": budget_of(rows.get("membership_budget")), **rows["membership"]}
        ),
    }
    database = MagicMock()
    for table, model in made.items():
        found = Row(**model.model_dump()) if model else None
        for method in ("find_unique", "find_first"):
            setattr(getattr(database.db, table), method, AsyncMock(return_value=found))
        getattr(database.db, table).find_many = AsyncMock(return_value=[] if found is None else [found])
    database.get_data = AsyncMock(side_effect=lambda token=None, **_: view_of(rows) if token == hash_token(KEY) else None)
    database.attempt_db_reconnect = AsyncMock(return_value=False)
    return database


async def ask(authorization, path, body, rows):
    """What the proxy's own dependency says: None, or the error it answers with."""
    auth_checks.last_db_access_time.clear()
    proxy_server.prisma_client = database_of(rows) if rows is not None else None
    proxy_server.user_api_key_cache = UserApiKeyCache()
    proxy_server.spend_counter_cache.in_memory_cache.flush_cache()
    headers = [(b"content-type", b"application/json")] + ([] if authorization is None else [(b"authorization", authorization.encode())])
    payload = json.dumps(body).encode()

    async def receive():
        return {"type": "http.request", "body": payload, "more_body": False}

    scope = {"type": "http", "method": "POST", "path": path, "root_path": "", "query_string": b"", "headers": headers, "app": proxy_server.app, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 4000), "scheme": "http"}
    try:
        # The other headers' values, which FastAPI would have filled in.
        await user_api_key_auth(Request(scope, receive), authorization, None, None, None, None, None)
        return None
    except ProxyException as error:
        return {"status": int(error.code), **error.to_dict()}
    except HTTPException as error:
        return {"status": error.status_code, "detail": error.detail}


JSON_COLUMNS = ("aliases", "config", "permissions", "metadata", "model_max_budget", "budget_fallbacks", "router_settings", "budget_limits")


async def create(asked):
    """The row that LiteLLM would insert for a new key."""
    inserted = []

    async def insert(data, table_name):
        inserted.append(dict(data))
        return SimpleNamespace(token=hash_token(data["token"]))

    proxy_server.prisma_client = MagicMock()
    proxy_server.prisma_client.insert_data = insert
    await generate_key_helper_fn("key", table_name="key", token=KEY, **asked)
    return {name: json.loads(value) if name in JSON_COLUMNS and isinstance(value, str) else value for name, value in inserted[0].items() if value is not None}


async def main():
    proxy_server.master_key = MASTER_KEY
    proxy_server.general_settings = {"master_key": MASTER_KEY, "disable_budget_reservation": True}
    proxy_server.llm_router = Router(
        model_list=[{"model_name": name, "litellm_params": {"model": "openai/gpt-4o" if "*" not in name else "openai/*", "api_key": "none"}, "model_info": info} for name, info in MODELS],
        model_group_alias={"router-alias": "gpt-4o"},
    )
    litellm.max_budget = 0.0
    cases = []
    for case in CASES:
        error = await ask(f"Bearer {KEY}", case["path"], case["body"], case["rows"])
        cases.append({**case, "error": error})
    strangers = [{"name": name, "authorization": value, "error": await ask(value, PATH, {"model": "gpt-4o"}, {"token": {}})} for name, value in STRANGERS]
    resets = [
        {"duration": duration, "now": now, "timezone": zone, "resetAt": get_next_standardized_reset_time(duration, datetime.fromisoformat(now), zone).astimezone(timezone.utc).isoformat()}
        for duration in DURATIONS
        for now in INSTANTS
        for zone in ZONES
    ]
    created = [{"asked": asked, "row": await create(asked)} for asked in CREATED]
    tokens = [{"key": token, "hash": hash_token(token), "keyName": abbreviate_api_key(api_key=token)} for token in (KEY, MASTER_KEY, "sk-ünïcode-😀", "sk-")]
    seconds = [{"duration": duration, "seconds": duration_in_seconds(duration)} for duration in DURATIONS if not duration.endswith("mo")]
    return {
        "reference": "LiteLLM 1.106.2",
        "masterKey": MASTER_KEY,
        "key": KEY,
        "models": [{"name": name, "accessGroups": info.get("access_groups", [])} for name, info in MODELS],
        "routerAliases": {"router-alias": "gpt-4o"},
        "tokens": tokens,
        "durations": seconds,
        "resets": resets,
        "strangers": strangers,
        "created": created,
        "cases": cases,
    }


def write(recorded):
    """One entry a line, so that a difference between two recordings can be read."""
    parts = []
    for name, value in recorded.items():
        entries = ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in value) if isinstance(value, list) else None
        parts.append(f" {json.dumps(name)}: " + (json.dumps(value, ensure_ascii=False) if entries is None else f"[\n{entries}\n ]"))
    sys.stdout.write("{\n" + ",\n".join(parts) + "\n}\n")


write(asyncio.run(main()))
