"""Every test runs on a real PostgreSQL and Redis, as the app's login, behind the wall."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker

# Before anything reads the settings: servers of the tests' own, far from the developer's data.
for _outside in (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "KC_FILES",
    "KC_STATIC",
    "KC_DEBUG",
    "KC_HTTPS",
    "KC_HOSTS",
    "KC_SECOND_FACTOR",
):
    os.environ.pop(_outside, None)
os.environ["KC_STATE"] = str(Path(__file__).resolve().parent.parent / ".cache" / "tests")
os.environ["KC_THROWAWAY"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "khuyencong.settings"

# Who begins the tests with a shell's `&` has them ignore Ctrl-C, with nohup the end of the terminal; the programs that
# they start must not inherit that.
for _signal, _handler in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGQUIT, signal.SIG_DFL),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(_signal) == signal.SIG_IGN:
        signal.signal(_signal, _handler)

# A busy machine draws slowly; that is no fault of what is tested.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy")


def pytest_configure() -> None:
    from django.conf import settings
    from django.test import TransactionTestCase

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow by design
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise misses it aloud, and nothing is collected here
    # Django would flush the tables as kc_app, who may not, and the cast with them.
    setattr(TransactionTestCase, "_fixture_teardown", _clone_again)  # noqa: B010 (private: not in the stubs)


def _clone_again(_: Any) -> None:
    from tests import databases

    databases.clone()


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """PostgreSQL and Redis, and a queue that no other process of the run reads."""
    from khuyencong import celery_app
    from tests import databases

    celery_app.conf.task_default_queue = f"tests-{os.getpid()}"
    with databases.servers().in_use():
        yield
        with celery_app.connection_for_write() as connection:
            connection.default_channel.queue_purge(celery_app.conf.task_default_queue)


@pytest.fixture(scope="session")
def django_db_setup(servers: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replaces pytest-django's, which would create the database as kc_app."""
    from tests import cast, databases

    with django_db_blocker.unblock():
        databases.clone()
        cast.remember()
    yield
    with django_db_blocker.unblock():
        databases.drop()


@pytest.fixture
def committed_db(transactional_db: None) -> None:
    """What the test commits is seen by other connections; afterwards the database is cloned anew. The same
    holds of `live_server` and of `django_db(transaction=True)`."""
