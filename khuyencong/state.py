"""The directory where data lives, and the secrets made once in it."""

import fcntl
import json
import os
from pathlib import Path
from secrets import token_hex, token_urlsafe

from khuyencong.environment import BadSetting, text

# Who logs in to the embedded PostgreSQL, by the names of deploy/roles.sql.
LOGINS = ("postgres", "kc_owner", "kc_app")


def directory(default: Path) -> Path:
    """KC_STATE, made when missing. Readable by its owner alone; others may only pass through it, since
    servers started by root run as another account."""
    path = Path(text("KC_STATE") or default).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        if path.stat().st_uid == os.geteuid():
            path.chmod(0o711)
    except OSError as error:
        raise BadSetting(f"Không dùng được thư mục dữ liệu KC_STATE «{path}»: {error.strerror}.") from error
    return path


def secrets(path: Path) -> dict[str, str]:
    """The state's own `id`, Django's `secret_key` and the passwords of LOGINS; made on first use."""
    file = path / "secrets.json"
    try:
        if not file.exists():
            _write_once(file)
        return json.loads(file.read_text())  # type: ignore[no-any-return]
    except PermissionError as error:
        raise BadSetting(
            f"Không đọc được «{file}»: {error.strerror}. Hãy chạy bằng tài khoản đã tạo nó."
        ) from error
    except OSError as error:
        raise BadSetting(f"Không đọc hoặc ghi được «{file}»: {error.strerror}.") from error


def _write_once(file: Path) -> None:
    """Two programs that start together must end with the same file: the first wins."""
    with (file.parent / "secrets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            return
        made = {"id": token_hex(6), "secret_key": token_urlsafe(48)}
        made |= {login: token_urlsafe(24) for login in LOGINS}
        draft = file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        draft.rename(file)
