import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")

# Celery warns of root because tasks could be pickled; ours are JSON, and containers run as root.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("khuyencong")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
