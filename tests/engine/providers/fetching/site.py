"""A loopback web site with files on it, well-behaved or not; it counts everybody who connects."""

import gzip
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "files.test"
DRIP_SECONDS = 0.05


@dataclass
class SitePage:
    """One answer. `announced` replaces the true Content-Length; `drip` sends a byte at a time for ever;
    `cut` closes the connection after so many bytes; `packed` sends the body as gzip."""

    body: bytes = b""
    content_type: str = "application/pdf"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    announced: int | None = None
    drip: bool = False
    cut: int | None = None
    packed: bool = False
    before: Callable[[], object] = lambda: None


@dataclass
class Site:
    """`connections` counts everybody who connected, `asked` the paths asked for, with their headers."""

    origin: str
    port: int
    pages: dict[str, SitePage] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    connections: int = 0
    stopping: Event = field(default_factory=Event)

    def url(self, path: str) -> str:
        return f"{self.origin}{path}"


class _SiteConnection(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        page = self.site.pages.get(path, SitePage(status=404, content_type="text/html", body=b"<html>gone</html>"))
        page.before()
        with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self._send(page)

    def _send(self, page: SitePage) -> None:
        body = gzip.compress(page.body) if page.packed else page.body
        self.send_response(page.status)
        if page.content_type:
            self.send_header("Content-Type", page.content_type)
        if page.packed:
            self.send_header("Content-Encoding", "gzip")
        if page.announced != -1:
            self.send_header("Content-Length", str(len(body) if page.announced is None else page.announced))
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        if page.drip:
            while not self.site.stopping.wait(DRIP_SECONDS):
                self.wfile.write(b" ")
        self.wfile.write(body[: page.cut])

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def site(*, tls: bool = False) -> Iterator[Site]:
    """On a free port; with `tls` it says it is NAME, by a certificate that `trusting` trusts."""

    class SiteServer(ThreadingHTTPServer):
        daemon_threads = True

        def verify_request(self, *args: object) -> bool:
            running.connections += 1
            return True

        def handle_error(self, *args: object) -> None:
            """Anyone who gives up leaves a broken connection behind."""

    class SiteHandler(_SiteConnection):
        pass

    server = SiteServer(("127.0.0.1", 0), SiteHandler)
    if tls:
        server.socket = _server_context().wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    host = NAME if tls else "127.0.0.1"
    running = Site(f"http{'s' if tls else ''}://{host}:{server.server_port}", server.server_port)
    SiteHandler.site = running
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.stopping.set()
        server.shutdown()
        server.server_close()


@cache
def _certificate() -> tuple[bytes, bytes]:
    """Key and self-made certificate for NAME, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return pem, certificate.public_bytes(serialization.Encoding.PEM)


def trusting() -> ssl.SSLContext:
    """What a client trusts that knows the site's own certificate and no other."""
    return ssl.create_default_context(cadata=_certificate()[1].decode())


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "site.pem"
        path.write_bytes(b"".join(_certificate()))
        context.load_cert_chain(path)
    return context
