"""The page that shows a new service token, once."""

import re

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_looks import EVERY_LOOK, Audit, looked_at


def test_a_token_is_made_and_shown(visit: Visit, axe: str) -> None:
    page = visit(reverse("admin:tasks_app_servicetoken_add"), bypass_csp=True)
    page.locator("#id_name").fill("frontend")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Token for frontend")).to_have_value(re.compile(r"^nbs_[\w-]{43}$"))
    assert list(looked_at(page, Audit(axe), EVERY_LOOK)) == []
    page.get_by_role("link", name="I have copied it").click()
    expect(page.locator("#result_list")).to_contain_text("frontend")
