"""Backup and restore: made while officers work, brought back into an empty place, refused where it is none."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from threading import Event, Thread
from typing import Any, cast
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.models import FileField
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.tenancy import acting_as
from khuyencong import state
from khuyencong.backup import BackupError, folders, making, manifest, restoring
from khuyencong.databases import SCHEMA_LOCK
from khuyencong.embedded import Servers
from projects.models.papers import Upload
from tests import databases
from tests.projects.services.test_documents import attach
from tests.projects.walks import LOCAL, draft
from tests.reporting.ledgers import M, book

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds, on a busy machine
PASSWORD = "mat-khau-sao-luu"
EMBEDDED_LOGIN = cast("dict[str, Any]", configured.BACKUP_DATABASE)
REPORT = ["report", "quarterly", "--scope=hai-phong", "--year=2026", "--period=m12", "--format=json"]


class Load:
    """Officers at work: each upload is stored, then two rows of one transaction tell of it."""

    def __init__(self) -> None:
        self.walk, self.done, self._over = draft(LOCAL), 0, Event()
        with acting_as(self.walk.who("centre")):
            self.papers = self.walk.now().documents.count()
        self._thread = Thread(target=self._work)

    def __enter__(self) -> Load:
        self._thread.start()
        _wait_until(lambda: self.done > 3)
        return self

    def __exit__(self, *_: object) -> None:
        before = self.done
        _wait_until(lambda: self.done > before + 1)
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            with transaction.atomic():
                attach(self.walk, "D07", colour=f"#{self.done:06x}")
                Session.objects.create(session_key=f"load-{self.done}", expire_date=timezone.now())
            self.done += 1
        connections.close_all()


@dataclass(frozen=True)
class Source:
    """What was backed up, and how it stood then."""

    backup: Path
    report: bytes
    schema: list[str]
    papers: int
    """Those of the demonstration's file, without uploads, before officers began to add to it."""
    before: int
    """What they had added when the backup began."""
    after: int


def _wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def _silently(_: str) -> None:
    """A restore that nobody watches."""


def _login(**others: Any) -> dict[str, Any]:
    """The embedded servers' own, to the database of the running test."""
    return {**EMBEDDED_LOGIN, "NAME": connections["owner"].settings_dict["NAME"], **others}


