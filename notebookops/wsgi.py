import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notebookops.settings")
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "60")  # of a page; migrations and jobs take the time they need

application = get_wsgi_application()

import notebookops.urls  # noqa: E402, F401 - pages are loaded when the site starts, not with its first request
