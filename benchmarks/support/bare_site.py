"""The site as gunicorn serves it, with the bare views beside."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notebookops.settings")
settings.ROOT_URLCONF = "benchmarks.support.bare_views"
application = get_wsgi_application()
