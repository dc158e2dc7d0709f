"""Which addresses that people type may be fetched: the rules that need no network."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx2
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message, PermanentError

MAX_LENGTH = 2000
"""Characters; longer ones do not survive browsers and proxies either."""

GLOBAL_V6 = IPv6Network("2000::/3")
"""All addresses that are assigned on the internet (IANA, IPv6 Global Unicast Address Assignments)."""

TUNNELS = (
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv6Network("::ffff:0:0/96"),  # an IPv4 address in IPv6 clothes
    IPv6Network("64:ff9b::/96"),  # NAT64
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2001::/32"),  # Teredo
    IPv6Network("2002::/16"),  # 6to4
)
"""Lead to an IPv4 address that is written inside them, or to nobody knows whom."""

_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"([0-9]+|0x[0-9a-f]*)")

MALFORMED: Message = _("This is not a web URL. Copy it from the address bar of the browser; it starts with https://.")
FORBIDDEN: Message = _("%(host)s is not on the public internet. Only public URLs are fetched; upload the file instead.")


@dataclass(frozen=True, kw_only=True)
class WebAddress:
    """`url` as it is asked for; `host` in ASCII, an IPv6 address without brackets; `may_be_loopback` only in tests."""

    url: httpx2.URL
    host: str
    port: int
    may_be_loopback: bool = False

    @property
    def scheme(self) -> str:
        return self.url.scheme


def web_address(text: str, loopback_origin: str = "") -> WebAddress:
    """Raises PermanentError, code beginning with `address_`, where no connection may be tried at all.

    `loopback_origin` (scheme, host and port) may be asked although it is on this machine: for tests alone.
    """
    if len(text) > MAX_LENGTH:
        raise PermanentError("address_too_long", _("The URL is longer than %(limit)s characters."), limit=MAX_LENGTH)
    try:
        url = httpx2.URL(text.strip())
    except httpx2.InvalidURL:
        raise PermanentError("address_malformed", MALFORMED) from None
    host = url.raw_host.decode("ascii").rstrip(".")
    if not url.scheme or not host or url.port == 0:
        raise PermanentError("address_malformed", MALFORMED)
    if url.userinfo:
        raise PermanentError(
            "address_with_login",
            _("The URL contains a user name or a password. Remove them; anyone who sees this page could read them."),
        )
    if f"{url.scheme}://{url.netloc.decode('ascii')}" == loopback_origin:
        return WebAddress(url=url, host=host, port=url.port or _usual_port(url), may_be_loopback=True)
    if url.scheme != "https":
        raise PermanentError("address_not_https", _("Only URLs that start with https:// are fetched."))
    port = url.port or _usual_port(url)
    if str(port) not in settings.FETCH_PORTS:
        raise PermanentError("address_port", _("Port %(port)s in the URL is not allowed."), port=port)
    _require_public_host(host)
    return WebAddress(url=url, host=host, port=port)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it belongs to one machine that anybody on the internet can reach."""
    if isinstance(address, IPv6Address) and address not in GLOBAL_V6:
        return False
    if any(address in network for network in TUNNELS if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def forbidden(host: str) -> PermanentError:
    return PermanentError("address_forbidden", FORBIDDEN, host=host)


def _require_public_host(host: str) -> None:
    """A literal address must be public and written in the usual way; a name must be one and not mean this machine."""
    try:
        literal = ip_address(host)
    except ValueError:
        # Resolvers read 0x7f.1, 017700000001 and 2130706433 as 127.0.0.1; no page is honestly linked like that.
        if not _HOST.fullmatch(host) or _NUMBER.fullmatch(host.rpartition(".")[2]):
            raise PermanentError("address_malformed", MALFORMED) from None
        if host == "localhost" or host.endswith(".localhost"):
            raise forbidden(host) from None
        return
    if not is_public(literal):
        raise forbidden(host)


def _usual_port(url: httpx2.URL) -> int:
    return 80 if url.scheme == "http" else 443
