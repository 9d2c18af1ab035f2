"""What manage.py does: a command of Django's, with the embedded servers up while it works."""

import os
import signal
import sys
from contextlib import nullcontext

from django.conf import settings
from django.core.management import execute_from_command_line

from khuyencong import faults


def main() -> None:
    """Exits with a sentence, not a traceback, when settings are wrong, the disk is full or a server is away."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the servers are let go
    try:
        with settings.EMBEDDED.in_use() if settings.EMBEDDED else nullcontext():
            execute_from_command_line(sys.argv)
    except Exception as error:
        faults.end(error)
