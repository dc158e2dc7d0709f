"""The model that `bench pipeline` asks, and what the bench calls ideal."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from benchmarks.pipeline import Contest, MeasuredRun, _item, _row, _source
from benchmarks.support.model_server import CHAT, EMBEDDINGS, SUMMARY, model_server


def ask(url: str, call: str, body: dict[str, Any]) -> Any:
    with urlopen(Request(f"{url}/{call}", json.dumps({"model": "bench", **body}).encode())) as answer:
        return json.load(answer)


def test_it_answers_and_counts() -> None:
    with model_server(latency=0.0, cap=1) as model:
        answer = ask(model.url, CHAT, {"messages": []})
        vectors = ask(model.url, EMBEDDINGS, {"input": ["一", "二"]})
    assert answer["choices"][0]["message"]["content"] == SUMMARY
    assert [row["index"] for row in vectors["data"]] == [0, 1]
    assert (model.answered[CHAT], model.answered[EMBEDDINGS], model.most_at_once, model.refused) == (1, 1, 1, 0)


def test_it_refuses_more_than_its_cap() -> None:
    with model_server(latency=0.0, cap=0) as model, pytest.raises(HTTPError, match="429"):
        ask(model.url, CHAT, {"messages": []})
    assert model.refused == 1


@pytest.mark.parametrize(
    ("make", "processes", "width", "ideal"),
    [(_source, 2, 4, 13.0), (_item, 1, 4, 13.0), (_item, 2, 8, 7.0), (_item, 8, 8, 7.0)],
)
def test_the_ideal(make: Any, processes: int, width: int, ideal: float) -> None:
    """101 calls of half a second: the last one alone."""
    run = MeasuredRun(seconds=ideal, calls=101, embeddings=20, most_at_once=8, refused=0)
    row = _row(Contest(name="x", make=make, processes=processes), [run])
    assert (row["ideal side by side"], row["ideal s"], row["ratio"]) == (width, ideal, 1.0)
