"""Translates chat requests for Gemini as LiteLLM does: one {"model", "body"} a line on standard input, one JSON a line on output."""

import contextlib
import io
import json
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402
from litellm.llms.vertex_ai.gemini.transformation import _transform_request_body  # noqa: E402
from litellm.utils import get_optional_params  # noqa: E402

litellm.suppress_debug_info = True
PROVIDER = "vertex_ai"


def translate(model: str, body: dict) -> dict:
    messages = body.pop("messages")
    with contextlib.redirect_stdout(io.StringIO()):
        params = get_optional_params(
            model=model, custom_llm_provider=PROVIDER, messages=messages, **body
        )
        return _transform_request_body(
            messages=messages,
            model=model,
            optional_params=params,
            custom_llm_provider=PROVIDER,
            litellm_params={},
            cached_content=None,
        )


for line in sys.stdin:
    request = json.loads(line)
    try:
        print(json.dumps({"body": translate(request["model"], request["body"])}), flush=True)
    except Exception as error:
        print(json.dumps({"error": str(error)[:500]}), flush=True)
