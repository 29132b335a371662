"""Puts calls to LiteLLM's own Router: one world a line on standard input, one line of endings each on standard output.

A world is {"world": name, "router": keyword arguments of Router, "calls": [{"model", "content", ...}]}; an ending is the
status that LiteLLM's proxy would answer with. Calls of a world follow each other.

Routers of one process register the same callbacks and hear of each other's failures, so each world is a process of its
own, forked when LiteLLM is loaded.
"""

import asyncio
import json
import logging
import multiprocessing
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
logging.disable(logging.CRITICAL)

import litellm  # noqa: E402
from litellm import Router  # noqa: E402

litellm.suppress_debug_info = True
litellm.telemetry = False

# Most of the time of a world is LiteLLM waiting before a retry.
SIDE_BY_SIDE = 24
# Outcomes are counted by callbacks of the event loop, after the caller has its answer.
SETTLING_SECONDS = 0.1


def status_of(error: Exception) -> int:
    """As the proxy does: it looks for these words before it looks at the error."""
    if "No deployments available" in str(error):
        return 429
    status = getattr(error, "status_code", None)
    return int(status) if status is not None else 500


async def end_of(router: Router, call: dict) -> int:
    content = call.pop("content")
    try:
        await router.acompletion(messages=[{"role": "user", "content": content}], **call)
        return 200
    except Exception as error:
        return status_of(error)


async def play(world: dict) -> list[int]:
    router = Router(**world["router"])
    endings = []
    for call in world["calls"]:
        endings.append(await end_of(router, call))
        await asyncio.sleep(SETTLING_SECONDS)
    return endings


def play_line(line: str) -> str:
    world = json.loads(line)
    return json.dumps({"world": world["world"], "endings": asyncio.run(play(world))})


def warm_up() -> None:
    """What every world would load for itself."""
    litellm.token_counter(model="gpt-4o", text="warm")
    mocked = {"model": "openai/warm", "api_key": "sk-warm", "mock_response": "warm"}
    asyncio.run(play({"router": {"model_list": [{"model_name": "warm", "litellm_params": mocked}]},
                      "calls": [{"model": "warm", "content": "warm"}]}))


def main() -> None:
    warm_up()
    lines = [line for line in sys.stdin if line.strip()]
    context = multiprocessing.get_context("fork")
    with context.Pool(SIDE_BY_SIDE, maxtasksperchild=1) as pool:
        for ending in pool.imap_unordered(play_line, lines):
            print(ending, flush=True)


main()
