"""Files beside the database: what a transaction stored goes with it when it does not come to its end."""

from __future__ import annotations

import posixpath
import weakref
from functools import partial

from django.core.files.base import File
from django.core.files.storage import Storage
from django.db import connection, transaction


class _Held:
    """Something to hold."""


def store(storage: Storage, name: str, content: File[bytes]) -> str:
    """Store ``content`` for the running transaction; answers the name, which is ``name`` or, where that is taken,
    another. So a file belongs to one row, and its deletion takes it from no other."""
    stored = storage.save(name, content)
    _discard_on_rollback(storage, stored)
    return stored


def empty(storage: Storage, folder: str = "") -> None:
    """Delete everything that is stored in the folder, and below."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored
        return
    for name in files:
        storage.delete(posixpath.join(folder, name))
    for name in folders:
        below = posixpath.join(folder, name)
        empty(storage, below)
        storage.delete(below)


def _discard_on_rollback(storage: Storage, name: str) -> None:
    """Delete the file when the running transaction, or the savepoint inside it, is rolled back.

    Django calls nothing on a rollback, but it drops what was to be called after the commit: an object that is held
    there alone then ends, and takes the file with it."""
    held = _Held()
    discard = weakref.finalize(held, _discard, storage, name)
    discard.atexit = False
    transaction.on_commit(partial(_keep, discard, held))


def _keep(discard: weakref.finalize[..., _Held], _: _Held) -> None:
    discard.detach()


def _discard(storage: Storage, name: str) -> None:
    """Not when the connection broke: then nobody knows whether the commit came through, and a file too many does less
    harm than one too few."""
    handle = connection.connection
    if handle is None or not handle.closed:
        storage.delete(name)
