import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")

# Celery warns of root because tasks could be pickled; ours are JSON, and containers run as root.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("khuyencong")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")

# All ask the database what is due, so a beat that was away has nothing to catch up (settings.py).
app.conf.beat_schedule = {
    "draft-reports": {"task": "reporting.draft_reports", "schedule": 60.0, "options": {"expires": 60}},
    "remind": {"task": "notices.remind", "schedule": 60.0, "options": {"expires": 60}},
    "write-letters": {"task": "notices.write_letters", "schedule": 60.0, "options": {"expires": 60}},
    "send-mails": {"task": "notices.send_mails", "schedule": 30.0, "options": {"expires": 30}},
    "carry-out-changes": {"task": "succession.carry_out_due", "schedule": 60.0, "options": {"expires": 60}},
    "sweep-jobs": {"task": "reporting.sweep_jobs", "schedule": 10.0, "options": {"expires": 10}},
}


@worker_init.connect  # type: ignore[untyped-decorator]
@beat_init.connect  # type: ignore[untyped-decorator]
def _require_migrations(**_: object) -> None:
    from khuyencong.health import require_migrations

    require_migrations()
