"""What a WSGI server serves: `granian --interface wsgi teleclinic.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teleclinic.settings")
os.environ.setdefault("LOCATOR_STATEMENT_SECONDS", "30")

application = get_wsgi_application()
