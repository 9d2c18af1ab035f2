import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.checks import check_login, login_fault
from tests import databases

Login = Callable[[str], AbstractContextManager[BaseDatabaseWrapper]]

_numbers = count(1)
INHERITS = "GRANT kc_nation TO {0} WITH INHERIT TRUE"


@pytest.fixture
def login(db: None) -> Login:
    """A connection of Django's as a new login, made what it is by a statement of a superuser."""

    @contextmanager
    def connect(statement: str) -> Iterator[BaseDatabaseWrapper]:
        name = f"kc_careless_{os.getpid()}_{next(_numbers)}"  # new each time: a process asks once for each
        with databases.servers().superuser() as superuser, superuser.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'khuyen-cong'")
            made = connections.create_connection("default")
            made.settings_dict = made.settings_dict | {"USER": name, "PASSWORD": "khuyen-cong"}
            try:
                cursor.execute(statement.format(name))
                yield made
            finally:
                made.close()
                cursor.execute(f"DROP ROLE {name}")

    return connect


@pytest.mark.django_db
def test_the_login_of_the_program_is_trusted() -> None:
    assert login_fault(connection) is None
    assert check_login(databases=["default"]) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("ALTER ROLE {0} SUPERUSER", "superuser"),
        ("ALTER ROLE {0} BYPASSRLS", "BYPASSRLS"),
        (INHERITS, "thừa hưởng"),
        ("GRANT kc_province TO {0} WITH INHERIT TRUE", "thừa hưởng"),
        ("GRANT kc_guard TO {0} WITH INHERIT FALSE", "chuyển được sang kc_guard"),
        ("GRANT kc_backup TO {0} WITH INHERIT FALSE", "chuyển được sang kc_backup"),
        ("GRANT kc_owner TO {0} WITH INHERIT FALSE", "chuyển được sang kc_guard, kc_owner"),
    ],
)
def test_a_login_to_which_the_wall_is_open_is_refused(login: Login, statement: str, fault: str) -> None:
    with login(statement) as careless, pytest.raises(ImproperlyConfigured, match=fault):
        careless.ensure_connection()


def test_a_login_that_only_switches_to_the_roles_of_positions_is_trusted(login: Login) -> None:
    with login("GRANT kc_province, kc_nation TO {0} WITH INHERIT FALSE") as careful:
        careful.ensure_connection()
        assert login_fault(careful) is None


def test_a_refused_connection_is_closed_and_the_remedy_named(login: Login) -> None:
    with login(INHERITS) as careless:
        with pytest.raises(ImproperlyConfigured, match="Hãy dùng tài khoản kc_app"):
            careless.ensure_connection()
        assert careless.connection is None


def test_only_the_login_of_the_program_is_asked(login: Login) -> None:
    with login(INHERITS) as careless:
        careless.alias = "elsewhere"
        careless.ensure_connection()
        assert careless.connection is not None
