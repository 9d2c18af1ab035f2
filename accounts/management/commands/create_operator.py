import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import PositionKind, User
from accounts.queries import organisation_on, system_position
from accounts.services import create_person, give_position


class Command(BaseCommand):
    help = "Tạo người quản trị hệ thống (việc đầu tiên trên một cơ sở dữ liệu mới) và in mật khẩu lần đầu."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="tên đăng nhập")
        parser.add_argument("full_name", help="họ và tên")

    def handle(self, *_: Any, username: str, full_name: str, **__: Any) -> None:
        if User.objects.filter(username=username).exists():
            raise CommandError(f"Đã có người dùng {username}.")
        body = organisation_on("quan-tri-he-thong")
        first, by = secrets.token_urlsafe(12), system_position(body)
        person = create_person(username, full_name=full_name, password=first, by=by)
        give_position(person, organisation=body, kind=PositionKind.OPERATOR, by=by)
        self.stdout.write(f"Mật khẩu lần đầu của {username}: {first}")
