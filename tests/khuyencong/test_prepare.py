"""An outside PostgreSQL: here one of the tests' own, without what an administrator has yet to do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from khuyencong import state
from khuyencong.embedded import Servers

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    folder = Path(mkdtemp(dir="/tmp"))  # a path that every account may pass
    folder.chmod(0o711)
    made = Servers(folder, state.secrets(folder), durable=False)
    with made.in_use():
        yield made
    shutil.rmtree(folder)


def _prepare(servers: Servers, tmp_path: Path, password: str) -> str:
    ended = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "KC_STATE": str(tmp_path),
            "DATABASE_URL": f"postgresql://kc_app:{servers.secrets['kc_app']}@/kc?host={servers.sockets}",
            "DATABASE_OWNER_URL": f"postgresql://kc_owner:{password}@/kc?host={servers.sockets}",
            "REDIS_URL": f"unix://{servers.sockets}/redis.sock",
        },
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    return ended.stderr


def test_a_missing_role_is_named_with_the_file_that_makes_it(servers: Servers, tmp_path: Path) -> None:
    with servers.superuser() as connection, connection.cursor() as cursor:
        cursor.execute("DROP ROLE kc_guard, kc_nation")
    assert _prepare(servers, tmp_path, servers.secrets["kc_owner"]) == (
        "CommandError: PostgreSQL thiếu vai trò kc_guard, kc_nation. Trên máy chủ mới, hãy chạy deploy/roles.sql "
        "một lần bằng tài khoản quản trị PostgreSQL.\n"
    )


def test_a_login_that_fails_names_its_variable_and_the_file(servers: Servers, tmp_path: Path) -> None:
    said = _prepare(servers, tmp_path, "sai")
    assert said.startswith("CommandError: Không đăng nhập được PostgreSQL bằng DATABASE_OWNER_URL: ")
    assert said.endswith(
        "Trên máy chủ mới, hãy chạy deploy/roles.sql một lần bằng tài khoản quản trị PostgreSQL.\n"
    )
