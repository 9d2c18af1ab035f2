"""What a backup says about itself."""

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.utils.timezone import localtime

from khuyencong.backup import BackupError

FORMAT = 1
MANIFEST, SEAL, DUMP, FILES = "manifest.json", "manifest.json.sha256", "database.dump", "files"


@dataclass(frozen=True)
class Manifest:
    """Hashes are SHA-256 in hexadecimal."""

    made_at: str
    """The moment of the database's snapshot, ISO 8601."""
    version: str
    """Of the program."""
    postgresql: int
    """Major version of the server."""
    migrations: list[str]
    """Applied ones, as "app.name"."""
    tables: dict[str, int]
    """Rows of each table in the snapshot."""
    dump: str
    """Hash of the dump."""
    files: dict[str, str]
    """Hash of each file, by its name in the storage."""
    damaged: list[str]
    """Names that the database holds, of files that were lost or altered before this backup."""

    @property
    def moment(self) -> str:
        """`made_at` for people, in Vietnamese time."""
        return f"{localtime(datetime.fromisoformat(self.made_at)):%H:%M ngày %d/%m/%Y}"

    def write(self, folder: Path) -> None:
        content = json.dumps({"format": FORMAT} | asdict(self), ensure_ascii=False, indent=1).encode()
        (folder / MANIFEST).write_bytes(content)
        (folder / SEAL).write_text(_seal(content))


def read(folder: Path) -> Manifest:
    """The manifest, which is as it was written and of a format that we know. Raises BackupError."""
    try:
        content = (folder / MANIFEST).read_bytes()
        seal = (folder / SEAL).read_bytes()
    except OSError as error:
        raise BackupError(
            f"«{folder}» không phải là một bản sao lưu trọn vẹn: không đọc được "
            f"{error.filename} ({error.strerror})."
        ) from error
    if seal != _seal(content).encode():
        raise BackupError(f"Tệp {MANIFEST} trong «{folder}» đã bị sửa hoặc hỏng.")
    found = json.loads(content)
    if found.pop("format") != FORMAT:
        raise BackupError(f"Bản sao «{folder}» do bản chương trình mới hơn ghi; hãy cài bản ấy rồi phục hồi.")
    made = Manifest(**found)
    for name in map(PurePosixPath, made.files):
        if name.is_absolute() or ".." in name.parts:
            raise BackupError(f"Bản sao «{folder}» nêu tên tệp nằm ngoài kho tệp: {name}.")
    return made


def program_version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def _seal(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n"