def _schema() -> list[str]:
    """Tables, functions, policies, rights. Without what differs in a copy that is the same: the key of `\\restrict`,
    and how PostgreSQL writes the casts of a list."""
    login = databases.servers().database("postgres")
    program, name = str(databases.servers().client("pg_dump")), connections["owner"].settings_dict["NAME"]
    text = subprocess.run(
        [program, "--schema-only", f"--host={login['HOST']}", "--user=postgres", f"--dbname={name}"],
        env={"PGPASSWORD": str(login["PASSWORD"])},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    plain = re.sub(r"::(text|character varying)(\[\])?|[()]", "", text)
    return [line for line in plain.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def _report(folder: Path) -> bytes:
    call_command(*REPORT, out=folder / "report.json")
    return (folder / "report.json").read_bytes()


def _outside() -> dict[str, str]:
    """Settings of a program whose PostgreSQL is the tests', as somebody's own."""
    servers = databases.servers()
    name, host = connections["owner"].settings_dict["NAME"], quote(str(servers.sockets), safe="")
    passwords = {**servers.secrets, "kc_backup": PASSWORD}
    addresses = {
        variable: f"postgresql://{login}:{passwords[login]}@/{name}?host={host}"
        for variable, login in (
            ("DATABASE_URL", "kc_app"),
            ("DATABASE_OWNER_URL", "kc_owner"),
            ("DATABASE_BACKUP_URL", "kc_backup"),
        )
    }
    return addresses | {
        "REDIS_URL": f"unix://{servers.sockets}/redis.sock",
        "PATH": f"{servers.client('psql').parent}:{os.environ['PATH']}",
    }


def _manage(folder: Path, *words: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, words)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "KC_STATE": str(folder), "KC_THROWAWAY": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def source(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Source]:
    folder = tmp_path_factory.mktemp("source")
    with django_db_blocker.unblock():
        with databases.servers().superuser() as connection, connection.cursor() as cursor:
            cursor.execute("ALTER ROLE kc_backup PASSWORD %s", [PASSWORD])
        with override_settings(MEDIA_ROOT=folder / "files", BACKUP_DATABASE=_login()):
            book(year=2026, executed=300 * M)
            report, schema = _report(folder), _schema()
            with Load() as load:
                before = load.done
                making.make(folder / "backup", _silently)
            yield Source(folder / "backup", report, schema, load.papers, before, load.done)
        databases.clone()


@pytest.fixture
def empty(django_db_blocker: DjangoDbBlocker, settings, tmp_path: Path) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """A place to restore to: a database without tables, a storage without files."""
    settings.MEDIA_ROOT = tmp_path / "state" / "files"
    with django_db_blocker.unblock(), databases.empty() as name:
        settings.BACKUP_DATABASE = _login()
        yield name


def _nothing_came(folder: Path) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " UNION ALL SELECT FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
        return cursor.fetchone() is None and [*folder.glob("files*")] == []


def test_a_backup_taken_under_load_is_of_one_moment(source: Source) -> None:
    found = manifest.read(source.backup)
    added = found.tables["django_session"]
    assert added == len(found.files) == found.tables["projects_document"] - source.papers
    assert source.before <= added < source.after
    assert {name: folders.hash_of(source.backup / "files" / name) for name in found.files} == found.files
    assert found.dump == folders.hash_of(source.backup / "database.dump")


def test_all_comes_back_into_an_empty_database(source: Source, empty: str, tmp_path: Path) -> None:
    found = restoring.restore(source.backup, _silently)
    again = making.make(tmp_path / "again", _silently)
    assert (again.tables, again.files, again.migrations) == (found.tables, found.files, found.migrations)
    assert _schema() == source.schema
    assert _report(tmp_path) == source.report
    assert json.loads(source.report)["total"]["executed"] == 300 * M
    stored = [path for path in (tmp_path / "state").rglob("*") if path.name != "files"]
    assert {(path.stat().st_mode & 0o777) for path in stored if path.is_file()} == {0o600}


def test_the_command_restores_on_a_machine_where_the_program_has_never_run(source: Source) -> None:
    folder = Path(mkdtemp(dir="/tmp"))  # a path that every account may pass, and short enough for a socket
    folder.chmod(0o711)
    servers = Servers(folder, state.secrets(folder), durable=False)
    with servers.in_use():
        command = _manage(folder, "restore", source.backup)
        said, complaint = command.communicate()
        assert (command.returncode, complaint) == (0, "")
        assert said.splitlines()[-1].endswith("số dòng và mã băm khớp với bản sao.")
        command = _manage(folder, *REPORT)
        assert command.communicate() == (source.report.decode(), "")
    shutil.rmtree(folder)


def test_a_backup_that_was_killed_bears_another_name_and_the_next_one_clears_it_away(
    source: Source, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        command = _manage(tmp_path / "state", "backup", tmp_path / "backup", **_outside())
    _wait_until((tmp_path / "backup.partial" / "database.dump").exists)
    command.kill()
    command.communicate()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.partial", "state"]
    with pytest.raises(BackupError, match=r"không phải là một bản sao lưu trọn vẹn: .*manifest\.json"):
        restoring.restore(tmp_path / "backup.partial", _silently)
    with django_db_blocker.unblock():
        making.make(tmp_path / "backup", _silently)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "state"]


def test_a_target_that_has_tables_is_refused(source: Source, django_db_blocker: DjangoDbBlocker) -> None:
    with (
        django_db_blocker.unblock(),
        pytest.raises(CommandError, match=r"^Cơ sở dữ liệu đích đã có dữ liệu\. Chỉ phục hồi vào"),
    ):
        call_command("restore", str(source.backup))


def test_a_target_that_has_files_is_refused(source: Source, empty: str, settings) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT.mkdir(parents=True)
    (settings.MEDIA_ROOT / "kept").touch()
    with pytest.raises(BackupError, match="files» đã có nội dung"):
        restoring.restore(source.backup, _silently)
    assert [path.name for path in settings.MEDIA_ROOT.iterdir()] == ["kept"]


def _copied(source: Source, folder: Path) -> Path:
    return Path(shutil.copytree(source.backup, folder / "copy"))


def _first_file(backup: Path) -> Path:
    return backup / "files" / next(iter(manifest.read(backup).files))


def _count_one_more(backup: Path) -> None:
    found = manifest.read(backup)
    replace(found, tables=found.tables | {"projects_project": 99}).write(backup)


def _shorten_with_its_hash(backup: Path) -> None:
    """The dump was damaged before it was hashed."""
    dump = backup / "database.dump"
    os.truncate(dump, dump.stat().st_size // 2)
    replace(manifest.read(backup), dump=folders.hash_of(dump)).write(backup)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda backup: _first_file(backup).write_bytes(b"x"), r"^Tệp files/document/.* đã bị sửa hoặc hỏng"),
        (lambda backup: _first_file(backup).unlink(), r"^Bản sao .* thiếu tệp files/document/"),
        (lambda backup: os.truncate(backup / "database.dump", 99), r"^Tệp database\.dump .* đã bị sửa"),
        (lambda backup: (backup / "database.dump").unlink(), r"^Bản sao .* thiếu tệp database\.dump"),
        (_shorten_with_its_hash, r"^PostgreSQL không nhận bản sao: pg_restore: error: "),
        (
            _count_one_more,
            r"^PostgreSQL không nhận bản sao: .*Bảng projects_project có \d+ dòng, bản sao ghi 99",
        ),
        (lambda backup: (backup / "manifest.json").unlink(), r"không phải là một bản sao lưu trọn vẹn"),
        (lambda backup: (backup / "manifest.json.sha256").unlink(), r"không phải là một bản sao lưu trọn"),
        (lambda backup: os.truncate(backup / "manifest.json", 99), r"^Tệp manifest\.json .* đã bị sửa"),
    ],
    ids=["file", "no-file", "dump", "no-dump", "short-dump", "rows", "no-manifest", "no-seal", "manifest"],
)
def test_a_backup_that_is_not_as_it_was_written_is_refused_and_nothing_comes(
    source: Source, empty: str, tmp_path: Path, harm: Callable[[Path], object], sentence: str
) -> None:
    backup = _copied(source, tmp_path)
    harm(backup)
    with pytest.raises(BackupError, match=sentence):
        restoring.restore(backup, _silently)
    assert _nothing_came(tmp_path / "state")


