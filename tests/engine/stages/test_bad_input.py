"""Whatever is submitted, the job fails at once with a message in both languages, and nothing of it is lost."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils.translation import override
from pytest_django.fixtures import Settings

from tasks_app.job_types.source import SOURCE
from tasks_app.jobs.attempts import runner
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook, Source
from tests.support.attempts import attempt
from tests.unit.text.extraction import hostile
from tests.unit.text.extraction.builders import archive, encrypted, merged, pdf, scan

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker")]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("空.txt", b"", "empty_file"),
    "empty pdf": ("空.pdf", b"", "empty_file"),
    "blanks": ("空白.txt", " \r\n　".encode(), "no_text"),
    "unknown ending": ("表.xls", b"a", "unknown_format"),
    "no ending": ("報告書", b"a", "unknown_format"),
    "picture as text": ("絵.txt", PNG, "not_as_named"),
    "text as pdf": ("報告書.pdf", b"text", "not_as_named"),
    "pdf as docx": ("報告書.docx", pdf("目的"), "not_as_named"),
    "zip as xlsx": ("表.xlsx", archive({"a.txt": b"a"}), "not_as_named"),
    "archive of a document": ("表.xlsx", archive({"表.xlsx": hostile.office("xlsx")}), "not_as_named"),
    "old slides": ("発表.pptx", OLE, "not_as_named"),
    "document with a password": ("秘.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "pdf with a password": ("秘.pdf", encrypted(pdf("目的"), "secret", "AES-256"), "encrypted"),
    "truncated pdf": ("報告書.pdf", pdf("調査の目的")[:40], "damaged"),
    "truncated slides": ("発表.pptx", hostile.office("pptx")[:5000], "damaged"),
    "nul bytes": ("議事録.txt", b"a\0b\0c\0" * 50, "not_text"),
    "nul bytes in a table": ("表.csv", b"a\0b\0c\0" * 50, "not_text"),
    "bomb docx": ("文書.docx", hostile.bomb("docx"), "archive_too_large"),
    "bomb xlsx": ("表.xlsx", hostile.bomb("xlsx"), "archive_too_large"),
    "bomb pptx": ("発表.pptx", hostile.bomb("pptx"), "archive_too_large"),
    "crowded docx": ("文書.docx", hostile.crowded("docx", 5000), "archive_too_large"),
    "laughs": ("表.xlsx", hostile.laughing("xlsx"), "forbidden_declaration"),
    "scan": ("走査.pdf", merged(scan("horizontal"), scan("vertical")), "scanned"),
}


@pytest.fixture(autouse=True)
def _no_engine(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.OCR_PROGRAM = ""


def enqueued(notebook: Notebook, name: str, content: bytes) -> tuple[Source, Job]:
    source = Source.objects.create(notebook=notebook, title=name, file=ContentFile(content, name=name))
    return source, verbs.enqueue("source", source)


def fail(job: Job) -> Job:
    with pytest.raises(runner.AttemptFailed):
        attempt(SOURCE, job)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("failed", 1)
    return job


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_fails_its_job_and_stays(notebook: Notebook, case: str) -> None:
    name, content, code = FILES[case]
    source, job = enqueued(notebook, name, content)
    assert fail(job).error_code == code
    with override("en"):
        english = job.error_text
    with override("ja"):
        japanese = job.error_text
    assert english.isascii() or "“" in english or "–" in english
    assert japanese != english
    assert "%(" not in english + japanese
    source.refresh_from_db()
    assert source.filename == name
    with source.file.open() as stored:
        assert stored.read() == content


def test_a_requeue_succeeds_once_the_limit_is_raised(notebook: Notebook, settings: Settings) -> None:
    settings.EXTRACTION_MAX_CHARACTERS = 10
    source, job = enqueued(notebook, "議事録.txt", ("議題は防災計画です。" * 5).encode())
    assert fail(job).error_code == "too_many_characters"
    settings.EXTRACTION_MAX_CHARACTERS = 100
    attempt(SOURCE, verbs.requeue(job, by=None))
    job.refresh_from_db()
    source.document.refresh_from_db()
    assert (job.state, source.document.text) == ("succeeded", "議題は防災計画です。" * 5)


def test_a_requeue_succeeds_once_the_file_is_mended(notebook: Notebook) -> None:
    source, job = enqueued(notebook, "報告書.pdf", pdf("調査の目的を示す。")[:40])
    fail(job)
    source.file = ContentFile(pdf("調査の目的を示す。"), name="報告書.pdf")
    source.save()
    attempt(SOURCE, verbs.requeue(job, by=None))
    job.refresh_from_db()
    assert job.state == "succeeded"


def test_a_requeue_succeeds_once_a_lost_file_is_back(notebook: Notebook) -> None:
    source, job = enqueued(notebook, "議事録.txt", "議題は防災計画です。".encode())
    stored = Path(source.file.path)
    stored.rename(stored.with_suffix(".away"))
    assert fail(job).error_code == "file_missing"
    stored.with_suffix(".away").rename(stored)
    attempt(SOURCE, verbs.requeue(job, by=None))
    job.refresh_from_db()
    assert job.state == "succeeded"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("令和6年度 議事録（案）.txt", "令和6年度 議事録（案）.txt"),
        ("会議🎉👍.txt", "会議🎉👍.txt"),
        ("請求書\u202etxt.exe.txt", "請求書txt.exe.txt"),
        ("\u2066甲\u2069\x00\x1b.txt", "甲.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\議事録.txt", "議事録.txt"),
        ("…／..\\乙.txt", "乙.txt"),
        ("=cmd|'/c calc'!A1.txt", "c calc'!A1.txt"),
    ],
)
def test_strange_names_are_kept_as_far_as_they_can_be_shown(
    notebook: Notebook, name: str, shown: str, tmp_path: Path
) -> None:
    source = Source(notebook=notebook, title=name, file=ContentFile("本文です。".encode(), name="x.txt"))
    source.file.name = name
    source.save()
    source.refresh_from_db()
    assert source.filename == shown
    assert Path(source.file.path).parent == tmp_path / "sources"
    assert not set("\u202e\u2066\u2069\0\x1b") & set(source.title)
    job = verbs.enqueue("source", source)
    attempt(SOURCE, job)
    job.refresh_from_db()
    assert job.state == "succeeded"
