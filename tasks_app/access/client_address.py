"""From where a request comes: the peer, or what trusted proxies say about it."""

from collections.abc import Sequence
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(request: HttpRequest | Request) -> str | None:
    """The last address that no trusted proxy has; None for a peer without one, such as a socket in a file.

    Each proxy appends its own peer to X-Forwarded-For, so whatever stands before an untrusted entry may be made up.
    """
    trusted = _trusted(tuple(settings.TRUSTED_PROXIES))
    address = _address(request.META.get("REMOTE_ADDR", ""))
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if address is None or not _within(address, trusted):
            break
        further = _address(hop)
        if further is None:
            break
        address = further
    return str(address) if address else None


def comes_from(address: str | None, networks: Sequence[str]) -> bool:
    """Whether an address is one of these, or in one of these networks; with none named, any is."""
    found = _address(address or "")
    return not networks or (found is not None and _within(found, [ip_network(one) for one in networks]))


@cache
def _trusted(networks: tuple[str, ...]) -> Sequence[Network]:
    return [ip_network(network) for network in networks]


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _address(text: str) -> Address | None:
    """An IPv4 address that came in over IPv6 is itself."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
