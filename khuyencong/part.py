"""One part of the program, for whoever starts them one by one: `python -m khuyencong.part web` (worker, beat).

The supervisor starts all three on one machine; a container is one of them. The part takes the place of this process,
so that signals reach it.
"""

import os
import sys

from django.conf import settings

from khuyencong import faults

NAMES = ("web", "worker", "beat")
GRACE = 10  # seconds for a part to end by itself; what it leaves undone another worker takes up


def command(name: str) -> list[str]:
    """The command line of a part, from the settings."""
    web = ["gunicorn", "khuyencong.wsgi", "--bind", f"{settings.BIND}:{settings.PORT}", "--preload"]
    web += ["--workers", str(settings.WEB_PROCESSES), "--threads", "4", "--timeout", "60"]
    web += ["--graceful-timeout", str(GRACE), "--no-control-socket", "--log-level", "warning"]
    celery = ["celery", "--quiet", "-A", "khuyencong"]
    worker = [*celery, "worker", "--concurrency", str(settings.WORKER_PROCESSES), "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--pidfile=", "--loglevel", "WARNING"]
    return [sys.executable, "-m", *{"web": web, "worker": worker, "beat": beat}[name]]


def main() -> None:
    """Does not return. Exits with a sentence when a setting is wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    if len(sys.argv) != 2 or sys.argv[1] not in NAMES:
        sys.exit(f"Cách dùng: python -m khuyencong.part {'|'.join(NAMES)}")
    try:
        words = command(sys.argv[1])
    except Exception as error:
        faults.end(error)
    os.execv(words[0], words)  # noqa: S606 (a fixed program)


if __name__ == "__main__":
    main()
