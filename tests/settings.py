"""The project's settings, with the command that empties the database after a test in place of Django's."""

import os

from notebookops.settings import *  # noqa: F403
from notebookops.settings import DATABASES, INSTALLED_APPS, TEMPLATES
from tests.support.template_variables import Undefined

PASSWORD_AGAIN_SECONDS = 0  # tests of what asks for the password again set it
MFA_REAUTHENTICATION_REQUIRED = False
INSTALLED_APPS = ["tests.support.emptying", *INSTALLED_APPS]
NAME_VARIABLE = "NOTEBOOKOPS_TEST_DATABASE"
"""Set by a test that runs tests on the same server."""

DATABASES["default"]["TEST"] = {
    "NAME": os.environ.get(NAME_VARIABLE, "test"),
    "TEMPLATE": DATABASES["default"]["NAME"],  # its tables are there already: see tests/support/plugins/migrated.py
}

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")  # type: ignore[index]
