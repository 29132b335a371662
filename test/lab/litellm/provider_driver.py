"""Tells where LiteLLM sends the requests of providers: one name a line on standard input, one JSON a line on standard output.

{"name", "base": address or null, "variables": the variables of the environment that it looks for}
"""

import contextlib
import io
import json
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402
from litellm.litellm_core_utils.get_llm_provider_logic import get_llm_provider  # noqa: E402

litellm.suppress_debug_info = True


class RecordingEnvironment:
    """The environment, and a record of the names that were looked for."""

    def __init__(self, environment):
        self.environment = environment
        self.asked = []

    def get(self, name, default=None):
        self.asked.append(name)
        return self.environment.get(name, default)

    def __getitem__(self, name):
        self.asked.append(name)
        return self.environment[name]

    def __contains__(self, name):
        self.asked.append(name)
        return name in self.environment

    def __getattr__(self, name):
        return getattr(self.environment, name)


def describe(name: str) -> dict:
    environment = os.environ
    recording = RecordingEnvironment(environment)
    os.environ = recording
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            _, provider, _, base = get_llm_provider(model=f"{name}/some-model")
    except Exception:
        return {"name": name, "known": False, "base": None, "variables": []}
    finally:
        os.environ = environment
    return {"name": name, "known": provider == name, "base": base, "variables": recording.asked}


for line in sys.stdin:
    print(json.dumps(describe(line.strip())), flush=True)
