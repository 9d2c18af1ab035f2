"""How a program ends that cannot go on: with one sentence when what is wrong lies outside it (a setting, a disk,
a server), with its traceback when the fault is its own."""

import errno
import sys
from typing import NoReturn

import psycopg2
import psycopg2.errors
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.utils.connection import ConnectionDoesNotExist

from khuyencong.embedded import EmbeddedError

NO_SPACE = "Hết chỗ trên ổ đĩa{where}. Hãy giải phóng chỗ rồi chạy lại; dữ liệu đã ghi vẫn còn."
NOT_ALLOWED = "Không được đọc hoặc ghi{where}. Hãy chạy bằng tài khoản đã tạo dữ liệu này."
BROKEN_DISK = "Ổ đĩa báo lỗi hoặc chỉ cho đọc{where} ({reason}). Hãy kiểm tra ổ đĩa rồi chạy lại."
OUTSIDE = {
    errno.ENOSPC: NO_SPACE,
    errno.EDQUOT: NO_SPACE,
    errno.EACCES: NOT_ALLOWED,
    errno.EPERM: NOT_ALLOWED,
    errno.EROFS: BROKEN_DISK,
    errno.EIO: BROKEN_DISK,
}
NO_OWNER = "Lệnh này cần DATABASE_OWNER_URL (tài khoản kc_owner), biến ấy chưa được đặt."


def end(error: Exception) -> NoReturn:
    """Exit with the sentence for this error, or raise it again when there is none."""
    found = sentence(error)
    if found is None:
        raise error
    sys.exit(found)


def sentence(error: Exception) -> str | None:
    """What happened and what to do, in Vietnamese; None for a fault of our own."""
    if isinstance(error, ImproperlyConfigured | EmbeddedError):
        return str(error)
    if isinstance(error, ConnectionDoesNotExist):
        return NO_OWNER
    if isinstance(error.__cause__ or error, psycopg2.errors.DiskFull):
        return NO_SPACE.format(where=" của PostgreSQL")
    if isinstance(error, OperationalError | psycopg2.OperationalError):
        return (
            f"PostgreSQL không làm được việc này: {str(error).strip()}\nHãy chạy lại khi máy chủ đã ổn định."
        )
    if isinstance(error, OSError) and error.errno in OUTSIDE:
        where = f" «{error.filename}»" if error.filename else ""
        return OUTSIDE[error.errno].format(where=where, reason=error.strerror)
    return None
