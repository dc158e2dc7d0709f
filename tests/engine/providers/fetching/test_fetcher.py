"""What the guarded fetcher brings home from a loopback site, and what it refuses before it connects to anything."""

import socket
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from io import BytesIO
from time import monotonic

import pytest
from pytest_django.fixtures import Settings

from tasks_app.errors import JobError, PermanentError, Release, TransientError
from tasks_app.providers.fetching.fetcher import FetchedFile, Fetcher
from tests.engine.providers.fetching.site import NAME, Site, SitePage, site, trusting

PDF = b"%PDF-1.4\n" + b"x" * 2000
PAGE = "<!DOCTYPE html><title>お探しのページは移動しました</title>".encode()
MEGABYTE = 1024**2


ORIGIN: ContextVar[str] = ContextVar("origin", default="")
"""The server on loopback that may be asked: that of the fixture `files`, where a test has it."""


@pytest.fixture
def files(settings: Settings) -> Iterator[Site]:
    """A site without TLS that may be asked although it is on loopback."""
    with site() as running:
        settings.FETCH_SECONDS = 5
        opened = ORIGIN.set(running.origin)
        yield running
        ORIGIN.reset(opened)


@pytest.fixture
def victim(settings: Settings) -> Iterator[Site]:
    """Something on loopback that must never hear of us; its port is allowed, so that only addresses can save it."""
    with site(tls=True) as running:
        running.pages["/"] = running.pages["/a.pdf"] = SitePage(PDF)
        settings.FETCH_PORTS = ["443", str(running.port)]
        yield running
        assert running.connections == 0


def got(url: str, fetcher: Fetcher | None = None) -> tuple[FetchedFile, bytes]:
    into = BytesIO()
    return (fetcher or Fetcher(loopback_origin=ORIGIN.get())).fetch(url, into), into.getvalue()


def refused(url: str, fetcher: Fetcher | None = None) -> JobError:
    with pytest.raises(JobError) as refusal:
        got(url, fetcher)
    return refusal.value


def knowing(*addresses: str) -> Fetcher:
    """Resolves every name to these."""
    return Fetcher(resolver=lambda host, port: addresses, certificates=trusting, loopback_origin=ORIGIN.get())


def test_a_file_comes_with_its_name_and_type(files: Site) -> None:
    files.pages["/kaigi/shiryo1.pdf"] = SitePage(PDF)
    fetched, content = got(files.url("/kaigi/shiryo1.pdf?v=2"))
    assert content == PDF
    assert (fetched.delivered.name, fetched.delivered.content_type) == ("shiryo1.pdf", "application/pdf")
    assert (fetched.size, fetched.url) == (len(PDF), files.url("/kaigi/shiryo1.pdf?v=2"))
    ((_path, headers),) = files.asked
    assert "cookie" not in headers
    assert "authorization" not in headers


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename*=UTF-8''%E8%B3%87%E6%96%991.pdf", "資料1.pdf"),
        ('attachment; filename="../../etc/a.pdf"', "a.pdf"),
        ('attachment; filename="C:\\\\temp\\\\a.pdf"', "a.pdf"),
        ('attachment; filename=".pdf"', "pdf.pdf"),
        ('attachment; filename="no ending"', "no ending.pdf"),
        ("attachment", "down.pdf"),
        ('attachment; filename="' + "あ" * 300 + '.pdf"', "あ" * 200 + ".pdf"),
    ],
)
def test_name_given_by_the_answer(files: Site, disposition: str, name: str) -> None:
    header = disposition.encode().decode("latin-1")
    files.pages["/down"] = SitePage(PDF, headers={"Content-Disposition": header})
    assert got(files.url("/down"))[0].delivered.name == name


def test_redirects_are_followed(files: Site) -> None:
    files.pages["/old"] = SitePage(status=302, headers={"Location": "/new/a.pdf"})
    files.pages["/new/a.pdf"] = SitePage(PDF)
    fetched, content = got(files.url("/old"))
    assert (fetched.url, fetched.delivered.name, content) == (files.url("/new/a.pdf"), "a.pdf", PDF)


