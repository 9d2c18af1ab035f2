"""Where restored files come: a folder that takes its name at the end, or a bucket, which knows no renaming."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from khuyencong.backup import BackupError, folders, names
from khuyencong.bucket import FAULTS, Bucket

Take = Callable[[str, Path], str]
"""Takes the file at a path in under a name, and answers the hash of what is now there."""


class Place(Protocol):
    def require_room(self, expected: Collection[str]) -> None:
        """Raises BackupError when files are there that a restore of these names must not touch."""

    def receiving(self) -> AbstractContextManager[Take]:
        """All that the block takes in stays, or nothing when it does not come to its end. Raises BackupError."""


def place() -> Place:
    if isinstance(default_storage, Bucket):
        return _InBucket(default_storage)
    return _InFolder(Path(settings.MEDIA_ROOT).resolve())


class _InFolder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def require_room(self, expected: Collection[str]) -> None:
        folders.require_empty(self.folder)

    @contextmanager
    def receiving(self) -> Iterator[Take]:
        with folders.complete(self.folder) as draft:

            def take(name: str, source: Path) -> str:
                with source.open("rb") as file:
                    return folders.copy(file, draft / name)

            yield take


class _InBucket:
    """What a restore that was killed left has the names of the same backup, and may be there: the next one writes it
    again."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket, self.before = bucket, frozenset[str]()

    def require_room(self, expected: Collection[str]) -> None:
        with _told():
            self.before = frozenset(self.bucket.names())
        if strange := sorted(self.before - set(expected)):
            raise BackupError(
                f"Kho tệp đã có tệp khác với bản sao: {names(strange)}. Hãy đặt KC_FILES là một kho hoặc thư mục trống."
            )

    @contextmanager
    def receiving(self) -> Iterator[Take]:
        taken: list[str] = []

        def take(name: str, source: Path) -> str:
            taken.append(name)
            with _told(), source.open("rb") as file:
                self.bucket.put(name, File(file))
                with closing(self.bucket.open(name)) as stored:  # the answer of the server is no proof
                    return folders.hash_in(stored)

        try:
            yield take
        except BaseException:
            with suppress(*FAULTS):  # a store that is away keeps what came; the next try writes it again
                for name in set(taken) - self.before:
                    self.bucket.delete(name)
            raise


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except FAULTS as error:
        raise BackupError(f"Kho tệp không làm được việc này: {error}") from error
