"""What a file really is and whether it hides anything, told from its bytes alone.

A refusal reads on after "Không nhận tệp “…”:" and says why and what to do.
"""

import io
import re
import struct
import zipfile
import zlib

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from PIL import Image, UnidentifiedImageError

from khuyencong.lib.pdf_contents import pdf_fault

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JPEG = "image/jpeg"
PNG = "image/png"

MAX_UNPACKED = 80 << 20
MAX_PART = 40 << 20
MAX_PARTS = 2000
MAX_PIXELS = 100_000_000

_PNG_START = b"\x89PNG\r\n\x1a\n"
_OLE_START = bytes.fromhex("d0cf11e0a1b11ae1")
_SNIFFED = 2048  # how far browsers and PDF readers look for a beginning
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_WIDE_XML = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_LOCAL_TEMPLATE = re.compile(r"file:///[A-Za-z]:")

_AS_PDF = "Hãy xuất ra PDF rồi tải lại."
_DAMAGED = "tệp bị hỏng. Hãy mở tệp trên máy, lưu lại rồi tải lên lần nữa."
_TWO_IN_ONE = f"tệp ghép hai loại nội dung làm một. {_AS_PDF}"


class Refused(ValueError):
    """A file that is not taken in; its text is Vietnamese and for the user."""


def content_type(data: bytes) -> str:
    """PDF, DOCX, XLSX, JPEG or PNG, after the checks of that kind; raises Refused for all else."""
    if data.startswith(b"PK\x03\x04"):
        return _check_package(data)
    if _MARKUP.search(data, 0, _SNIFFED) or zipfile.is_zipfile(io.BytesIO(data)):
        known = data.startswith((b"%PDF-", b"\xff\xd8\xff", _PNG_START))
        raise Refused(_TWO_IN_ONE if known else _unknown())
    if data.startswith(b"%PDF-"):
        _check_pdf(data)
        return PDF
    if b"%PDF-" in data[:_SNIFFED]:
        raise Refused(_TWO_IN_ONE)
    if data.startswith(b"\xff\xd8\xff"):
        _check_image(data, "JPEG")
        return JPEG
    if data.startswith(_PNG_START):
        _check_image(data, "PNG")
        _check_png_end(data)
        return PNG
    if data.startswith(_OLE_START):
        raise Refused(
            "đây là tệp Word, Excel đời cũ (.doc, .xls) hoặc có mật khẩu. "
            "Hãy lưu lại dạng .docx, .xlsx không mật khẩu, hoặc PDF."
        )
    raise Refused(_unknown())


def _unknown() -> str:
    return f"nội dung không phải PDF, Word (.docx), Excel (.xlsx) hay ảnh JPEG, PNG. {_AS_PDF}"


# -- PDF ----------------------------------------------------------------------------------------------


def _check_pdf(data: bytes) -> None:
    """Refuses what runs, sends, opens or unpacks by itself, and passwords, in the open or packed."""
    if not data.rstrip(b"\x00\t\n\x0c\r ").endswith(b"%%EOF"):
        raise Refused(f"tệp PDF bị cắt cụt hoặc có dữ liệu thừa ở cuối. {_AS_PDF}")
    if fault := pdf_fault(data):
        raise Refused(fault)


# -- Pictures -----------------------------------------------------------------------------------------


def _check_image(data: bytes, kind: str) -> None:
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            width, height = image.size
            image.verify()
    except Image.DecompressionBombError as bomb:
        raise Refused(_too_many_pixels()) from bomb
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        LookupError,
        struct.error,
        zlib.error,
    ) as error:
        raise Refused(_DAMAGED) from error
    if width * height > MAX_PIXELS:
        raise Refused(_too_many_pixels())


def _too_many_pixels() -> str:
    return f"ảnh có hơn {MAX_PIXELS // 1_000_000} triệu điểm ảnh. Hãy thu nhỏ ảnh rồi tải lại."


def _check_png_end(data: bytes) -> None:
    """Nothing may follow the last chunk. (Behind a JPEG phones legitimately keep a second picture.)"""
    position = len(_PNG_START)
    while data[position + 4 : position + 8] != b"IEND":
        length = data[position : position + 4]
        if len(length) < 4:
            raise Refused(_DAMAGED)
        position += 12 + int.from_bytes(length, "big")
    if position + 12 != len(data):
        raise Refused(_TWO_IN_ONE)


# -- Word and Excel -----------------------------------------------------------------------------------


def _check_package(data: bytes) -> str:
    """DOCX or XLSX, after refusing macros, embedded and linked content, XML declarations and bombs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_directory(data, package.infolist())
            described = _read_parts(package)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnicodeError,
    ) as error:
        raise Refused(_DAMAGED) from error
    types = described.pop("[content_types].xml", b"")
    if b"macroenabled" in types.lower():
        raise Refused("tệp có macro. Hãy lưu lại dạng .docx hoặc .xlsx không macro, hoặc PDF.")
    for relations in described.values():
        _check_relations(relations)
    if b"wordprocessingml.document.main+xml" in types:
        return DOCX
    if b"spreadsheetml.sheet.main+xml" in types:
        return XLSX
    raise Refused(_unknown())


def _check_directory(data: bytes, parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if not names or min(part.header_offset for part in parts) or data[-22:-18] != b"PK\x05\x06":
        raise Refused(_TWO_IN_ONE)
    odd = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
    if odd or len(names) > MAX_PARTS or len(set(names)) != len(names):
        raise Refused(_DAMAGED)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lại.")
    if any("vbaproject" in name for name in names):
        raise Refused("tệp có macro. Hãy lưu lại dạng .docx hoặc .xlsx không macro, hoặc PDF.")
    if any(re.search(r"(^|/)(embeddings|activex|externallinks)/", name) for name in names):
        raise Refused(f"tệp có đối tượng nhúng hoặc liên kết tới tệp khác. {_AS_PDF}")


def _read_parts(package: zipfile.ZipFile) -> dict[str, bytes]:
    """Unpacks every part once, counting what really comes out, and keeps those that describe the others."""
    total, described = 0, {}
    for part in package.infolist():
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(_DAMAGED)
        with package.open(part) as packed:
            content = packed.read(min(MAX_PART, MAX_UNPACKED - total) + 1)
        total += len(content)
        if len(content) > MAX_PART or total > MAX_UNPACKED:
            raise Refused(f"dữ liệu nén trong tệp quá lớn khi mở ra. {_AS_PDF}")
        if content.startswith(_WIDE_XML) or _DECLARATION.search(content):
            raise Refused(f"tệp chứa khai báo XML không được phép. {_AS_PDF}")
        name = part.filename.lower()
        if name == "[content_types].xml" or name.endswith(".rels"):
            described[name] = content
    return described


def _check_relations(relations: bytes) -> None:
    """Links to click and the path of one's own template are fine; what loads by itself is not."""
    try:
        root = fromstring(relations)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Refused(_DAMAGED) from error
    for relation in root:
        if relation.get("TargetMode", "").lower() != "external":
            continue
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        own_template = kind.endswith("/attachedTemplate") and _LOCAL_TEMPLATE.match(target)
        if not kind.endswith("/hyperlink") and not own_template:
            raise Refused(f"tệp tự nạp nội dung từ nơi khác ({target[:60]}). {_AS_PDF}")
