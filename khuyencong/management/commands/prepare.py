from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from khuyencong import staticfiles

ROLES = {"kc_owner", "kc_app", "kc_province", "kc_nation", "kc_guard", "kc_backup"}
ONCE = "Trên máy chủ mới, hãy chạy deploy/roles.sql một lần bằng tài khoản quản trị PostgreSQL"


class Command(BaseCommand):
    """Before the program starts: the tables, the reference data, the files that pages load and, on a
    database of its own, the demonstration. Each step is quick when nothing is left to do."""

    help = "Chuẩn bị cơ sở dữ liệu, dữ liệu nền, tệp tĩnh và (lần đầu, trên máy thử) dữ liệu minh họa"

    def handle(self, *args: Any, **options: Any) -> None:
        _require_roles()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference", verbosity=0)
        staticfiles.collect()
        if settings.DEMONSTRATION:
            call_command("demo")


def _require_roles() -> None:
    """Both logins work and the roles of the wall exist. Raises CommandError, which names deploy/roles.sql."""
    for alias, variable in (("owner", "DATABASE_OWNER_URL"), ("default", "DATABASE_URL")):
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT rolname FROM pg_roles")
                missing = ROLES - {role for (role,) in cursor.fetchall()}
        except OperationalError as error:
            raise CommandError(f"Không đăng nhập được PostgreSQL bằng {variable}: {error}{ONCE}.") from error
        if missing:
            raise CommandError(f"PostgreSQL thiếu vai trò {', '.join(sorted(missing))}. {ONCE}.")