def test_redirects_in_a_circle_end(files: Site) -> None:
    files.pages["/a"] = SitePage(status=301, headers={"Location": "/a"})
    error = refused(files.url("/a"))
    assert (type(error), error.code, len(files.asked)) == (PermanentError, "address_redirects", 6)


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("https://169.254.169.254/latest/meta-data/", "address_forbidden"),
        ("http://169.254.169.254/latest/meta-data/", "address_not_https"),
        ("https://127.0.0.1:{port}/", "address_forbidden"),
        ("https://[::ffff:127.0.0.1]:{port}/", "address_forbidden"),
        ("https://0.0.0.0:{port}/", "address_forbidden"),
        ("https://2130706433:{port}/", "address_malformed"),
        ("https://0177.0.0.1:{port}/", "address_leads_nowhere"),
        ("https://inside.example:{port}/", "address_forbidden"),
        ("//127.0.0.1:{port}/", "address_not_https"),
        ("https://user@inside.example:{port}/", "address_with_login"),
        ("file:///etc/passwd", "address_malformed"),
        ("", "address_leads_nowhere"),
    ],
)
def test_redirect_into_the_inside_is_refused(files: Site, victim: Site, location: str, code: str) -> None:
    files.pages["/a.pdf"] = SitePage(status=302, headers={"Location": location.format(port=victim.port)})
    error = refused(files.url("/a.pdf"), knowing("127.0.0.1"))
    assert (type(error), error.code) == (PermanentError, code)


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("::ffff:127.0.0.1",),
        ("93.184.215.14", "127.0.0.1"),
        ("127.0.0.1", "93.184.215.14"),
        ("64:ff9b::7f00:1",),
        ("2002:7f00:1::",),
        ("100.64.0.1",),
        ("0.0.0.0",),
        ("fe80::1%lo",),
    ],
)
def test_name_with_a_forbidden_address_is_refused(victim: Site, addresses: tuple[str, ...]) -> None:
    error = refused(f"https://{NAME}:{victim.port}/a.pdf", knowing(*addresses))
    assert (type(error), error.code) == (PermanentError, "address_forbidden")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"])
def test_literal_addresses_are_refused(victim: Site, host: str) -> None:
    assert refused(f"https://{host}:{victim.port}/").code in ("address_forbidden", "address_malformed")


def test_connects_to_the_address_that_was_checked(settings: Settings) -> None:
    """The name exists for this resolver alone, and only for one question: nobody asks again before connecting."""
    answers = [["127.0.0.1"]]
    with site(tls=True) as running:
        running.pages["/a.pdf"] = SitePage(PDF)
        fetcher = Fetcher(
            resolver=lambda host, port: answers.pop(), certificates=trusting, loopback_origin=running.origin
        )
        _fetched, content = got(running.url("/a.pdf"), fetcher)
    assert content == PDF
    assert dict(running.asked[0][1])["host"] == f"{NAME}:{running.port}"


def test_certificate_of_somebody_else(settings: Settings) -> None:
    with site(tls=True) as running:
        other = f"https://other.test:{running.port}"
        error = refused(f"{other}/a.pdf", replace(knowing("127.0.0.1"), loopback_origin=other))
        assert (type(error), error.code) == (PermanentError, "fetch_certificate")
        stranger = Fetcher(resolver=lambda host, port: ["127.0.0.1"], loopback_origin=running.origin)
        error = refused(running.url("/a.pdf"), stranger)
        assert error.code == "fetch_certificate"
    assert not running.asked


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (404, PermanentError, "address_dead"),
        (410, PermanentError, "address_dead"),
        (401, PermanentError, "fetch_refused"),
        (403, PermanentError, "fetch_refused"),
        (206, PermanentError, "fetch_refused"),
        (500, TransientError, "fetch_failed"),
        (503, TransientError, "fetch_failed"),
        (429, Release, "fetch_limiting"),
    ],
)
def test_statuses(files: Site, status: int, kind: type[JobError], code: str) -> None:
    files.pages["/a.pdf"] = SitePage(PDF, status=status, headers={"Retry-After": "7"})
    error = refused(files.url("/a.pdf"))
    assert (type(error), error.code) == (kind, code)
    if isinstance(error, Release):
        assert error.delay == 7
    if isinstance(error, TransientError):
        assert error.retry_after == 7


@pytest.mark.parametrize(
    ("failure", "kind", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "none"), PermanentError, "address_unknown_host"),
        (socket.gaierror(socket.EAI_AGAIN, "later"), TransientError, "fetch_unreachable"),
    ],
)
def test_names_that_do_not_resolve(failure: OSError, kind: type[JobError], code: str) -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise failure

    error = refused("https://www.example.com/a.pdf", Fetcher(resolver=resolver))
    assert (type(error), error.code) == (kind, code)


def test_nobody_listens(settings: Settings) -> None:
    with site() as running:
        fetcher = Fetcher(loopback_origin=running.origin)
    error = refused(running.url("/a.pdf"), fetcher)
    assert (type(error), error.code) == (TransientError, "fetch_unreachable")


def test_a_page_where_a_pdf_was_promised(files: Site) -> None:
    files.pages["/a.pdf"] = SitePage(PAGE, content_type="text/html; charset=utf-8")
    files.pages["/b"] = SitePage(PAGE, content_type="application/pdf")
    for path in ("/a.pdf", "/b"):
        error = refused(files.url(path))
        assert (type(error), error.code, error.details["extension"]) == (
            PermanentError,
            "page_instead_of_file",
            ".pdf",
        )


