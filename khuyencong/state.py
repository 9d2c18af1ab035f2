"""The directory where data lives, and the secrets made once in it."""

import fcntl
import json
import os
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import IO, Any

from khuyencong.environment import BadSetting, text

# Who logs in to the embedded PostgreSQL, by the names of deploy/roles.sql.
LOGINS = ("postgres", "kc_owner", "kc_app")
NAMES = ("id", "secret_key", *LOGINS)


def directory(default: Path) -> Path:
    """KC_STATE, made when missing; a relative one begins beside the default, wherever the program was called from,
    so that every command finds the same data. Readable by its owner alone; others may only pass through it, since
    servers started by root run as another account."""
    path = (default.parent / (text("KC_STATE") or default)).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        if path.stat().st_uid == os.geteuid():
            path.chmod(0o711)
    except OSError as error:
        raise BadSetting(f"Không dùng được thư mục dữ liệu KC_STATE «{path}»: {error.strerror}.") from error
    return path


def private(file: Path, mode: str) -> IO[Any]:
    """Open a file that others may neither read nor lock, as one made before the program took care may allow."""
    opened: IO[Any] = open(file, mode, opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115
    if os.fstat(opened.fileno()).st_uid == os.geteuid():
        os.fchmod(opened.fileno(), 0o600)
    return opened


def secrets(path: Path) -> dict[str, str]:
    """The state's own `id`, Django's `secret_key` and the passwords of LOGINS; made on first use."""
    file = path / "secrets.json"
    try:
        if not file.exists():
            _write_once(file)
        found = json.loads(file.read_text())
    except PermissionError as error:
        raise BadSetting(
            f"Không đọc được «{file}»: {error.strerror}. Hãy chạy bằng tài khoản đã tạo nó."
        ) from error
    except OSError as error:
        raise BadSetting(f"Không đọc hoặc ghi được «{file}»: {error.strerror}.") from error
    except ValueError:  # no JSON, no UTF-8
        found = None
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in NAMES):
        raise BadSetting(
            f"Tệp «{file}» bị hỏng hoặc bị cắt cụt. Hãy chép lại tệp này từ nơi đã cất riêng: thiếu nó thì không "
            "mở lại được dữ liệu của máy chủ đi kèm."
        )
    return found


def _write_once(file: Path) -> None:
    """Two programs that start together must end with the same file: the first wins."""
    with private(file.parent / "secrets.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            return
        made = {"id": token_hex(6), "secret_key": token_urlsafe(48)}
        made |= {login: token_urlsafe(24) for login in LOGINS}
        draft = file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with private(draft, "w") as output:
            output.write(json.dumps(made))
            output.flush()
            os.fsync(output.fileno())  # a machine that loses its power now must not keep half of it
        draft.rename(file)
