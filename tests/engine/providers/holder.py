"""A process that holds a slot: `python -m tests.engine.providers.holder URL LANE`.

It says so, and lets go at end of input.
"""

import sys

from tasks_app.errors import Release
from tasks_app.providers import limiter
from tasks_app.providers.endpoint import LLM, Endpoint, PriorityClass


def main(url: str, priority_class: str) -> None:
    endpoint = Endpoint(name=LLM, base_url=url, model="writer")
    try:
        with limiter.slot(endpoint, PriorityClass(priority_class)):
            print("held", flush=True)
            sys.stdin.read()
    except Release as refusal:
        print(refusal.code, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
