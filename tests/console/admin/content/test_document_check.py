"""The page of a document check: putting in, deciding, filtering, taking out, and who may do what."""

import resource
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from tasks_app.admin.content.check.review import PART_CHARACTERS
from tasks_app.models import (
    CheckDecision,
    CheckIssue,
    CheckPreference,
    CheckTerm,
    Document,
    DocumentCheck,
    Job,
    Notebook,
)
from tasks_app.stages.check.anchor import anchor
from tasks_app.stages.check.rules import apply_rules
from tests.console.admin.conftest import Staff
from tests.engine.stages.fake_stage_context import FakeStageContext

TEXT = "申請書をを提出します。。\n職員が説明してます。\n資料はホームページで見れます。"
RIGHTS = ("view_documentcheck", "decide_documentcheck")
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def check(notebook: Notebook) -> DocumentCheck:
    made = DocumentCheck(notebook=notebook, title="通知案 <b>", file=ContentFile(TEXT.encode(), name="通知案.txt"))
    made.save()
    return checked(made, TEXT)


def checked(check: DocumentCheck, text: str) -> DocumentCheck:
    Document.objects.filter(pk=check.document_id).update(text=text, text_digest=str(hash(text)))
    for stage in (apply_rules(), anchor()):
        FakeStageContext(check).carry_out(stage)
    check.refresh_from_db()
    return check


def address(check: DocumentCheck, view: str) -> str:
    return reverse(f"admin:tasks_app_documentcheck_{view}", args=[check.pk])


def decide(client: Client, check: DocumentCheck, **asked: str) -> str:
    answer = client.post(address(check, "decide"), asked, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def verdicts(check: DocumentCheck) -> dict[str, str]:
    contexts = dict(CheckIssue.objects.filter(document_check=check).values_list("context", "rule"))
    decided = CheckDecision.objects.filter(document_check=check).values_list("context", "verdict")
    return {contexts[context]: verdict for context, verdict in decided}


def test_putting_a_document_in(admin: Client, notebook: Notebook) -> None:
    form = {
        "notebook": notebook.pk,
        "title": "",
        "file": SimpleUploadedFile("通知案.txt", TEXT.encode()),
        "profile": "notice",
        "categories": ["typo", "grammar"],
    }
    page = admin.post(reverse("admin:tasks_app_documentcheck_add"), form, follow=True).content.decode()
    made, job = DocumentCheck.objects.get(), Job.objects.get()
    assert (made.title, made.profile, made.categories) == ("通知案", "notice", ["typo", "grammar"])
    assert (job.kind, job.subject_id, job.requested_by) == ("document_check", made.pk, made.created_by)
    assert "processing has started" in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("a.xlsx", b"x", "cannot be read"), ("a.txt", b"", "empty"), ("", b"", "required")],
)
def test_what_cannot_be_checked_is_told(admin: Client, name: str, content: bytes, told: str) -> None:
    form = {"title": "", "profile": "notice", "categories": ["typo"]}
    files = {"file": SimpleUploadedFile(name, content)} if name else {}
    page = admin.post(reverse("admin:tasks_app_documentcheck_add"), {**form, **files}).content.decode()
    assert told in page
    assert not DocumentCheck.objects.exists()


def test_nothing_to_look_for_is_told(admin: Client) -> None:
    form = {"title": "", "profile": "notice", "file": SimpleUploadedFile("a.txt", b"x")}
    assert "required" in admin.post(reverse("admin:tasks_app_documentcheck_add"), form).content.decode()


def test_a_new_check_starts_with_what_the_user_prefers(admin: Client) -> None:
    CheckPreference.objects.create(
        user=User.objects.get(username="chief"), profile="assembly", categories=["honorific"]
    )
    form = admin.get(reverse("admin:tasks_app_documentcheck_add")).context["adminform"].form
    assert form["profile"].value() == "assembly"
    assert form["categories"].value() == ["honorific"]


