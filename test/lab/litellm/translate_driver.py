"""Translates chat requests as LiteLLM does: one {"provider", "model", "body"} a line on standard input, one JSON a line on output."""

import contextlib
import io
import json
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402
from litellm.llms.anthropic.chat.transformation import AnthropicConfig  # noqa: E402
from litellm.llms.bedrock.chat.converse_transformation import AmazonConverseConfig  # noqa: E402
from litellm.llms.vertex_ai.gemini.transformation import _transform_request_body  # noqa: E402
from litellm.utils import get_optional_params  # noqa: E402

litellm.suppress_debug_info = True


def to_google(model: str, messages: list, params: dict) -> dict:
    return _transform_request_body(
        messages=messages,
        model=model,
        optional_params=params,
        custom_llm_provider="vertex_ai",
        litellm_params={},
        cached_content=None,
    )


def to_anthropic(model: str, messages: list, params: dict) -> dict:
    return AnthropicConfig().transform_request(
        model=model, messages=messages, optional_params=params, litellm_params={}, headers={}
    )


def to_bedrock(model: str, messages: list, params: dict) -> dict:
    return AmazonConverseConfig()._transform_request(
        model=model, messages=messages, optional_params=params, litellm_params={}, headers={}
    )


TRANSLATIONS = {"vertex_ai": to_google, "anthropic": to_anthropic, "bedrock": to_bedrock}


def translate(provider: str, model: str, body: dict) -> dict:
    messages = body.pop("messages")
    with contextlib.redirect_stdout(io.StringIO()):
        params = get_optional_params(
            model=model, custom_llm_provider=provider, messages=messages, **body
        )
        return TRANSLATIONS[provider](model, messages, params)


for line in sys.stdin:
    try:
        print(json.dumps({"body": translate(**json.loads(line))}), flush=True)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"[:500]}), flush=True)
