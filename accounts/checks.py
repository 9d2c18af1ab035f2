"""Refuses a login to which the wall is open: asked by ``manage.py check`` and by the first connection of a process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_QUESTION = """
SELECT r.rolsuper, r.rolbypassrls,
  to_regrole('kc_province') IS NULL OR to_regrole('kc_nation') IS NULL OR to_regrole('kc_guard') IS NULL,
  pg_has_role(r.oid, to_regrole('kc_province'), 'USAGE') OR pg_has_role(r.oid, to_regrole('kc_nation'), 'USAGE'),
  (SELECT string_agg(o.rolname, ', ' ORDER BY o.rolname) FROM pg_roles o
     WHERE o.oid <> r.oid AND pg_has_role(r.oid, o.oid, 'MEMBER')
       AND (o.rolsuper OR o.rolbypassrls OR o.rolname IN ('kc_guard', 'kc_owner')))
FROM pg_roles r WHERE r.rolname = session_user
"""

_REMEDY = "Hãy dùng tài khoản kc_app do deploy/roles.sql tạo cho DATABASE_URL."


def login_fault(connection: BaseDatabaseWrapper) -> str | None:
    """What lets this connection's login past the wall, as a Vietnamese sentence for the administrator."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION)
        is_superuser, bypasses, lacks_roles, inherits, dangerous = cursor.fetchone()
    login = connection.settings_dict["USER"]
    if lacks_roles:
        return "Cơ sở dữ liệu chưa có các vai trò kc_*. Hãy chạy deploy/roles.sql một lần bằng tài khoản quản trị."
    if is_superuser:
        return f"Tài khoản cơ sở dữ liệu {login} là superuser nên vượt qua tường dữ liệu. {_REMEDY}"
    if bypasses:
        return f"Tài khoản cơ sở dữ liệu {login} có BYPASSRLS nên vượt qua tường dữ liệu. {_REMEDY}"
    if inherits:
        return (
            f"Tài khoản cơ sở dữ liệu {login} thừa hưởng quyền của kc_province hoặc kc_nation nên thấy mọi dữ liệu "
            f"khi chưa chọn chức vụ. {_REMEDY}"
        )
    if dangerous:
        return f"Tài khoản cơ sở dữ liệu {login} chuyển được sang {dangerous} nên vượt qua tường dữ liệu. {_REMEDY}"
    return None


@register(Tags.database)
def check_login(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    fault = login_fault(connections[DEFAULT_DB_ALIAS])
    return [Error(fault, id="accounts.E001")] if fault else []


_trusted: set[tuple[object, ...]] = set()


def refuse_careless_login(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Once for each login of a process, before its first query. Raises ImproperlyConfigured."""
    login = tuple(connection.settings_dict[key] for key in ("HOST", "PORT", "USER"))
    if connection.alias != DEFAULT_DB_ALIAS or login in _trusted:
        return
    if fault := login_fault(connection):
        connection.close()
        raise ImproperlyConfigured(fault)
    _trusted.add(login)
