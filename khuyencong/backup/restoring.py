"""Brings a backup back, into an empty place: as a whole or not at all."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from khuyencong.backup import BackupError, database, folders, names, places
from khuyencong.backup.manifest import DUMP, FILES, Manifest, read


def restore(source: Path, say: Callable[[str], object]) -> Manifest:
    """Restore the backup in the folder `source`, then migrate, which also builds the wall; `say` is told what
    goes on.

    The files take their place when each has been compared with its hash, the rows when each table has been
    counted, and both in the same moment: the transaction of the load ends after the files have come. Raises
    BackupError, and nothing has changed then.
    """
    manifest = read(source)
    _require_known_migrations(manifest)
    files = places.place()
    with database.claimed(manifest.postgresql):
        files.require_room(manifest.files)
        say("Kiểm tra bản kết xuất …")
        _require_hash(source, DUMP, manifest.dump, folders.hash_of)
        say(f"Nạp {len(manifest.tables)} bảng …")
        with database.load(source / DUMP, manifest.tables), files.receiving() as take:
            say(f"Chép {len(manifest.files)} tệp …")
            for name, sha256 in manifest.files.items():
                _require_hash(source, f"{FILES}/{name}", sha256, partial(take, name))
        say("Dựng lại tường dữ liệu …")
        call_command("migrate", interactive=False, verbosity=0)
    return manifest


def _require_known_migrations(manifest: Manifest) -> None:
    migrations = MigrationLoader(None).disk_migrations
    replaced = {key for migration in migrations.values() for key in migration.replaces}
    known = {f"{app}.{name}" for app, name in {*migrations, *replaced}}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(
            f"Bản sao thuộc bản chương trình {manifest.version} mới hơn bản này (có migration chưa biết: "
            f"{names(unknown)}). Hãy cài đúng bản ấy rồi phục hồi."
        )


def _require_hash(source: Path, part: str, sha256: str, read: Callable[[Path], str]) -> None:
    """`read` does what is to be done with this part of the backup and answers its hash. Raises BackupError."""
    try:
        found = read(source / part)
    except OSError as error:
        if error.filename != str(source / part):
            raise
        raise BackupError(f"Bản sao «{source}» thiếu tệp {part} ({error.strerror}).") from error
    if found != sha256:
        raise BackupError(f"Tệp {part} trong bản sao «{source}» đã bị sửa hoặc hỏng.")
