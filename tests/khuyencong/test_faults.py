import errno

import psycopg2.errors
import pytest
from django.db import OperationalError, ProgrammingError

from khuyencong import faults


def _by_django(cause: Exception) -> OperationalError:
    error = OperationalError("could not extend file")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/srv/kc/static/kc.css"),
            "Hết chỗ trên ổ đĩa «/srv/kc/static/kc.css». Hãy giải phóng chỗ rồi chạy lại; dữ liệu đã ghi vẫn còn.",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "Hết chỗ trên ổ đĩa. Hãy giải phóng chỗ rồi chạy lại; dữ liệu đã ghi vẫn còn.",
        ),
        (
            _by_django(psycopg2.errors.DiskFull()),
            "Hết chỗ trên ổ đĩa của PostgreSQL. Hãy giải phóng chỗ rồi chạy lại; dữ liệu đã ghi vẫn còn.",
        ),
        (
            psycopg2.errors.DiskFull(),
            "Hết chỗ trên ổ đĩa của PostgreSQL. Hãy giải phóng chỗ rồi chạy lại; dữ liệu đã ghi vẫn còn.",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/srv/kc/supervisor.lock"),
            "Không được đọc hoặc ghi «/srv/kc/supervisor.lock». Hãy chạy bằng tài khoản đã tạo dữ liệu này.",
        ),
        (
            OperationalError("the database system is shutting down\n"),
            (
                "PostgreSQL không làm được việc này: the database system is shutting down\n"
                "Hãy chạy lại khi máy chủ đã ổn định."
            ),
        ),
    ],
)
def test_what_is_wrong_outside_the_program_ends_it_with_a_sentence(error: Exception, sentence: str) -> None:
    with pytest.raises(SystemExit) as ended:
        faults.end(error)
    assert ended.value.code == sentence


@pytest.mark.parametrize(
    "error", [KeyError("figure"), ProgrammingError("syntax error"), FileNotFoundError(2)]
)
def test_a_fault_of_our_own_keeps_its_traceback(error: Exception) -> None:
    with pytest.raises(type(error)):
        faults.end(error)
