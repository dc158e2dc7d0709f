"""Finding passages for questions, over SQuAD-shaped JSON: a notebook per file, and one that holds them all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import fmean, median, quantiles
from time import perf_counter
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import TextField, Value
from django.db.models.functions import Cast
from pydantic import BaseModel

from benchmarks.engine import Say
from benchmarks.support.report import Aim, Report
from benchmarks.support.scratch import scratch
from tasks_app.models import Chunk, Document, Notebook, Source
from tasks_app.stages.chat import chunk_search
from tasks_app.text.answers import extractive_answer
from tasks_app.text.answers.citations import Passage
from tasks_app.text.japanese import bigrams

DEPTH = 10
LATENCY_CHUNKS = 1000
TOGETHER = "all in one notebook"
LARGE = f"the first {LATENCY_CHUNKS:,}"
ROWS_PER_STATEMENT = 500


class _SquadAnswer(BaseModel):
    text: str


class _SquadQuestion(BaseModel):
    question: str
    answers: list[_SquadAnswer] = []


class _Paragraph(BaseModel):
    context: str
    qas: list[_SquadQuestion]


class _Article(BaseModel):
    title: str = ""
    paragraphs: list[_Paragraph]


class _File(BaseModel):
    data: list[_Article]


@dataclass(frozen=True)
class BenchmarkQuestion:
    """`document` holds the answer; `answers` are ways to write it."""

    text: str
    document: UUID
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Collection:
    notebook: Notebook
    questions: list[BenchmarkQuestion]

    @property
    def chunks(self) -> int:
        return Chunk.objects.filter(document__notebook=self.notebook).count()


def run(*, data: Path, questions: int, say: Say) -> Report:
    """At most so many `questions` per notebook, drawn at random; 0 for all. Raises FileNotFoundError without files."""
    files = sorted(data.glob("*.json"))
    if not files:
        raise FileNotFoundError(f"no .json file in {data}")
    rows: dict[str, dict[str, Any]] = {}
    with scratch():
        articles = {file.name: _articles(file) for file in files}
        every = [one for some in articles.values() for one in some]
        for name, found in (*articles.items(), (TOGETHER, every), (LARGE, _first(every, LATENCY_CHUNKS))):
            collection = _stored(name, found)
            rows[name] = _measured(collection, _drawn(collection.questions, questions))
            say(f"{name}: {rows[name]['chunks']} chunks, MRR@10 {rows[name]['MRR@10']:.3f}")
    return Report(bench="retrieval", aims=_aims(rows), rows=rows)


def _articles(file: Path) -> list[_Article]:
    """The articles of `{"data": [...]}`, or of a bare list."""
    found = json.loads(file.read_text("utf-8"))
    return _File.model_validate(found if isinstance(found, dict) else {"data": found}).data


def _first(articles: Sequence[_Article], paragraphs: int) -> list[_Article]:
    """As many of the articles, the last one in part, as hold so many paragraphs."""
    found = []
    for article in articles:
        some = article.paragraphs[:paragraphs]
        paragraphs -= len(some)
        found.append(_Article(title=article.title, paragraphs=some))
    return found


def _stored(name: str, articles: Sequence[_Article]) -> Collection:
    """Each paragraph a source of one chunk, as the question is which paragraph answers."""
    notebook = Notebook.objects.create(title=name)
    paragraphs = [(article.title, paragraph) for article in articles for paragraph in article.paragraphs]
    documents = Document.objects.bulk_create(
        Document(notebook=notebook, text=paragraph.context, text_digest=str(number))
        for number, (_title, paragraph) in enumerate(paragraphs)
    )
    Source.objects.bulk_create(
        Source(notebook=notebook, document=document, title=title[:255], pasted_text="bench", content_digest="0")
        for document, (title, _paragraph) in zip(documents, paragraphs, strict=True)
    )
    Chunk.objects.bulk_create(
        (
            Chunk(
                document=document,
                position=0,
                start=0,
                end=len(document.text),
                content=document.text,
                search=Cast(Value(bigrams.vector(document.text), TextField()), SearchVectorField()),
            )
            for document in documents
        ),
        batch_size=ROWS_PER_STATEMENT,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tasks_app_chunk, tasks_app_document, tasks_app_source")
    asked = [
        BenchmarkQuestion(one.question, document.pk, tuple(answer.text for answer in one.answers))
        for document, (_title, paragraph) in zip(documents, paragraphs, strict=True)
        for one in paragraph.qas
    ]
    return Collection(notebook, asked)


def _drawn(questions: list[BenchmarkQuestion], most: int) -> list[BenchmarkQuestion]:
    if not most or len(questions) <= most:
        return questions
    return Random(len(questions)).sample(questions, most)  # noqa: S311 - the same ones every time


def _measured(collection: Collection, questions: Sequence[BenchmarkQuestion]) -> dict[str, Any]:
    scope = Document.objects.filter(notebook=collection.notebook)
    chunks = collection.chunks
    places, times, quoted = [], [], []
    for question in questions:
        started = perf_counter()
        hits = chunk_search.search(scope, question.text, most=DEPTH, total=chunk_search.count(scope))
        times.append(1000 * (perf_counter() - started))
        places.append(_place(hits, question))
        quoted.append(_quoted(hits, question, chunks))
    percentiles = quantiles(times, n=100)
    return {
        "chunks": chunks,
        "questions": len(questions),
        "MRR@10": fmean(1 / place if place else 0.0 for place in places),
        "recall@5": fmean(0 < place <= 5 for place in places),
        "quoted": fmean(quoted),
        "ms p50": median(times),
        "ms p95": percentiles[94],
    }


def _place(hits: Sequence[chunk_search.Hit], question: BenchmarkQuestion) -> int:
    """From 1; 0 where it was not found."""
    return next((place for place, hit in enumerate(hits, start=1) if hit.document == question.document), 0)


def _quoted(hits: Sequence[chunk_search.Hit], question: BenchmarkQuestion, total: int) -> bool:
    """Whether the sentences that are quoted without a model hold the answer."""
    passages = [Passage(number=number, text=hit.content) for number, hit in enumerate(hits)]
    sentences = [
        passages[quote.passage].text[quote.start : quote.end]
        for quote in extractive_answer.quotes(question.text, passages, total)
    ]
    return any(answer in sentence for answer in question.answers for sentence in sentences)


def _aims(rows: dict[str, dict[str, Any]]) -> list[Aim]:
    own = [row for name, row in rows.items() if name not in (TOGETHER, LARGE)]
    weight = sum(row["questions"] for row in own)
    reciprocal = sum(row["MRR@10"] * row["questions"] for row in own) / weight
    whole = rows[LARGE]
    enough = whole["chunks"] >= LATENCY_CHUNKS
    return [
        Aim(what="MRR@10, a notebook per file", aim=">= 0.90", value=reciprocal, holds=reciprocal >= 0.90),
        Aim(
            what=f"ms per query p50, {whole['chunks']} chunks",
            aim="<= 20",
            value=whole["ms p50"] if enough else None,
            holds=not enough or whole["ms p50"] <= 20,
            why="" if enough else f"the files hold fewer than {LATENCY_CHUNKS} passages",
        ),
    ]
