"""Folders that bear their name only when they are complete, and hashes of what is written into them."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from khuyencong.backup import BackupError

CHUNK = 1 << 20  # bytes
SIGN = ".partial"


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@contextmanager
def complete(target: Path) -> Iterator[Path]:
    """An empty folder beside `target`, which takes that name when the block has come to its end and everything is
    on the disk, not only in its cache. Otherwise it goes; what a program that was killed left, the next one takes
    away. Others may not look into it. Raises BackupError, also when `target` has content already."""
    draft = target.with_name(target.name + SIGN)
    before = os.umask(0o077)
    try:
        require_empty(target)
        draft.mkdir(parents=True, exist_ok=True)
        with _alone(draft):
            try:
                _clear(draft)
                yield draft
                for path in [*draft.rglob("*"), draft]:
                    _settle(path)
                draft.rename(target)
                _settle(target.parent)
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
    except OSError as error:
        place = error.filename or target
        raise BackupError(f"Không đọc hoặc ghi được «{place}»: {error.strerror or error}.") from error
    finally:
        os.umask(before)


def require_empty(folder: Path) -> None:
    """Raises BackupError when something stands there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"«{folder}» đã có nội dung; cần một thư mục chưa có hoặc còn trống.")


def copy(given: Readable, target: Path) -> str:
    """Answers the hash of what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with target.open("xb") as taken:
        while chunk := given.read(CHUNK):
            taken.write(chunk)
            found.update(chunk)
    return found.hexdigest()


def hash_of(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hash_in(file)


def hash_in(given: Readable) -> str:
    """SHA-256 in hexadecimal, of what is left to read."""
    found = hashlib.sha256()
    while chunk := given.read(CHUNK):
        found.update(chunk)
    return found.hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"Một lệnh khác đang ghi vào «{folder}».") from error
        yield
    finally:
        os.close(descriptor)


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _settle(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
