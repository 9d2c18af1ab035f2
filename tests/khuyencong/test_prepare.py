"""An outside PostgreSQL: here one of the tests' own, without what an administrator has yet to do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from redis import Redis

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


def _prepare(servers: Servers, tmp_path: Path, **others: str) -> str:
    """What it says when it refuses, with the right addresses but for the others."""
    passwords = servers.secrets
    addresses = {
        "DATABASE_URL": f"postgresql://kc_app:{passwords['kc_app']}@/kc?host={servers.sockets}",
        "DATABASE_OWNER_URL": f"postgresql://kc_owner:{passwords['kc_owner']}@/kc?host={servers.sockets}",
        "REDIS_URL": f"unix://{servers.sockets}/redis.sock",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "KC_STATE": str(tmp_path)} | addresses | others,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    return ended.stderr


def _owner(servers: Servers, login: str, password: str, database: str = "kc?") -> dict[str, str]:
    address = f"postgresql://{login}:{password}@/{database}host={servers.sockets}"
    return {"DATABASE_OWNER_URL": address}


@pytest.mark.parametrize(
    ("login", "password", "database"),
    [
        ("kc_owner", "sai", "kc?"),
        ("khong_co", "sai", "kc?"),
        ("kc_owner", "", "khong_co?"),
        ("kc_owner", "", "kc?ssl=1&"),
    ],
    ids=["password", "login", "database", "option"],
)
def test_a_login_that_fails_names_its_variable_and_the_file(
    servers: Servers, tmp_path: Path, login: str, password: str, database: str
) -> None:
    said = _prepare(servers, tmp_path, **_owner(servers, login, password or servers.secrets[login], database))
    assert said.startswith("CommandError: Không đăng nhập được PostgreSQL bằng DATABASE_OWNER_URL: ")
    assert said.endswith(
        "\nTrên máy chủ mới, hãy chạy deploy/roles.sql một lần bằng tài khoản quản trị PostgreSQL.\n"
    )
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("login", "why"), [("postgres", "vượt qua tường dữ liệu"), ("kc_app", "không phải chủ các bảng")]
)
def test_tables_are_made_by_their_owner_and_nobody_else(
    servers: Servers, tmp_path: Path, login: str, why: str
) -> None:
    assert _prepare(servers, tmp_path, **_owner(servers, login, servers.secrets[login])) == (
        f"CommandError: DATABASE_OWNER_URL đăng nhập bằng tài khoản {login}, {why}. "
        "Hãy dùng tài khoản kc_owner do deploy/roles.sql tạo.\n"
    )


def test_both_logins_must_lead_to_one_database(servers: Servers, tmp_path: Path) -> None:
    with servers.superuser() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE other OWNER kc_owner")
    other = _owner(servers, "kc_owner", servers.secrets["kc_owner"], "other?")
    assert _prepare(servers, tmp_path, **other) == (
        "CommandError: DATABASE_URL và DATABASE_OWNER_URL phải dẫn tới cùng một cơ sở dữ liệu.\n"
    )


def test_a_database_that_somebody_else_owns_is_named_with_the_remedy(
    servers: Servers, tmp_path: Path
) -> None:
    with servers.superuser() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE foreign_kc OWNER postgres")
    foreign = _owner(servers, "kc_owner", servers.secrets["kc_owner"], "foreign_kc?")
    assert _prepare(servers, tmp_path, **foreign) == (
        "CommandError: Cơ sở dữ liệu foreign_kc thuộc về tài khoản postgres. "
        "Hãy chạy: ALTER DATABASE foreign_kc OWNER TO kc_owner.\n"
    )


@pytest.mark.parametrize(
    "address", ["redis://localhost:1/0", "unix:///khong/co.sock", "redis://khong-co.invalid"]
)
def test_a_redis_that_does_not_answer_is_named(servers: Servers, tmp_path: Path, address: str) -> None:
    said = _prepare(servers, tmp_path, REDIS_URL=address)
    assert said.startswith("CommandError: Không kết nối được Redis bằng REDIS_URL: Error ")
    assert said.count("\n") == 1


def test_a_redis_with_another_password_is_named(servers: Servers, tmp_path: Path) -> None:
    with Redis(unix_socket_path=f"{servers.sockets}/redis.sock") as client:
        client.config_set("requirepass", "khac")
    try:
        said = _prepare(servers, tmp_path)
    finally:
        with Redis(unix_socket_path=f"{servers.sockets}/redis.sock", password="khac") as client:
            client.config_set("requirepass", "")
    assert said == "CommandError: Không kết nối được Redis bằng REDIS_URL: Authentication required.\n"


def test_a_missing_role_is_named_with_the_file_that_makes_it(servers: Servers, tmp_path: Path) -> None:
    with servers.superuser() as connection, connection.cursor() as cursor:
        cursor.execute("DROP ROLE kc_guard, kc_nation")
    assert _prepare(servers, tmp_path) == (
        "CommandError: PostgreSQL thiếu vai trò kc_guard, kc_nation. Trên máy chủ mới, hãy chạy deploy/roles.sql "
        "một lần bằng tài khoản quản trị PostgreSQL.\n"
    )
