"""A file is accepted whatever encoding its name is sent in, and its bytes arrive as they were sent."""

from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tasks_app.api.http.file_names import LONGEST_HEAD, PIECE, DecodedFileNames
from tasks_app.models import Notebook, Source

BOUNDARY = "x+y.z"


def part(head: str, body: bytes, encoding: str) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode(encoding) + body + b"\r\n"


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize(
    "name", ["予算表.txt", "ソース一覧.txt", "report.txt"]
)  # ソ and 表 end in a backslash in CP932
def test_the_name_is_kept(
    service: Client, notebook: Notebook, settings: Settings, tmp_path: Path, name: str, encoding: str
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    body = "本日の会議を開きます。".encode()
    form = part('name="notebook"', str(notebook.pk).encode(), "ascii")
    form += part(f'name="file"; filename="{name}"', body, encoding) + f"--{BOUNDARY}--\r\n".encode()
    answer = service.post("/api/v1/sources", form, f"multipart/form-data; boundary={BOUNDARY}")
    assert answer.status_code == 202, answer.content
    source = Source.objects.get()
    assert source.filename == name
    with source.file.open() as stored:
        assert stored.read() == body


def test_another_encoding_of_japanese() -> None:
    head = 'name="f"; filename="予算ソース.txt"'
    assert DecodedFileNames(BytesIO(part(head, b"x", "euc-jp")), BOUNDARY).read() == part(head, b"x", "utf-8")


@pytest.mark.parametrize("before", [0, PIECE - 40, PIECE - 1, PIECE, 3 * PIECE + 7])
def test_heads_on_the_border_of_two_pieces(before: int) -> None:
    """And nothing inside a file is changed, even if it looks like the name of one."""
    file = bytes(range(256)) * (before // 256 + 1) + 'filename="予算.txt"\r\n\r\n'.encode("cp932")
    head = 'name="f"; filename="予算表.txt"'
    sent = part(head, file, "cp932") + part(head, b"", "cp932")
    expected = part(head, file, "utf-8") + part(head, b"", "utf-8")
    for size in (1000, PIECE, LONGEST_HEAD + PIECE):
        stream = DecodedFileNames(BytesIO(sent), BOUNDARY)
        assert b"".join(iter(lambda stream=stream, size=size: stream.read(size), b"")) == expected  # type: ignore[misc]
    assert DecodedFileNames(BytesIO(sent), BOUNDARY).read() == expected