def test_other_wishes_check_again_and_a_new_title_does_not(admin: Client, check: DocumentCheck) -> None:
    form = {"notebook": check.notebook_id, "title": "別の題", "profile": check.profile, "categories": check.categories}
    admin.post(address(check, "change"), form)
    assert not Job.objects.exists()
    admin.post(address(check, "change"), {**form, "profile": "free"})
    assert Job.objects.get().kind == "document_check"


def test_the_text_stands_beside_its_issues(admin: Client, check: DocumentCheck) -> None:
    page = admin.get(address(check, "change")).content.decode()
    issue = CheckIssue.objects.get(rule="doubled_particle")
    assert f'href="#issue-{issue.pk}" data-issue="{issue.pk}">をを</a>' in page
    assert f'id="place-{issue.pk}"' in page
    assert "Checked by rules only (no AI used)" in page
    assert "style=" not in page.partition('id="review"')[2].partition("</ol>")[0]
    assert "通知案 <b>" not in page


def test_issues_of_an_earlier_text_are_not_shown_in_the_wrong_place(admin: Client, check: DocumentCheck) -> None:
    Document.objects.filter(pk=check.document_id).update(text="前文。\n" + TEXT)
    page = admin.get(address(check, "change"))
    assert page.context["issues"] == []
    words = docx.Document(BytesIO(admin.get(address(check, "word")).content)).comments
    assert not list(words)


def test_what_rules_found_is_shown_although_the_model_failed(admin: Client, check: DocumentCheck) -> None:
    DocumentCheck.objects.filter(pk=check.pk).update(checked_by="")
    page = admin.get(address(check, "change")).content.decode()
    assert "Checked by rules only (no AI used)" in page
    assert page.count('class="issue ') == CheckIssue.objects.count()


def test_accepting_rejecting_and_taking_back(admin: Client, check: DocumentCheck) -> None:
    issue = CheckIssue.objects.get(rule="ra_dropping")
    page = decide(admin, check, accepted=issue.context)
    assert "accepted 1" in page
    decision = CheckDecision.objects.get()
    assert (decision.context, decision.verdict) == (issue.context, "accepted")
    assert decision.decided_by == User.objects.get(username="chief")
    assert decision.decided_at is not None
    decide(admin, check, rejected=issue.context)
    assert verdicts(check) == {"ra_dropping": "rejected"}
    decide(admin, check, open=issue.context)
    assert verdicts(check) == {}


def test_all_of_one_rule_at_once(admin: Client, check: DocumentCheck) -> None:
    checked(check, TEXT + "\n" + TEXT)
    decide(admin, check, rule_rejected="doubled_particle")
    assert CheckDecision.objects.count() == 2
    assert verdicts(check) == {"doubled_particle": "rejected"}


def test_what_is_there_no_more_is_passed_over(admin: Client, check: DocumentCheck) -> None:
    assert "open 4" in decide(admin, check, accepted="0" * 64)
    assert not CheckDecision.objects.exists()


def test_decisions_hold_for_the_edited_document(admin: Client, check: DocumentCheck) -> None:
    decide(admin, check, rejected=CheckIssue.objects.get(rule="i_dropping").context)
    checked(check, "前文を加えた。\n" + TEXT.replace("提出します", "送ります"))
    assert verdicts(check)["i_dropping"] == "rejected"
    page = admin.get(address(check, "change"), {"decision": "rejected"}).content.decode()
    assert page.count('class="issue ') == 1


