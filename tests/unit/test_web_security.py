"""What the settings and the site's own process make of the environment, each in a process of its own."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from launcher.checkout.home import PROJECT

READ = """
import json, {module}
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in {names}}}))
"""
NAMES = (
    *(f"{kind}_COOKIE_NAME" for kind in ("SESSION", "CSRF", "LANGUAGE")),
    *("SESSION_COOKIE_SECURE", "DATABASES", "CONTENT_SECURITY_POLICY"),
)


def settings_with(module: str = "notebookops.settings", **environ: str) -> dict[str, Any]:
    """Of the project, not of its tests, after this module was loaded."""
    plain = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    plain |= {"DJANGO_SETTINGS_MODULE": "notebookops.settings", **environ}
    code = READ.format(module=module, names=NAMES)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=PROJECT, env=plain, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_cookies_belong_to_this_host_alone_under_https() -> None:
    """And forms lead to the site and to the provider's own address only."""
    found = settings_with(HTTPS="true", OIDC_SERVER_URL="https://sso.example.org/realms/town")
    forms = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"]
    assert forms == ["'self'", "https://sso.example.org"]
    names = [found[f"{kind}_COOKIE_NAME"] for kind in ("SESSION", "CSRF", "LANGUAGE")]
    assert names == ["__Host-sessionid", "__Host-csrftoken", "__Host-django_language"]
    assert found["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize(
    ("module", "environ", "milliseconds"),
    [
        ("notebookops.settings", {}, 0),
        ("notebookops.settings", {"DATABASE_STATEMENT_SECONDS": "2.5"}, 2500),
        ("notebookops.wsgi", {}, 60_000),
    ],
)
def test_the_site_alone_limits_its_statements(module: str, environ: dict[str, str], milliseconds: int) -> None:
    options = settings_with(module, **environ)["DATABASES"]["default"]["OPTIONS"]["options"]
    assert options.split(" -c ")[-1] == f"statement_timeout={milliseconds}"


def test_what_the_address_of_the_database_asks_for_is_kept_and_pgbouncer_is_asked_for_nothing() -> None:
    found = settings_with(DATABASE_URL="postgresql://a:b@c/d?sslmode=require", DATABASE_BEHIND_PGBOUNCER="true")
    options = found["DATABASES"]["default"]["OPTIONS"]
    assert (options["sslmode"], options["options"], options["tcp_user_timeout"]) == ("require", "", 30_000)
