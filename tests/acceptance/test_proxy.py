"""The proxy of docker-compose.yml before a site with few threads: unfinished requests do not silence it."""

import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from launcher.checkout.home import PROJECT
from launcher.servers.ports import any_free, is_free
from tests.support.waiting import wait_for

NGINX = shutil.which("nginx")
TEMPLATE = (PROJECT / "deploy" / "proxy.conf.template").read_text("utf-8")
SITE = """
def application(environ, start_response):
    said = {name: environ.get(name, "") for name in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")}
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{said} {len(environ['wsgi.input'].read())} bytes".encode()]
"""
SECONDS = 5.0

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx on PATH: install it to test the proxy")


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[int]:
    """The port of the proxy, before a site with two threads."""
    site, plain, tls = any_free(), any_free(), any_free()
    certify(tmp_path)
    (tmp_path / "small_site.py").write_text(SITE)
    replaced = {
        "${SITE_NAME}": "_",
        "${SITE_UPSTREAM}": f"127.0.0.1:{site}",
        "listen 8080": f"listen 127.0.0.1:{plain}",
        "listen 8443": f"listen 127.0.0.1:{tls}",
        "/etc/nginx/certificates": str(tmp_path),
        "/var/tmp/bodies": str(tmp_path / "bodies"),  # noqa: S108
    }
    text = TEMPLATE
    for there, here in replaced.items():
        assert there in text
        text = text.replace(there, here)
    kept = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr;\n"
        f"events {{}} http {{ access_log off; client_body_temp_path {tmp_path}/b; {kept}\n{text} }}"
    )
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "small_site:application",
        f"--bind=127.0.0.1:{site}",
        "--no-control-socket",
    ]
    commands = (
        [*gunicorn, "--worker-class=gthread", "--workers=1", "--threads=2", f"--chdir={tmp_path}"],
        [str(NGINX), "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
    )
    with ExitStack() as running:
        for command in commands:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.callback(process.wait)
            running.callback(process.terminate)
        for port in (site, tls):
            wait_for(lambda port=port: not is_free(port), "the servers to listen")  # type: ignore[misc]
        yield tls


def certify(folder: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    (folder / "site.crt").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "site.key").write_bytes(private)


def connect(port: int) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    raw = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
    return context.wrap_socket(raw)


def asked(port: int, head: str) -> str:
    """The beginning of the answer. Raises TimeoutError if there is none within SECONDS."""
    with connect(port) as connection:
        connection.sendall(f"{head}Host: site\r\nConnection: close\r\n\r\n".encode())
        return connection.recv(4096).decode()


def test_unfinished_requests_do_not_silence_the_site(proxy: int) -> None:
    """40 heads, then 40 bodies, that never end: each would hold one of the site's two threads."""
    length = "Content-Length: 1000000\r\nHost: site\r\n\r\nonly the beginning"
    for unfinished in ("GET / HTTP/1.1\r\nHost: site\r\nX-Never: ", f"POST / HTTP/1.1\r\n{length}"):
        with ExitStack() as open_connections:
            for _connection in range(40):
                connection = open_connections.enter_context(connect(proxy))
                connection.sendall(unfinished.encode())
            assert asked(proxy, "GET / HTTP/1.1\r\n").startswith("HTTP/1.1 200")


def test_what_a_client_says_of_itself_is_replaced(proxy: int) -> None:
    forged = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: http\r\n"
    for path in ("/", "/admin/login/"):
        answer = asked(proxy, f"GET {path} HTTP/1.1\r\n{forged}")
        assert "'HTTP_X_FORWARDED_FOR': '127.0.0.1', 'HTTP_X_FORWARDED_PROTO': 'https'" in answer


def test_too_large_is_refused_by_what_it_says(proxy: int) -> None:
    assert asked(proxy, "POST / HTTP/1.1\r\nContent-Length: 1200000000\r\n").startswith("HTTP/1.1 413")


def test_sign_ins_are_limited_per_address(proxy: int) -> None:
    answers = [asked(proxy, "GET /admin/login/ HTTP/1.1\r\n").split()[1] for _attempt in range(14)]
    assert answers[:10] == ["200"] * 10
    assert "429" in answers
