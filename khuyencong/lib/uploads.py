"""The door for files: what is taken in, and under which name it is shown.

The program never serves a file as anything but the type found here; it is stored under a name of its own.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from django.core.files import File

from khuyencong.lib.file_contents import DOCX, JPEG, PDF, PNG, XLSX, content_type
from khuyencong.lib.file_contents import Refused as Refused
from khuyencong.lib.vietnamese import nfc

MAX_SIZE = 20 << 20
MAX_NAME = 150

EXTENSIONS = {PDF: ".pdf", DOCX: ".docx", XLSX: ".xlsx", JPEG: ".jpg", PNG: ".png"}
ACCEPT = ",".join(EXTENSIONS.values())
"""For the `accept` attribute of file inputs."""

_KNOWN_ENDINGS = re.compile(r"\.(pdf|docx|xlsx|jpe?g|png)$", re.IGNORECASE)
# Control, format (bidirectional overrides, zero width), surrogate, private and unassigned characters.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True)
class Accepted:
    name: str
    """For people: cleaned, with the ending of what the file really is."""
    content_type: str
    size: int
    """Bytes."""
    sha256: str
    """Hexadecimal."""


def inspect(upload: "File[bytes]", *, max_size: int = MAX_SIZE) -> Accepted:
    """Checks an uploaded file by its content and leaves it rewound, ready to be stored.

    Raises Refused with a Vietnamese sentence when the file is empty, larger than `max_size` bytes, of
    another type than PDF, DOCX, XLSX, JPEG, PNG, damaged, or carries what runs, loads or unpacks by itself.
    """
    upload.seek(0)
    data = upload.read(max_size + 1)
    upload.seek(0)
    try:
        if not data:
            raise Refused("tệp không có nội dung. Hãy kiểm tra rồi chọn lại.")
        if len(data) > max_size:
            raise Refused(
                f"tệp lớn hơn {max_size >> 20} MB. "
                "Hãy quét ở độ phân giải thấp hơn hoặc tách thành nhiều tệp."
            )
        found = content_type(data)
    except Refused as refusal:
        raise Refused(f"Không nhận tệp “{shown_name(upload.name or '')}”: {refusal}") from refusal
    name = shown_name(_KNOWN_ENDINGS.sub("", upload.name or ""), EXTENSIONS[found])
    return Accepted(name, found, len(data), hashlib.sha256(data).hexdigest())


def shown_name(given: str, ending: str = "") -> str:
    """The name that people see: NFC, without folders or invisible characters, at most MAX_NAME characters."""
    base = re.split(r"[/\\]", given)[-1]
    visible = "".join(
        " " if char.isspace() else char
        for char in base
        if char.isspace() or unicodedata.category(char) not in _INVISIBLE
    )
    plain = re.sub(r'[<>:"|?*]', "_", " ".join(nfc(visible).split())).strip(". ")
    return (plain[: MAX_NAME - len(ending)].rstrip(". ") or "tep") + ending