@pytest.mark.parametrize(
    ("news", "sentence"),
    [
        ({"migrations": ["projects.0001_files", "projects.0099_later"]}, r"mới hơn bản này .*0099_later\)"),
        ({"postgresql": 99}, r"^Bản sao lấy từ PostgreSQL 99, máy chủ này là bản \d+, cũ hơn"),
    ],
    ids=["migrations", "postgresql"],
)
def test_a_backup_of_a_newer_program_or_server_is_refused(
    source: Source, empty: str, tmp_path: Path, news: dict[str, Any], sentence: str
) -> None:
    replace(manifest.read(source.backup), **news).write(tmp_path)
    with pytest.raises(BackupError, match=sentence):
        restoring.restore(tmp_path, _silently)
    assert _nothing_came(tmp_path / "state")


def test_a_backup_of_a_newer_format_is_refused(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = manifest.read(source.backup)
    monkeypatch.setattr(manifest, "FORMAT", manifest.FORMAT + 1)
    monkeypatch.setattr(manifest, "FORMAT", manifest.FORMAT + 1)
    found.write(tmp_path)
    monkeypatch.undo()
    with pytest.raises(BackupError, match="do bản chương trình mới hơn ghi"):
        manifest.read(tmp_path)


@pytest.mark.parametrize("name", ["../secrets.json", "/etc/passwd"])
def test_a_manifest_cannot_name_a_place_outside_the_storage(
    source: Source, tmp_path: Path, name: str
) -> None:
    replace(manifest.read(source.backup), files={name: "0"}).write(tmp_path)
    with pytest.raises(BackupError, match="nêu tên tệp nằm ngoài kho tệp"):
        manifest.read(tmp_path)


def test_the_seal_is_what_sha256sum_reads(source: Source) -> None:
    checked = subprocess.run(
        ["/usr/bin/sha256sum", "-c", manifest.SEAL], cwd=source.backup, capture_output=True, text=True
    )
    assert checked.stdout == "manifest.json: OK\n"


def test_a_file_that_is_lost_stops_the_backup_unless_it_is_accepted(
    source: Source, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    lost = next(iter(manifest.read(source.backup).files))
    kept = Path(default_storage.path(lost)).rename(tmp_path / "moved")
    with django_db_blocker.unblock():
        with pytest.raises(BackupError, match=f"^1 tệp .* không khớp mã băm: {lost}. .* --accept-damage"):
            making.make(tmp_path / "backup", _silently)
        assert [path.name for path in tmp_path.iterdir()] == ["moved"]
        assert making.make(tmp_path / "backup", _silently, accept_damage=True).damaged == [lost]
    kept.rename(default_storage.path(lost))


def test_a_database_without_tables_is_not_backed_up(empty: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="chưa có bảng nào để sao lưu"):
        making.make(tmp_path / "backup", _silently)


def test_a_backup_waits_for_a_migration(  # type: ignore[no-untyped-def]
    empty: str, settings, tmp_path: Path
) -> None:
    settings.BACKUP_DATABASE = _login(OPTIONS={"options": "-c role=kc_backup -c lock_timeout=200ms"})
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCHEMA_LOCK])
        with pytest.raises(BackupError, match="canceling statement due to lock timeout"):
            making.make(tmp_path / "backup", _silently)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [SCHEMA_LOCK])


