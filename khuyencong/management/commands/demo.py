import os
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from khuyencong import data
from khuyencong.demonstration.build import build, is_built, wipe
from khuyencong.demonstration.people import accounts

DEFAULT_PASSWORD = "khuyencong-demo"  # noqa: S105 (public, and only where the demonstration is allowed)


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
        if reset:
            wipe()
        if is_built():
            self.stdout.write("Dữ liệu minh họa đã có. Muốn dựng lại từ đầu, hãy thêm --reset.")
            return
        if "import_figures" in get_commands():
            call_command("import_figures", str(data.HERE / "published-figures.csv"), verbosity=0)
        build(os.environ.get("DEMO_PASSWORD") or DEFAULT_PASSWORD)
        if verbosity:
            self.stdout.write(f"Đã dựng dữ liệu minh họa. Tài khoản: {', '.join(accounts())}.")
