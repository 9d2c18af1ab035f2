from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from khuyencong import broker, staticfiles
from khuyencong.bucket import FAULTS, Bucket
from khuyencong.demonstration.build import is_welcome

ROLES = {"kc_owner", "kc_app", "kc_province", "kc_nation", "kc_guard", "kc_backup"}
PATIENCE = 10  # seconds
OWNER = "kc_owner"
WHO_AND_WHERE = """
SELECT rolname, rolsuper, rolbypassrls, pg_get_userbyid(datdba), datname, pg_postmaster_start_time()
FROM pg_roles, pg_database WHERE rolname = session_user AND datname = current_database()
"""
RIGHT_LOGIN = f"Hãy dùng tài khoản {OWNER} do deploy/roles.sql tạo"
ONCE = "Trên máy chủ mới, hãy chạy deploy/roles.sql một lần bằng tài khoản quản trị PostgreSQL"


class Command(BaseCommand):
    """Before the program starts: the tables, the reference data, the files that pages load and, on a
    database of its own, the demonstration. Each step is quick when nothing is left to do."""

    help = "Chuẩn bị cơ sở dữ liệu, dữ liệu nền, tệp tĩnh và (lần đầu, trên máy thử) dữ liệu minh họa"

    def handle(self, *args: Any, **options: Any) -> None:
        _require_logins()
        _require_broker()
        _require_bucket()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference", verbosity=0)
        staticfiles.collect()
        if settings.DEMONSTRATION and is_welcome():
            call_command("demo")


def _require_logins() -> None:
    """Both logins work, the roles of the wall exist, and it is their owner who makes the tables. Raises
    CommandError, which names the variable and deploy/roles.sql."""
    places = set()
    for alias, variable in (("owner", "DATABASE_OWNER_URL"), ("default", "DATABASE_URL")):
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT rolname FROM pg_roles")
                missing = ROLES - {role for (role,) in cursor.fetchall()}
                cursor.execute(WHO_AND_WHERE)
                login, is_superuser, bypasses, belongs_to, *place = cursor.fetchone()
        except DatabaseError as error:  # also an option in the address that does not exist
            reason = str(error).strip()
            raise CommandError(
                f"Không đăng nhập được PostgreSQL bằng {variable}: {reason}\n{ONCE}."
            ) from error
        if missing:
            raise CommandError(f"PostgreSQL thiếu vai trò {', '.join(sorted(missing))}. {ONCE}.")
        if alias == "owner" and (login != OWNER or is_superuser or bypasses):
            why = "vượt qua tường dữ liệu" if is_superuser or bypasses else "không phải chủ các bảng"
            raise CommandError(f"{variable} đăng nhập bằng tài khoản {login}, {why}. {RIGHT_LOGIN}.")
        if belongs_to != OWNER:
            raise CommandError(
                f"Cơ sở dữ liệu {place[0]} thuộc về tài khoản {belongs_to}. "
                f"Hãy chạy: ALTER DATABASE {place[0]} OWNER TO {OWNER}."
            )
        places.add(tuple(place))
    if len(places) > 1:
        raise CommandError("DATABASE_URL và DATABASE_OWNER_URL phải dẫn tới cùng một cơ sở dữ liệu.")


def _require_broker() -> None:
    """Redis answers; otherwise every report would wait in silence. Raises CommandError."""
    try:
        broker.ping(patience=PATIENCE)
    except broker.AWAY as error:
        raise CommandError(f"Không kết nối được Redis bằng REDIS_URL: {error}") from error


def _require_bucket() -> None:
    """The bucket, where there is one, takes files, gives them back, and shows them to nobody else. Raises
    CommandError."""
    if not isinstance(default_storage, Bucket):
        return
    try:
        is_open = default_storage.is_open_to_strangers()
    except FAULTS as error:
        raise CommandError(f"Không ghi, đọc, xóa được tệp trong kho KC_FILES: {error}") from error
    if is_open:
        raise CommandError(
            "Kho KC_FILES cho người không có khóa đọc tệp. Hãy bỏ quyền đọc công khai của kho rồi chạy lại."
        )