@pytest.mark.parametrize(
    ("login", "sentence"),
    [
        (None, "^Chưa đặt biến môi trường DATABASE_BACKUP_URL"),
        ({"OPTIONS": {"options": "-c role=kc_owner"}}, "bị tường dữ liệu chặn; hãy dùng kc_backup"),
        ({"PASSWORD": "sai"}, "^Không đăng nhập được PostgreSQL để sao lưu: "),
    ],
    ids=["none", "owner", "password"],
)
def test_a_login_that_cannot_see_everything_makes_no_backup(  # type: ignore[no-untyped-def]
    empty: str, settings, tmp_path: Path, login: dict[str, Any] | None, sentence: str
) -> None:
    settings.BACKUP_DATABASE = None if login is None else _login(**login)
    with pytest.raises(BackupError, match=sentence):
        making.make(tmp_path / "backup", _silently)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (None, "^Máy này thiếu chương trình pg_dump; hãy cài gói postgresql-client"),
        (
            "echo 'pg_dump (PostgreSQL) 9.6.24'",
            r"^Chương trình pg_dump trên máy này là bản 9, cũ hơn máy chủ",
        ),
    ],
    ids=["none", "old"],
)
def test_a_machine_without_the_programs_of_the_server_is_told_what_to_install(
    empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, sentence: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if script:
        (tmp_path / "pg_dump").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "pg_dump").chmod(0o700)
    with override_settings(EMBEDDED=None), pytest.raises(BackupError, match=sentence):
        making.make(tmp_path / "backup", _silently)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(BackupError, match=r"^Không đọc hoặc ghi được «.*/backup»: No space left on device"),
        folders.complete(tmp_path / "backup") as draft,
    ):
        (draft / "half").touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert [*tmp_path.iterdir()] == []


def test_a_folder_has_one_writer_and_no_content_before(tmp_path: Path) -> None:
    with folders.complete(tmp_path / "backup") as draft:
        with (
            pytest.raises(BackupError, match="Một lệnh khác đang ghi vào"),
            folders.complete(tmp_path / "backup"),
        ):
            pass
        assert draft.exists()
    with pytest.raises(BackupError, match="» đã có nội dung"), folders.complete(tmp_path):
        pass


def test_every_file_of_a_model_is_an_upload_with_its_hash() -> None:
    """Of other models the backup would not find the files."""
    with_files = {
        model for model in apps.get_models() for field in model._meta.fields if isinstance(field, FileField)
    }
    assert {model for model in with_files if not issubclass(model, Upload)} == set()
