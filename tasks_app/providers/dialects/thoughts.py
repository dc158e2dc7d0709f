"""What open models write before their answer, where their server does not take it out."""

import re

_TAG = r"(?:think|thinking|thought|reasoning)"

_THOUGHTS = re.compile(rf"\A\s*+(?:<{_TAG}>)?(?:(?!<{_TAG}>).)*?</{_TAG}>\s*+", re.DOTALL)
"""Many templates put the opening tag into the prompt, so that only the closing one is in the answer."""

_OPEN = re.compile(rf"\A\s*+<(?:{_TAG}>.*|[a-z]{{0,9}})\Z", re.DOTALL)
"""Thoughts, or the beginning of their tag, that have not ended yet."""


def spoken(text: str) -> str:
    """What a model has said so far to the person who asked, without its thoughts."""
    if "</" in text:
        text = _THOUGHTS.sub("", text, count=1)
    return _OPEN.sub("", text, count=1)
