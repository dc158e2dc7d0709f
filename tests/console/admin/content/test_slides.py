"""Decks and templates in the console: asking, editing, refining, going back, downloading; and who may not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.job_types.slides import SLIDES
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook, SlideDeck, SlideTemplate, Source
from tests.support.attempts import attempt, make_due
from tests.unit.text.decks import templates
from tests.unit.text.decks.examples import REPORT


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def worked(deck: SlideDeck) -> None:
    """In the test's transaction, for which it is still the moment at which that began."""
    job = verbs.enqueue("slides", deck)
    make_due(job)
    attempt(SLIDES, job)


@pytest.fixture
def deck(notebook: Notebook) -> SlideDeck:
    """A finished deck of three slides without a model."""
    deck = SlideDeck.objects.create(notebook=notebook, title="開館時間の見直し", source_text=REPORT, target_slides=3)
    worked(deck)
    deck.refresh_from_db()
    assert deck.current is not None
    return deck


def address(view: str, *args: object) -> str:
    return reverse(f"admin:tasks_app_slidedeck_{view}", args=args)


def posted(client: Client, path: str, data: dict[str, Any] | None = None) -> str:
    answer = client.post(path, data or {}, follow=True, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def asked_for(notebook: Notebook, **fields: object) -> dict[str, object]:
    return {"notebook": notebook.pk, "title": "", "target_slides": 4, "style": "standard", **fields}


def test_a_deck_is_stored_and_sent_to_work_with_its_sources(admin: Client, notebook: Notebook, source: Source) -> None:
    page = posted(admin, address("add"), asked_for(notebook, source_text="防災計画\n本文です。", sources=[source.pk]))
    deck = SlideDeck.objects.get()
    job = Job.objects.get()
    assert (deck.title, list(deck.sources.all())) == ("防災計画", [source])
    assert (job.kind, job.params, job.input_digest) == ("slides", {}, deck.input_digest())
    assert "processing has started" in page


def test_the_outline_alone_can_be_asked_for(admin: Client, notebook: Notebook) -> None:
    posted(admin, address("add"), asked_for(notebook, source_text="本文です。", outline_first="on"))
    assert Job.objects.get().params == {"until": "outline"}


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "Paste text or choose at least one source."),
        ({"source_text": " \n"}, "Paste text or choose at least one source."),
        ({"source_text": "本文", "target_slides": 0}, "greater than or equal to 1"),
        ({"source_text": "本文", "target_slides": 61}, "less than or equal to 60"),
    ],
)
def test_what_cannot_become_a_deck_is_refused(
    admin: Client, notebook: Notebook, fields: dict[str, object], complaint: str
) -> None:
    assert complaint in posted(admin, address("add"), asked_for(notebook, **fields))
    assert not SlideDeck.objects.exists()


def test_a_source_of_another_notebook_is_refused(admin: Client, notebook: Notebook, source: Source) -> None:
    other = Notebook.objects.create(title="別のノート")
    page = posted(admin, address("add"), asked_for(other, source_text="本文", sources=[source.pk]))
    assert "own notebook" in page


def test_a_changed_template_is_work_and_a_mere_look_is_not(admin: Client, deck: SlideDeck) -> None:
    template = SlideTemplate.objects.create(title="様式", file=ContentFile(templates.potx(), name="様式.potx"))
    same = asked_for(deck.notebook, title=deck.title, source_text=deck.source_text, target_slides=3)
    posted(admin, address("change", deck.pk), same)
    assert Job.objects.count() == 1
    posted(admin, address("change", deck.pk), {**same, "template": template.pk})
    assert Job.objects.count() == 2
    posted(admin, address("change", deck.pk), same)
    deck.refresh_from_db()
    assert not deck.template_is_gone, "a choice that was taken back is no loss"


def test_the_page_shows_slides_label_coverage_and_evidence(admin: Client, deck: SlideDeck) -> None:
    page = admin.get(address("change", deck.pk), headers={"Accept-Language": "en"}).content.decode()
    assert "no AI used" in page
    assert f"planned from {len(REPORT)} of {len(REPORT)} characters" in page
    assert deck.current is not None
    for slide in deck.current.slides:
        assert slide["title"] in page
        assert all(citation["quote"] in page for citation in slide["citations"])
    assert "none is configured" in page


