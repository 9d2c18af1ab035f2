import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from khuyencong import data
from khuyencong.demonstration.build import build, is_built, wipe
from khuyencong.demonstration.people import accounts
from khuyencong.lib.dates import today
from reporting.rounds import draft_due_reports

DEFAULT_PASSWORD = "khuyencong-demo"  # noqa: S105 (public, and only where the demonstration is allowed)
LOCK = 2026_11_28  # any number that no other lock of the program has


class Command(BaseCommand):
    help = (
        "Dựng dữ liệu minh họa: tài khoản, đợt đăng ký, dự toán và khoảng bốn mươi hồ sơ ở mọi trạng thái. "
        "Chạy lại không làm gì thêm; --reset xóa toàn bộ hồ sơ, sổ kinh phí và dựng lại từ đầu."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="xóa mọi dữ liệu của các tỉnh rồi dựng lại")

    def handle(self, *_: Any, reset: bool, verbosity: int, **__: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "Dữ liệu minh họa có mật khẩu ai cũng biết, nên chỉ dựng trên máy chủ nhúng hoặc khi đặt KC_DEMO=1."
            )
        with self._alone(verbosity):
            if reset:
                wipe()
            password = os.environ.get("DEMO_PASSWORD") or DEFAULT_PASSWORD
            known = is_built()
            if not known:
                call_command("import_figures", str(data.HERE / "published-figures.csv"), verbosity=0)
                build(password)
                draft_due_reports(today())
        if verbosity:
            done = "đã có, muốn dựng lại từ đầu hãy thêm --reset" if known else "đã dựng"
            self.stdout.write(
                f"Dữ liệu minh họa {done}. Mật khẩu {password}; tài khoản: {', '.join(accounts())}."
            )

    @contextmanager
    def _alone(self, verbosity: int) -> Iterator[None]:
        """One at a time, also from two machines: a second would wipe what the first is still building. The lock
        is the database's and goes with the connection."""
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                if verbosity:
                    self.stdout.write("Một lệnh demo khác đang chạy; lệnh này chờ cho đến khi nó xong …")
                    self.stdout.flush()
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            with connections["owner"].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
