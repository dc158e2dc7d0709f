"""Whatever is submitted or comes back, the job ends with a deck and a remark, or with a message
that says what to do.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils.translation import override
from pytest_django.fixtures import Settings

from tasks_app.job_types.slides import SLIDES
from tasks_app.jobs.attempts import runner
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook, SlideDeck, SlideTemplate, Source
from tests.support.attempts import attempt, doing
from tests.unit.text.decks import templates
from tests.unit.text.decks.examples import REPORT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker")]


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def make(notebook: Notebook) -> Callable[..., SlideDeck]:
    def deck(**fields: object) -> SlideDeck:
        return SlideDeck.objects.create(
            **{"notebook": notebook, "title": "開館時間", "source_text": REPORT * 3, "target_slides": 4, **fields}
        )

    return deck


def template(name: str, content: bytes) -> SlideTemplate:
    return SlideTemplate.objects.create(title="様式", file=ContentFile(content, name=name))


def succeed(deck: SlideDeck) -> SlideDeck:
    attempt(SLIDES, verbs.enqueue("slides", deck))
    job = Job.objects.get()
    assert (job.state, job.error_text) == ("succeeded", "")
    deck.refresh_from_db()
    return deck


def failed(deck: SlideDeck) -> Job:
    with pytest.raises(runner.AttemptFailed):
        attempt(SLIDES, verbs.enqueue("slides", deck))
    job = Job.objects.get()
    assert (job.state, job.attempt) == ("failed", 1)
    with override("en"):
        assert "%(" not in job.error_text
    return job


@pytest.mark.parametrize("text", ["", " \n　\u200b"])
def test_an_empty_source_is_an_error(make: Callable[..., SlideDeck], text: str) -> None:
    assert failed(make(source_text=text)).error_code == "no_text"


def test_a_source_without_text_is_named(make: Callable[..., SlideDeck], source: Source) -> None:
    deck = make(source_text="")
    deck.sources.add(source)
    job = failed(deck)
    assert job.error_code == "source_not_read"
    assert source.title in job.error_text


@pytest.mark.parametrize("slides", [1, 60])
def test_one_slide_and_sixty(make: Callable[..., SlideDeck], slides: int) -> None:
    text = "".join(f"{n}　議題{n}\n{n}番目の議題では、予算を{n + 1}万円とすることを決定した。\n" for n in range(1, 90))
    deck = succeed(make(source_text=text, target_slides=slides))
    assert deck.current is not None
    assert len(deck.current.slides) == slides
    assert [slide["number"] for slide in deck.current.slides] == list(range(1, slides + 1))


def test_fewer_slides_than_asked_for_are_told(make: Callable[..., SlideDeck]) -> None:
    deck = succeed(make(source_text="議題は防災計画である。", target_slides=10))
    assert deck.current is not None
    (remark,) = [one for one in deck.current.remarks if one["code"] == "other_number"]
    assert remark["details"] == {"wanted": 10, "found": len(deck.current.slides)}


def test_half_a_million_characters_are_read_to_the_end(make: Callable[..., SlideDeck]) -> None:
    text = "".join(f"第{n}号の議案は、費用を{n}万円とすることで可決された。\n" for n in range(20_000))[:499_990]
    deck = succeed(make(source_text=text + "最後の議案は否決された。", target_slides=12))
    assert deck.current is not None
    assert deck.current.coverage == deck.current.source_characters == len(text) + 12
    assert len(deck.current.slides) == 12


BAD_TEMPLATES = {
    "no layouts": ("様式.pptx", templates.blank(), "no_usable_layout"),
    "macros": ("様式.pptm", templates.with_macros(), "macros"),
    "macros under another name": ("様式.pptx", templates.with_macros(), "macros"),
    "media": ("様式.pptx", templates.with_media(200 * 1024**2), "archive_too_large"),
    "cut off": ("様式.pptx", templates.corporate()[:9000], "damaged"),
    "broken xml": ("様式.pptx", templates.broken_xml(), "damaged"),
    "links": ("様式.pptx", templates.with_outside_picture(), "outside_links"),
    "a picture loaded by a link's relation": ("様式.pptx", templates.with_link(templates.LOADED), "outside_links"),
    "the same in small letters": ("様式.pptx", templates.with_link(templates.LOADED, "external"), "damaged"),
    "relations too long to judge": ("様式.pptx", templates.with_relations_that_are_too_long(), "damaged"),
    "empty": ("様式.pptx", b"", "empty_file"),
    "text": ("様式.pptx", b"text", "not_as_named"),
    "pdf": ("様式.pdf", b"%PDF-", "unknown_format"),
}


@pytest.mark.parametrize("case", BAD_TEMPLATES)
def test_a_bad_template_fails_the_job_before_anything_is_rendered(make: Callable[..., SlideDeck], case: str) -> None:
    name, content, code = BAD_TEMPLATES[case]
    deck = make(template=template(name, content))
    assert failed(deck).error_code == code
    deck.refresh_from_db()
    assert deck.slides, "what was written is kept"
    assert deck.current is None


def test_a_requeue_goes_on_once_the_template_is_mended(make: Callable[..., SlideDeck]) -> None:
    bad = template("様式.pptx", templates.corporate()[:9000])
    deck = make(template=bad)
    job = failed(deck)
    bad.file = ContentFile(templates.corporate(), name="様式.pptx")
    bad.save()
    attempt(SLIDES, verbs.requeue(job, by=None))
    job.refresh_from_db()
    assert job.state == "succeeded"


@pytest.mark.parametrize("content", [templates.corporate(), templates.potx(), templates.bare()])
def test_good_templates(make: Callable[..., SlideDeck], content: bytes) -> None:
    deck = succeed(make(template=template("様式.potx", content)))
    assert deck.current is not None
    assert deck.current.file.size > 10_000


def test_a_template_that_is_deleted_while_the_job_runs(make: Callable[..., SlideDeck]) -> None:
    chosen = template("様式.pptx", templates.corporate())
    deck = make(template=chosen)
    job = verbs.enqueue("slides", deck)
    attempt(doing(SLIDES, "write", lambda _work: SlideTemplate.objects.get().delete()), job)
    job.refresh_from_db()
    deck.refresh_from_db()
    assert job.state == "succeeded"
    assert deck.current is not None
    (remark,) = [one for one in deck.current.remarks if one["code"] == "template_gone"]
    assert remark["details"] == {"title": "様式"}


def test_a_template_that_is_deleted_under_the_stage_that_needs_it(make: Callable[..., SlideDeck]) -> None:
    deck = make(template=template("様式.pptx", templates.corporate()))
    job = verbs.enqueue("slides", deck)
    attempt(doing(SLIDES, "render", lambda _work: SlideTemplate.objects.get().delete()), job)
    deck.refresh_from_db()
    assert deck.current is not None
    assert "template_gone" in [one["code"] for one in deck.current.remarks]


def test_a_template_whose_file_is_lost_is_told(make: Callable[..., SlideDeck]) -> None:
    chosen = template("様式.pptx", templates.corporate())
    Path(chosen.file.path).unlink()
    assert failed(make(template=chosen)).error_code == "template_missing"