@pytest.mark.parametrize(
    ("path", "content_type", "body", "code"),
    [
        ("/a.pdf", "application/pdf", b"just text", "fetched_not_as_promised"),
        ("/a.docx", "", PDF, "fetched_not_as_promised"),
        ("/a.png", "image/png", b"\x89PNG\r\n\x1a\n", "fetched_unsupported"),
        ("/a", "application/octet-stream", b"PK\x03\x04....", "fetched_unsupported"),
        ("/a.pdf", "application/pdf", b"", "fetched_empty"),
    ],
)
def test_content_that_is_no_use(files: Site, path: str, content_type: str, body: bytes, code: str) -> None:
    files.pages[path] = SitePage(body, content_type=content_type)
    error = refused(files.url(path))
    assert (type(error), error.code) == (PermanentError, code)


@pytest.mark.parametrize(
    ("path", "content_type", "body", "name"),
    [
        ("/index.php", "text/html; charset=Shift_JIS", PAGE, "index.php.html"),
        ("/", "text/html", PAGE, "document.html"),
        ("/a.htm", "text/html", PAGE, "a.htm"),
        ("/a.md", "text/plain", "# 議事".encode(), "a.md"),
        ("/a", "text/plain", "議事".encode("cp932"), "a.txt"),
        ("/a.html", "application/pdf", PDF, "a.pdf"),
        ("/x.xlsx", "application/octet-stream", b"PK\x03\x04....", "x.xlsx"),
        ("/%E8%B3%87%E6%96%99.pdf", "", PDF, "資料.pdf"),
    ],
)
def test_name_ends_in_what_the_content_is(files: Site, path: str, content_type: str, body: bytes, name: str) -> None:
    files.pages[path] = SitePage(body, content_type=content_type)
    fetched, _content = got(files.url(path))
    assert (fetched.delivered.name, fetched.delivered.content_type) == (name, content_type)


@pytest.mark.parametrize("announced", [None, -1, 1_000_000_000])
def test_more_than_the_cap(files: Site, settings: Settings, announced: int | None) -> None:
    settings.UPLOAD_MAX_BYTES = MEGABYTE
    files.pages["/a.pdf"] = SitePage(PDF * 600, announced=announced)
    error = refused(files.url("/a.pdf"))
    assert (type(error), error.code) == (PermanentError, "fetched_too_large")


def test_a_bomb_is_unpacked_no_further_than_the_cap(files: Site, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = MEGABYTE
    files.pages["/a.pdf"] = SitePage(b"%PDF-" + bytes(64 * MEGABYTE), packed=True)
    into = BytesIO()
    with pytest.raises(PermanentError) as refusal:
        Fetcher(loopback_origin=files.origin).fetch(files.url("/a.pdf"), into)
    assert refusal.value.code == "fetched_too_large"
    assert len(into.getvalue()) <= MEGABYTE


def test_packed_all_the_same(files: Site) -> None:
    files.pages["/a.pdf"] = SitePage(PDF, packed=True)
    assert got(files.url("/a.pdf"))[1] == PDF


@pytest.mark.parametrize(
    "page",
    [
        SitePage(PDF, announced=len(PDF) + 1),
        SitePage(PDF, cut=100),
        SitePage(PDF, cut=20, packed=True, announced=-1),
        SitePage(PDF, headers={"Content-Encoding": "gzip"}),
    ],
)
def test_less_than_announced(files: Site, page: SitePage) -> None:
    files.pages["/a.pdf"] = page
    error = refused(files.url("/a.pdf"))
    assert (type(error), error.code) == (TransientError, "fetch_broken_off")


def test_packed_in_a_way_nobody_asked_for(files: Site) -> None:
    files.pages["/a.pdf"] = SitePage(PDF, headers={"Content-Encoding": "br"})
    assert refused(files.url("/a.pdf")).code == "fetched_packed"


def test_dripping_ends_when_time_is_up(files: Site, settings: Settings) -> None:
    settings.FETCH_SECONDS = 0.5
    files.pages["/a.pdf"] = SitePage(drip=True, announced=10**6)
    started = monotonic()
    error = refused(files.url("/a.pdf"))
    assert (type(error), error.code) == (TransientError, "fetch_timeout")
    assert monotonic() - started < 3


def test_silence_ends_when_time_is_up(files: Site, settings: Settings) -> None:
    settings.FETCH_SECONDS = 0.5
    files.pages["/a.pdf"] = SitePage(PDF, before=files.stopping.wait)
    assert refused(files.url("/a.pdf")).code == "fetch_timeout"


def test_gives_up_when_nobody_wants_it_any_more(files: Site) -> None:
    """While the other side is silent, too."""
    files.pages["/a.pdf"] = SitePage(PDF, before=files.stopping.wait)
    asked = _third_time(Release("stop", "Stop."))
    with pytest.raises(Release):
        Fetcher(loopback_origin=files.origin).fetch(files.url("/a.pdf"), BytesIO(), asked)


def _third_time(error: JobError) -> Callable[[], None]:
    left = [0, 0, 0, 0]

    def check() -> None:
        if not left:
            raise error
        left.pop()

    return check
