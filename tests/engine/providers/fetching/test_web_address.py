"""Which addresses are refused before any network is touched."""

from ipaddress import ip_address

import pytest

from tasks_app.errors import PermanentError
from tasks_app.providers.fetching.web_address import is_public, web_address


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("http://www.example.com/a.pdf", "address_not_https"),
        ("ftp://www.example.com/a.pdf", "address_not_https"),
        ("file:///etc/passwd", "address_malformed"),
        ("資料はこちら", "address_malformed"),
        ("", "address_malformed"),
        ("https://", "address_malformed"),
        ("https:///etc/passwd", "address_malformed"),
        ("https://exa mple.jp/", "address_malformed"),
        ("https://www.example.com:0/", "address_malformed"),
        ("https://www.example.com\\@127.0.0.1/", "address_with_login"),
        ("https://user:secret@www.example.com/", "address_with_login"),
        ("https://www.example.com:8443/a.pdf", "address_port"),
        ("https://127.0.0.1/", "address_forbidden"),
        ("https://0.0.0.0/", "address_forbidden"),
        ("https://10.1.2.3/", "address_forbidden"),
        ("https://169.254.169.254/latest/meta-data/", "address_forbidden"),
        ("https://[::1]/", "address_forbidden"),
        ("https://[::ffff:127.0.0.1]/", "address_forbidden"),
        ("https://[64:ff9b::7f00:1]/", "address_forbidden"),
        ("https://[fe80::1%25eth0]/", "address_forbidden"),
        ("https://localhost/", "address_forbidden"),
        ("https://LOCALHOST./", "address_forbidden"),
        ("https://db.localhost/", "address_forbidden"),
        ("https://2130706433/", "address_malformed"),
        ("https://0177.0.0.1/", "address_malformed"),
        ("https://0x7f.1/", "address_malformed"),
        ("https://127.1/", "address_malformed"),
        ("https://www.example.com/" + "a" * 2000, "address_too_long"),
    ],
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(PermanentError) as refusal:
        web_address(text)
    assert refusal.value.code == code
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (" https://www.example.com/a.pdf ", "www.example.com"),
        ("https://町.例え.jp/資料 1.pdf?a=b#x", "xn--1ny.xn--r8jz45g.jp"),
        ("https://www.example.com:443/a.pdf", "www.example.com"),
        ("https://93.184.215.14/a.pdf", "93.184.215.14"),
        ("https://[2606:4700:4700::1111]/", "2606:4700:4700::1111"),
    ],
)
def test_accepted(text: str, host: str) -> None:
    address = web_address(text)
    assert (address.host, address.port, address.may_be_loopback) == (host, 443, False)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.8.9.1", "169.254.1.1", "172.16.0.1", "192.0.0.1", "192.0.2.1"),
        *("192.88.99.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::7f00:1", "::ffff:8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1"),
        *("2001:db8::1", "2002:7f00:1::", "fc00::1", "fe80::1", "fec0::1", "ff02::1", "4000::1"),
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "203.104.0.1", "2606:4700:4700::1111", "2400:4050::1"])
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_loopback_is_allowed_at_one_origin_only() -> None:
    origin = "http://127.0.0.1:8090"
    assert web_address("http://127.0.0.1:8090/a.pdf", origin).may_be_loopback
    for other in ("http://127.0.0.1:8091/", "https://127.0.0.1:8090/", "http://127.0.0.1/", "http://localhost:8090/"):
        with pytest.raises(PermanentError):
            web_address(other, origin)