@pytest.mark.parametrize("view", ["deck", "download"])
def test_the_file_comes_under_its_japanese_name(admin: Client, deck: SlideDeck, view: str) -> None:
    answer = admin.get(address(view, deck.pk, *([1] if view == "deck" else [])))
    assert answer.headers["Content-Disposition"] == (f"attachment; filename*=utf-8''{quote('開館時間の見直し.pptx')}")
    assert answer.headers["Content-Type"].endswith("presentationml.presentation")
    assert b"".join(answer).startswith(b"PK")


def test_a_lost_file_is_told(admin: Client, deck: SlideDeck) -> None:
    assert deck.current is not None
    Path(deck.current.file.path).unlink()
    page = admin.get(address("deck", deck.pk, 1), follow=True, headers={"Accept-Language": "en"}).content.decode()
    assert "The file is missing." in page


def outline_data(*rows: dict[str, object]) -> dict[str, object]:
    data: dict[str, object] = {"slide-TOTAL_FORMS": len(rows), "slide-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"slide-{number}-{name}": value for name, value in {"layout": "bullets", **row}.items()}
    return data


def test_the_outline_is_edited_moved_and_written_from(admin: Client, deck: SlideDeck) -> None:
    rows = (
        {"title": "乙", "ORDER": 2, "points": "一つ目\n\n- 二つ目"},
        {"title": "甲", "ORDER": 1},
        {"title": "消す", "ORDER": 3, "DELETE": "on"},
    )
    posted(admin, address("outline", deck.pk), {**outline_data(*rows), "write": ""})
    deck.refresh_from_db()
    assert [(slide["number"], slide["title"], slide["points"]) for slide in deck.outline] == [
        (1, "甲", []),
        (2, "乙", ["一つ目", "二つ目"]),
    ]
    assert deck.outline_edited
    assert Job.objects.filter(state="queued", params={}).count() == 1
    assert "Edited by staff" in posted(admin, address("change", deck.pk), {})


@pytest.mark.parametrize(
    "rows",
    [
        [{"title": "", "points": "要点"}],
        [{"title": "題", "DELETE": "on", "ORDER": 1}],
        [{"title": "<b></b>", "ORDER": 1}],
        [{"title": "題", "points": "\n".join("要点" for _ in range(13)), "ORDER": 1}],
        [{"title": "題", "ORDER": 1}] * 61,
        [{"title": "題", "layout": "poem", "ORDER": 1}],
    ],
)
def test_an_outline_that_is_none_is_refused(admin: Client, deck: SlideDeck, rows: list[dict[str, object]]) -> None:
    before = deck.outline
    page = posted(admin, address("outline", deck.pk), outline_data(*rows))
    deck.refresh_from_db()
    assert "errorlist" in page
    assert (deck.outline, deck.outline_edited) == (before, False)


def test_an_edited_outline_can_be_planned_anew(admin: Client, deck: SlideDeck) -> None:
    SlideDeck.objects.update(outline_edited=True)
    posted(admin, address("plan", deck.pk))
    deck.refresh_from_db()
    assert not deck.outline_edited
    assert Job.objects.get(state="queued").params == {"until": "outline"}


def test_an_instruction_becomes_a_job_on_the_current_version(
    admin: Client, deck: SlideDeck, settings: Settings
) -> None:
    settings.LLM_BASE_URL, settings.LLM_MODEL = "http://127.0.0.1:9/v1", "writer"
    posted(admin, address("refine", deck.pk), {"slide": "2", "instruction": "短く"})
    assert Job.objects.get(state="queued").params == {"instruction": "短く", "slides": [2], "base": 1}
    page = posted(admin, address("refine", deck.pk), {"slide": "", "instruction": "長く"})
    assert "another job with different settings is already processing it" in page


@pytest.mark.parametrize("data", [{"instruction": ""}, {"slide": "99", "instruction": "短く"}])
def test_an_instruction_for_nothing_is_refused(admin: Client, deck: SlideDeck, data: dict[str, str]) -> None:
    assert "Describe the changes" in posted(admin, address("refine", deck.pk), data)
    assert not Job.objects.filter(state="queued").exists()


def test_an_earlier_version_becomes_the_current_one_again(admin: Client, deck: SlideDeck) -> None:
    deck.title = "別の題"
    deck.save()
    worked(deck)
    posted(admin, address("restore", deck.pk, 1))
    deck.refresh_from_db()
    assert deck.current is not None
    assert (deck.current.number, deck.versions.count()) == (1, 2)


@pytest.mark.parametrize("view", ["write", "plan", "refine", "restore"])
def test_nothing_changes_on_a_get(admin: Client, deck: SlideDeck, view: str) -> None:
    assert admin.get(address(view, deck.pk, *([1] if view == "restore" else []))).status_code == 405


VIEWS = ("change", "live", "download", "deck", "picture", "outline", "write", "plan", "refine", "restore")
ARGS = {"deck": [1], "picture": [1, 1], "restore": [1]}


@pytest.mark.parametrize("view", VIEWS)
def test_without_the_right_nobody_gets_in(client: Client, deck: SlideDeck, view: str) -> None:
    client.force_login(User.objects.create_user("reader", is_staff=True))
    path = address(view, deck.pk, *ARGS.get(view, []))
    ask = client.post if view in ("write", "plan", "refine", "restore") else client.get
    assert ask(path).status_code == 403


@pytest.mark.parametrize("view", ["outline", "write", "plan", "refine", "restore"])
def test_who_may_only_look_cannot_change(client: Client, deck: SlideDeck, view: str) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_slidedeck"))
    client.force_login(reader)
    assert client.post(address(view, deck.pk, *ARGS.get(view, []))).status_code == 403
    page = client.get(address("change", deck.pk)).content.decode()
    assert address("restore", deck.pk, 1) not in page
    assert address("outline", deck.pk) not in page


@pytest.mark.parametrize(("view", "args"), [("deck", [9]), ("picture", [1, 1]), ("restore", [9]), ("text", [])])
def test_what_is_not_there_is_not_found(admin: Client, deck: SlideDeck, view: str, args: list[int]) -> None:
    ask: Callable[..., Any] = admin.post if view == "restore" else admin.get
    assert ask(address(view, deck.pk, *args)).status_code == 404


class TestTemplates:
    def upload(self, admin: Client, name: str, content: bytes) -> str:
        file = SimpleUploadedFile(name, content)
        return posted(admin, reverse("admin:tasks_app_slidetemplate_add"), {"title": "", "file": file})

    @pytest.mark.parametrize("name", ["市の様式.pptx", "市の様式.potx"])
    def test_a_good_one_is_kept_and_downloaded_as_it_came(self, admin: Client, name: str) -> None:
        content = templates.potx() if name.endswith("potx") else templates.corporate()
        self.upload(admin, name, content)
        template = SlideTemplate.objects.get()
        assert (template.title, template.filename) == ("市の様式", name)
        answer = admin.get(reverse("admin:tasks_app_slidetemplate_download", args=[template.pk]))
        assert b"".join(answer) == content
        assert quote(name) in answer.headers["Content-Disposition"]

    @pytest.mark.parametrize(
        ("name", "content", "complaint"),
        [
            ("様式.pptm", templates.with_macros(), "contains macros"),
            ("様式.pptx", templates.with_macros(), "contains macros"),
            ("様式.pptx", templates.blank(), "no layout with a title and room for text"),
            ("様式.pptx", templates.corporate()[:9000], "damaged or incomplete"),
            ("様式.pptx", templates.with_media(200 * 1024**2), "decompresses to more than"),
            ("様式.pptx", templates.with_outside_picture(), "Embed them"),
            ("様式.docx", b"PK", "cannot be read"),
            ("様式.pptx", b"", "empty"),
        ],
    )
    def test_a_bad_one_is_refused_with_its_reason(
        self, admin: Client, name: str, content: bytes, complaint: str
    ) -> None:
        assert complaint in self.upload(admin, name, content)
        assert not SlideTemplate.objects.exists()

    def test_one_that_is_too_large_is_refused(self, admin: Client, settings: Settings) -> None:
        settings.SLIDES_TEMPLATE_MAX_BYTES = 1000
        assert "too large" in self.upload(admin, "様式.pptx", templates.corporate())

    def test_without_the_right_nobody_gets_it(self, client: Client, db: None) -> None:
        template = SlideTemplate.objects.create(title="様式", file=ContentFile(b"x", name="様式.pptx"))
        client.force_login(User.objects.create_user("reader", is_staff=True))
        assert client.get(reverse("admin:tasks_app_slidetemplate_download", args=[template.pk])).status_code == 403
