import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notebookops.settings")

application = get_wsgi_application()

import notebookops.urls  # noqa: E402, F401 - pages are loaded when the site starts, not with its first request
