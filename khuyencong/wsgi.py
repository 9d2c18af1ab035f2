import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")

application = get_wsgi_application()

from khuyencong.health import require_migrations  # noqa: E402 (needs the settings)

require_migrations()

# Loaded once and then forked (gunicorn --preload): what lives for ever is not searched for garbage, which
# halves the slowest requests on pages with many objects.
gc.freeze()
