"""The ground that the other tests stand on."""

from threading import Thread

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.utils import timezone

from tests import databases


@pytest.mark.django_db
def test_a_test_acts_as_the_apps_login_in_a_database_of_its_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database() LIKE 'kc\\_test\\_%%'")
        assert cursor.fetchone() == ("kc_app", True)


@pytest.mark.parametrize("_", ["first", "again"])
def test_what_a_test_commits_others_see_and_the_next_test_does_not(committed_db: None, _: str) -> None:
    assert Session.objects.count() == 0
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    seen: list[int] = []

    def look() -> None:
        seen.append(Session.objects.count())
        connections.close_all()

    other = Thread(target=look)
    other.start()
    other.join()
    assert seen == [1]


def test_a_database_left_by_a_process_that_was_killed_is_dropped(committed_db: None) -> None:
    left = f"{databases.CLONE}{2**22 + 1}"  # beyond the highest number of a process
    with databases.servers().superuser() as superuser, superuser.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {left}")
        databases.clone()
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [left])
        assert cursor.fetchone() == (0,)


def test_a_database_that_was_kept_is_begun_from_again(committed_db: None) -> None:
    Session.objects.create(session_key="kept", session_data="", expire_date=timezone.now())
    kept = databases.keep("sessions")
    Session.objects.all().delete()
    databases.clone(kept)
    assert Session.objects.get().session_key == "kept"
    databases.clone()
    assert not Session.objects.exists()
