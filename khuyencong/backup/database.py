"""PostgreSQL's side: a snapshot that counts and dump share, and a load that happens as a whole or not at all."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connections
from psycopg2 import sql

from khuyencong.backup import BackupError
from khuyencong.databases import SCHEMA_LOCK, schema_lock

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"

# As the owner, who hands functions over to kc_guard in the middle of the load.
_BEGIN = "BEGIN; GRANT CREATE ON SCHEMA public TO kc_guard;\n"

# Between the data and the policies, which hide the rows from the owner, too.
_COUNT = """
DO $$
DECLARE
    expected record;
    found bigint;
BEGIN
    FOR expected IN SELECT * FROM (VALUES {}) AS tables (name, rows) LOOP
        EXECUTE format('SELECT count(*) FROM public.%I', expected.name) INTO found;
        IF found <> expected.rows THEN
            RAISE EXCEPTION 'Bảng % có % dòng, bản sao ghi % dòng', expected.name, found, expected.rows;
        END IF;
    END LOOP;
END $$;
"""


@dataclass(frozen=True)
class Snapshot:
    """The database as it stands at one moment, for as long as `snapshot()` is open."""

    cursor: "psycopg2.extensions.cursor"
    name: str
    made_at: str
    """ISO 8601."""

    @property
    def postgresql(self) -> int:
        """Major version of the server."""
        return self.cursor.connection.server_version // 10000

    def rows(self, question: "sql.Composable | str") -> list[tuple[Any, ...]]:
        self.cursor.execute(question)
        return self.cursor.fetchall()

    def tables(self) -> dict[str, int]:
        """Rows of each table."""
        return {
            table: self.rows(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table)))[0][0]
            for (table,) in self.rows(_TABLES)
        }

    def dump(self, path: Path) -> None:
        """Raises BackupError."""
        login = _login()
        command = [_program("pg_dump"), "--format=custom", f"--snapshot={self.name}", "--no-password"]
        ended = subprocess.run(
            [*command, f"--file={path}", f"--dbname={_address(login)}"],
            env=_environment(login),
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        if ended.returncode != 0:
            raise BackupError(f"pg_dump không kết xuất được: {_complaint(ended.stderr)}")


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """As kc_backup, who sees every row and writes none; waits for a migration to end. Raises BackupError."""
    login = _login()
    try:
        connection = psycopg2.connect(_address(login), password=str(login["PASSWORD"]))
    except psycopg2.OperationalError as error:
        raise BackupError(f"Không đăng nhập được PostgreSQL để sao lưu: {str(error).strip()}") from error
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock_shared(%s)", [SCHEMA_LOCK])
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone() != (True,):
                raise BackupError(
                    "Tài khoản trong DATABASE_BACKUP_URL bị tường dữ liệu chặn; hãy dùng kc_backup."
                )
            cursor.execute("SELECT pg_export_snapshot(), now()")
            [(name, moment)] = cursor.fetchall()
            found = Snapshot(cursor, name, moment.isoformat())
            _require_clients(found.postgresql, "pg_dump")
            yield found
    except psycopg2.Error as error:
        raise BackupError(f"PostgreSQL không cho đọc trọn dữ liệu: {str(error).strip()}") from error
    finally:
        connection.close()


@contextmanager
def claimed(postgresql: int) -> Iterator[None]:
    """Nobody makes tables during the block but the block itself. Raises BackupError when there are some already, or
    when the server is older than this major version, whose dump it could not read, or newer than the programs."""
    with schema_lock("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(_TABLES)
        if cursor.fetchone() is not None:
            raise BackupError(
                "Cơ sở dữ liệu đích đã có dữ liệu. Chỉ phục hồi vào cơ sở dữ liệu trống: đặt KC_STATE là một thư mục "
                "mới, hoặc trên máy chủ của cơ quan tạo một cơ sở dữ liệu mới."
            )
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        [version] = cursor.fetchone()
        if version < postgresql:
            raise BackupError(
                f"Bản sao lấy từ PostgreSQL {postgresql}, máy chủ này là bản {version}, cũ hơn nên không nạp được."
            )
        _require_clients(version, "pg_restore", "psql")
        yield


@contextmanager
def load(dump: Path, tables: Mapping[str, int]) -> Iterator[None]:
    """Load the dump in one transaction, as the owner. The block begins when each table has the rows that it should
    have, and the transaction ends after the block. Raises BackupError, and nothing has changed then."""
    owner = settings.DATABASES["owner"]
    command = [_program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]
    psql = subprocess.Popen(
        [*command, "--output=/dev/null", f"--dbname={_address(owner)}"],
        env=_environment(owner),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert psql.stdin
    try:
        _fill(psql, dump, tables)
        yield
        psql.stdin.write(b"COMMIT;\n")  # without it the end of its input undoes everything
    finally:
        _, said = psql.communicate()
    if psql.returncode != 0:
        raise BackupError(f"PostgreSQL không ghi được bản sao: {_complaint(said)}")


def _fill(psql: "subprocess.Popen[bytes]", dump: Path, tables: Mapping[str, int]) -> None:
    """Everything but the end of the transaction. Raises BackupError."""
    assert psql.stdin and psql.stdout
    fault = b""
    try:
        _say(psql, _BEGIN)
        _unpack(dump, psql, "pre-data", "data")
        _say(psql, _counted(tables))
        _unpack(dump, psql, "post-data")
        _say(psql, "\\echo ready\n")
        if psql.stdout.readline():
            return
    except subprocess.CalledProcessError as error:
        fault = error.stderr
    except BrokenPipeError:  # psql has ended, and says why
        pass
    _, said = psql.communicate()
    raise BackupError(f"PostgreSQL không nhận bản sao: {_complaint(said if psql.returncode else fault)}")


def _unpack(dump: Path, psql: "subprocess.Popen[bytes]", *sections: str) -> None:
    """Send parts of the dump to psql. Raises CalledProcessError."""
    subprocess.run(
        [_program("pg_restore"), "--file=-", *(f"--section={section}" for section in sections), dump],
        env=_environment({}),
        stdout=psql.stdin,
        stderr=subprocess.PIPE,
        check=True,
    )


def _counted(tables: Mapping[str, int]) -> str:
    pairs = [
        sql.SQL("({}, {}::bigint)").format(sql.Literal(name), sql.Literal(rows))
        for name, rows in tables.items()
    ]
    with connections["owner"].cursor() as cursor:
        return str(sql.SQL(_COUNT).format(sql.SQL(", ").join(pairs)).as_string(cursor.cursor))


def _say(psql: "subprocess.Popen[bytes]", words: str) -> None:
    assert psql.stdin
    psql.stdin.write(words.encode())
    psql.stdin.flush()


def _require_clients(version: int, *names: str) -> None:
    """They are there, and not older than the server. Raises BackupError."""
    for name in names:
        said = subprocess.run(
            [_program(name), "--version"], capture_output=True, text=True, check=True
        ).stdout
        found = int(re.findall(r"\d+", said)[0])  # pg_dump (PostgreSQL) 16.14 (Debian 16.14-1)
        if found < version:
            raise BackupError(
                f"Chương trình {name} trên máy này là bản {found}, cũ hơn máy chủ PostgreSQL {version}; "
                f"hãy cài gói postgresql-client-{version}."
            )


def _login() -> Mapping[str, Any]:
    if settings.BACKUP_DATABASE is None:
        raise BackupError("Chưa đặt biến môi trường DATABASE_BACKUP_URL (tài khoản kc_backup) để sao lưu.")
    return settings.BACKUP_DATABASE


def _program(name: str) -> str:
    """Of the embedded server's own version, else the one on the PATH."""
    if settings.EMBEDDED:
        return str(settings.EMBEDDED.client(name))
    found = shutil.which(name)
    if not found:
        raise BackupError(f"Máy này thiếu chương trình {name}; hãy cài gói postgresql-client.")
    return found


def _address(database: Mapping[str, Any]) -> str:
    """For libpq, without the password, which a list of processes would show."""
    given = {"host": database["HOST"], "port": database.get("PORT"), "user": database["USER"]}
    given |= {"dbname": database["NAME"]} | dict(database.get("OPTIONS") or {})
    return str(psycopg2.extensions.make_dsn(**{key: value for key, value in given.items() if value}))


def _environment(database: Mapping[str, Any]) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"} | (
        {"PGPASSWORD": str(database["PASSWORD"])} if database.get("PASSWORD") else {}
    )


def _complaint(said: bytes) -> str:
    """The line that tells what went wrong, of all that a program of PostgreSQL said."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    faults = [line for line in lines if "ERROR" in line or "FATAL" in line or "error:" in line]
    return (faults or lines or [""])[0 if faults else -1]
