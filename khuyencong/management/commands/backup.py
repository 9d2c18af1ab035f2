from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from khuyencong.backup import BackupError, making


class Command(BaseCommand):
    help = (
        "Sao lưu cơ sở dữ liệu và tệp vào thư mục DIR (chưa có, hoặc trống), trong khi chương trình chạy. "
        "Thư mục chỉ mang tên DIR khi bản sao đã trọn vẹn; hỏng giữa chừng thì không có gì ở đó và mã thoát là 1."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--accept-damage",
            action="store_true",
            help="vẫn sao lưu khi có tệp đã mất hoặc hỏng, và ghi tên các tệp ấy vào bản sao",
        )

    def handle(self, *_: Any, folder: Path, accept_damage: bool, **__: Any) -> None:
        try:
            made = making.make(folder.absolute(), self._say, accept_damage=accept_damage)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self._say(
            f"Đã sao lưu vào {folder}: {len(made.tables)} bảng, {sum(made.tables.values())} dòng, "
            f"{len(made.files)} tệp, lúc {made.moment}."
        )
        if made.damaged:
            self.stderr.write(f"THIẾU {len(made.damaged)} tệp đã mất hoặc hỏng: {', '.join(made.damaged)}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()  # whoever watches a long command through a pipe sees how far it is
