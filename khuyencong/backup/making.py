"""Makes a backup, while the program runs."""

from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path

from django.apps import apps
from django.core.files.storage import default_storage
from psycopg2 import sql

from khuyencong.backup import BackupError, database, folders, names
from khuyencong.backup.database import Snapshot
from khuyencong.backup.manifest import DUMP, FILES, Manifest, program_version
from khuyencong.bucket import FAULTS
from projects.models.papers import Upload

LOST = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


def make(target: Path, say: Callable[[str], object], *, accept_damage: bool = False) -> Manifest:
    """Back up database and files to the folder `target`, which must not be there yet or be empty; `say` is told
    what goes on.

    A file is stored before the row that names it is committed, and never altered afterwards. So files are copied
    after the snapshot of the database, and those of its rows alone. Raises BackupError and leaves nothing at
    `target`: also when such a file is lost or is not what its hash says, unless `accept_damage`.
    """
    with folders.complete(target) as draft, database.snapshot() as snapshot:
        say("Đếm các bảng …")
        tables = snapshot.tables()
        if not tables:
            raise BackupError("Cơ sở dữ liệu chưa có bảng nào để sao lưu.")
        named = _files(snapshot, tables)
        migrations = snapshot.rows("SELECT app, name FROM public.django_migrations ORDER BY id")
        say("Kết xuất cơ sở dữ liệu …")
        snapshot.dump(draft / DUMP)
        say(f"Chép {len(named)} tệp …")
        damaged = _copy(named, draft / FILES)
        if damaged and not accept_damage:
            raise BackupError(
                f"{len(damaged)} tệp mà cơ sở dữ liệu nêu tên đã mất hoặc không khớp mã băm: "
                f"{names(damaged)}. Hãy tìm lại các tệp ấy; "
                "muốn sao lưu phần còn lại, thêm --accept-damage."
            )
        manifest = Manifest(
            made_at=snapshot.made_at,
            version=program_version(),
            postgresql=snapshot.postgresql,
            migrations=[f"{app}.{name}" for app, name in migrations],
            tables=tables,
            dump=folders.hash_of(draft / DUMP),
            files={name: sha256 for name, sha256 in named.items() if name not in damaged},
            damaged=damaged,
        )
        manifest.write(draft)
    return manifest


def _files(snapshot: Snapshot, tables: Collection[str]) -> dict[str, str]:
    """Name and hash of each file that a row of the snapshot names. A program that is newer than its database may know
    a table that is yet to be made."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        if issubclass(model, Upload) and model._meta.db_table in tables:
            table = sql.Identifier("public", model._meta.db_table)
            question = sql.SQL("SELECT file, sha256 FROM {} WHERE file <> '' ORDER BY file")
            found.update(snapshot.rows(question.format(table)))
    return found


def _copy(named: dict[str, str], folder: Path) -> list[str]:
    """Copy those that are what their hash says; answers with the names of the others."""
    damaged = []
    for name, sha256 in named.items():
        copy = folder / name
        try:
            with closing(default_storage.open(name)) as source:
                found = folders.copy(source, copy)
        except LOST:
            damaged.append(name)
            continue
        except FAULTS as error:
            raise BackupError(f"Không đọc được tệp {name} trong kho tệp: {error}") from error
        if found != sha256:
            damaged.append(name)
            copy.unlink()
    return damaged
