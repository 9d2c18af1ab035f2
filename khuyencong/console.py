"""What manage.py does: a command of Django's, with the embedded servers up while it works."""

import os
import signal
import sys
from contextlib import nullcontext

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from khuyencong.embedded import EmbeddedError


def main() -> None:
    """Exits with a sentence, not a traceback, when the settings are wrong or the servers cannot start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the servers are let go
    try:
        with settings.EMBEDDED.in_use() if settings.EMBEDDED else nullcontext():
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EmbeddedError) as error:
        sys.exit(str(error))
