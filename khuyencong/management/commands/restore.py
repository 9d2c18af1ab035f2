from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from khuyencong.backup import BackupError, restoring


class Command(BaseCommand):
    help = (
        "Phục hồi bản sao lưu trong thư mục DIR vào máy trống: nạp cơ sở dữ liệu, chép tệp, đối chiếu số dòng và "
        "mã băm, dựng lại tường dữ liệu. Hỏng giữa chừng thì máy vẫn trống và mã thoát là 1."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *_: Any, folder: Path, **__: Any) -> None:
        try:
            found = restoring.restore(folder.absolute(), self._say)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self._say(
            f"Đã phục hồi bản sao lúc {found.moment}: {len(found.tables)} bảng, "
            f"{sum(found.tables.values())} dòng, {len(found.files)} tệp; số dòng và mã băm khớp với bản sao."
        )
        if found.damaged:
            self.stderr.write(f"Bản sao đã THIẾU sẵn {len(found.damaged)} tệp: {', '.join(found.damaged)}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
