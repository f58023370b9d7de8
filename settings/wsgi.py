"""Entry for a WSGI server: ``gunicorn settings.wsgi``."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.umask(0o027)  # what the pages write is nobody else's business
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.web")
application = get_wsgi_application()