def test_decisions_without_javascript_come_back_to_the_page(admin: Client, check: DocumentCheck) -> None:
    issue = CheckIssue.objects.get(rule="ra_dropping")
    answer = admin.post(address(check, "decide"), {"accepted": issue.context, "severity": "warning", "part": "1"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(address(check, "change") + "?severity=warning&part=1")


@pytest.mark.parametrize(
    ("asked", "rules"),
    [
        ({"severity": "error"}, {"punctuation"}),
        ({"category": "grammar"}, {"doubled_particle", "i_dropping", "ra_dropping"}),
        ({"category": "grammar", "severity": "error"}, set()),
        ({"category": "no such"}, {"doubled_particle", "i_dropping", "ra_dropping", "punctuation"}),
    ],
)
def test_filters(admin: Client, check: DocumentCheck, asked: dict[str, str], rules: set[str]) -> None:
    page = admin.get(address(check, "review"), asked)
    assert {issue.rule for issue in page.context["issues"]} == rules


def test_deciding_only_by_post_and_with_the_right(check: DocumentCheck, staff: Staff, client: Client) -> None:
    issue = {"accepted": CheckIssue.objects.get(rule="ra_dropping").context}
    place = address(check, "decide")
    assert client.post(place, issue).status_code == 302
    assert staff().post(place, issue).status_code == 403
    assert staff("view_documentcheck").post(place, issue).status_code == 403
    assert staff("decide_documentcheck").post(place, issue).status_code == 403
    assert staff(*RIGHTS).get(place).status_code == 405
    assert not CheckDecision.objects.exists()
    assert staff(*RIGHTS).post(place, issue, headers=HTMX).status_code == 200


@pytest.mark.parametrize("view", ["change", "review", "csv", "word", "live", "download"])
def test_reading_needs_the_view_right(check: DocumentCheck, staff: Staff, client: Client, view: str) -> None:
    assert client.get(address(check, view)).status_code == 302
    assert staff().get(address(check, view)).status_code == 403
    answer = staff("view_documentcheck").get(address(check, view))
    assert answer.status_code == 200
    answer.close()


def test_readers_see_no_buttons(check: DocumentCheck, staff: Staff) -> None:
    assert 'name="accepted"' not in staff("view_documentcheck").get(address(check, "change")).content.decode()
    assert 'name="accepted"' in staff(*RIGHTS).get(address(check, "change")).content.decode()


def test_an_unknown_check_is_not_found(admin: Client) -> None:
    missing = "00000000-0000-0000-0000-000000000000"
    for view in ("review", "csv", "word"):
        assert admin.get(reverse(f"admin:tasks_app_documentcheck_{view}", args=[missing])).status_code == 404


def test_csv_holds_every_issue_and_no_formula(admin: Client, check: DocumentCheck) -> None:
    CheckIssue.objects.create(
        document_check=check,
        start=0,
        end=1,
        category="typo",
        severity="info",
        original="申",
        suggestion="=HYPERLINK()",
        context="f" * 64,
        confidence=0.5,
    )
    answer = admin.get(address(check, "csv"))
    content = answer.content.decode("utf-8-sig")
    assert "'=HYPERLINK()" in content
    assert len(content.splitlines()) == 1 + CheckIssue.objects.count()
    assert "をを" in content
    assert answer["Content-Type"].startswith("text/csv")


def test_the_marked_up_file_leaves_out_what_was_rejected(admin: Client, check: DocumentCheck) -> None:
    decide(admin, check, rejected=CheckIssue.objects.get(rule="ra_dropping").context)
    content = admin.get(address(check, "word")).content
    words = [comment.text for comment in docx.Document(BytesIO(content)).comments]
    assert len(words) == CheckIssue.objects.count() - 1
    assert not any("見られ" in word for word in words)


def test_an_original_that_is_gone_is_told(admin: Client, check: DocumentCheck) -> None:
    DocumentCheck.objects.filter(pk=check.pk).update(filename="通知案.docx", file="documentchecks/gone.docx")
    page = admin.get(address(check, "word"), follow=True).content.decode()
    assert "Upload it again" in page


def test_a_long_document_is_shown_in_parts(
    admin: Client, check: DocumentCheck, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    checked(check, "".join(f"{number}件目の資料をを配り、担当が説明しました。{'…' * 60}\n" for number in range(1400)))
    with django_assert_max_num_queries(40):
        page = admin.get(address(check, "change"))
    assert len(page.content) < 1_000_000
    shown = page.context["part"]
    assert shown.end - shown.start <= PART_CHARACTERS
    assert all(shown.start <= issue.start < shown.end for issue in page.context["issues"])
    last = page.context["parts"][-1]
    other = admin.get(address(check, "review"), {"part": str(last.number)})
    assert other.context["issues"][-1].start > 100_000


@pytest.fixture
def terms(db: None) -> tuple[CheckTerm, CheckTerm, CheckTerm]:
    own, _ = User.objects.get_or_create(username="view_checkterm-change_checkterm", is_staff=True)
    other = User.objects.create_user("other")
    return (
        CheckTerm.objects.create(term="父兄", correct="保護者"),
        CheckTerm.objects.create(term="市民", correct="住民", owner=own),
        CheckTerm.objects.create(term="秘密", owner=other),
    )


def test_the_glossary_shows_ones_own_and_everybodys(terms: tuple[CheckTerm, ...], staff: Staff) -> None:
    client = staff("view_checkterm", "change_checkterm")
    page = client.get(reverse("admin:tasks_app_checkterm_changelist")).content.decode()
    assert "父兄" in page
    assert "市民" in page
    assert "秘密" not in page


def test_terms_of_everybody_are_changed_by_who_may_share(terms: tuple[CheckTerm, ...], staff: Staff) -> None:
    shared, own, others = (reverse("admin:tasks_app_checkterm_change", args=[term.pk]) for term in terms)
    form = {"term": "新語", "correct": "", "note": ""}
    client = staff("view_checkterm", "change_checkterm")
    assert client.post(shared, form).status_code == 403
    assert client.post(own, form).status_code == 302
    assert client.post(others, form).status_code == 302
    assert [term.term for term in CheckTerm.objects.order_by("pk")] == ["父兄", "新語", "秘密"]
    sharing = staff("view_checkterm", "change_checkterm", "share_checkterm")
    assert sharing.post(shared, {**form, "term": "用語", "shared": "on"}).status_code == 302
    assert CheckTerm.objects.get(pk=terms[0].pk).term == "用語"


def test_a_term_is_there_once(admin: Client) -> None:
    add = reverse("admin:tasks_app_checkterm_add")
    form = {"term": "父兄", "correct": "保護者", "note": ""}
    assert admin.post(add, form).status_code == 302
    assert "already" in admin.post(add, {**form, "term": " 父兄 "}).content.decode()
    assert admin.post(add, {**form, "shared": "on"}).status_code == 302
    assert "same as the term" in admin.post(add, {"term": "語", "correct": "語", "note": ""}).content.decode()
    assert list(CheckTerm.objects.values_list("term", "owner__username")) == [("父兄", "chief"), ("父兄", None)]


def test_preferences_are_ones_own(staff: Staff, admin: Client) -> None:
    add = reverse("admin:tasks_app_checkpreference_add")
    rights = ("add_checkpreference", "change_checkpreference", "view_checkpreference")
    client = staff(*rights)
    assert client.post(add, {"profile": "notice", "categories": ["typo"]}).status_code == 302
    mine = CheckPreference.objects.get()
    change = reverse("admin:tasks_app_checkpreference_change", args=[mine.pk])
    assert client.get(add)["Location"] == change
    assert staff(*rights, "view_job").get(change).status_code == 302, "not found, for another user"
    assert admin.get(change).status_code == 200


def test_an_original_that_eats_memory_costs_the_site_nothing(
    admin: Client, check: DocumentCheck, settings: Settings
) -> None:
    """Some kilobytes that become more than a reader may have: they are opened in a process of its own."""
    settings.EXTRACTION_MEMORY_BYTES = 160 * 1024**2
    sound, greedy = BytesIO(), BytesIO()
    docx.Document().save(sound)
    with zipfile.ZipFile(sound) as original, zipfile.ZipFile(greedy, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in original.namelist():
            content = original.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:body>", b"<w:body>" + b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 400_000)
            changed.writestr(name, content)
    assert len(greedy.getvalue()) < 100_000
    check.file.save("greedy.docx", ContentFile(greedy.getvalue()))
    DocumentCheck.objects.filter(pk=check.pk).update(filename="greedy.docx", file=check.file.name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    page = admin.get(address(check, "word"), follow=True)
    assert "took too much memory" in "".join(map(str, page.context["messages"]))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024, "kilobytes in this process"
