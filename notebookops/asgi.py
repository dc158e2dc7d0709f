import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notebookops.settings")

application = get_asgi_application()

import notebookops.urls  # noqa: E402, F401 - pages are loaded when the site starts, not with its first request
