"""A passkey is added and used at the sign-in, with the authenticator that Chromium offers to tests."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Visit

PASSWORD = "correct horse battery staple"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_and_used(visit: Visit, chief: User, live_server: LiveServer) -> None:
    chief.set_password(PASSWORD)
    chief.save()
    page = visit(reverse("mfa_add_webauthn"))
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.get_by_label("Name").fill("key")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: reverse("mfa_add_webauthn") not in url)
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    for name, arguments in (
        ("mfa_list_webauthn", []),
        ("mfa_edit_webauthn", [key.pk]),
        ("mfa_remove_webauthn", [key.pk]),
    ):
        page.goto(live_server.url + reverse(name, args=arguments))
        expect(page.locator("#content")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill("chief")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{reverse('mfa_authenticate')}*")
    page.get_by_role("button", name="Use a security key").click()
    expect(page.locator("#user-tools")).to_contain_text("chief")
