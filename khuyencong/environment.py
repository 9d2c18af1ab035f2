"""Values from the environment. A bad one stops the program with a sentence for the administrator; an empty one
counts as not given, as in a file of settings where nothing stands after the sign."""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class BadSetting(ImproperlyConfigured):
    """The sentence, in Vietnamese, says which variable is wrong and what it may be."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """1/true/yes or 0/false/no."""
    value = text(name)
    if not value:
        return default
    if value.lower() not in _WORDS:
        raise BadSetting(f"Biến môi trường {name} chỉ nhận 1 hoặc 0, không nhận «{value}».")
    return _WORDS[value.lower()]


def integer(name: str, default: int, lowest: int, highest: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and lowest <= int(value) <= highest):
        raise BadSetting(
            f"Biến môi trường {name} phải là số nguyên từ {lowest} đến {highest}, không nhận «{value}»."
        )
    return int(value)


def words(name: str, default: str) -> list[str]:
    """A list separated by commas; never empty."""
    found = [word.strip() for word in text(name, default).split(",") if word.strip()]
    if not found:
        raise BadSetting(f"Biến môi trường {name} không được để trống; các giá trị cách nhau bằng dấu phẩy.")
    return found


def all_given(*names: str) -> bool:
    """Whether these settings, which make sense together only, are there."""
    given = [name for name in names if text(name)]
    missing = [name for name in names if name not in given]
    if given and missing:
        raise BadSetting(
            f"Đã đặt {', '.join(given)} nhưng thiếu {', '.join(missing)}. Máy chủ của cơ quan cần đủ các biến này; "
            "bỏ hết thì chương trình dùng máy chủ đi kèm."
        )
    return not missing


def database(name: str) -> dict[str, object]:
    """Django's database settings from postgresql://user:password@host:port/name?option=value."""
    url = text(name)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    if parts.scheme not in ("postgresql", "postgres") or not parts.username or not parts.path.strip("/"):
        raise BadSetting(
            f"Biến môi trường {name} phải có dạng postgresql://tài-khoản:mật-khẩu@máy-chủ:5432/tên-cơ-sở-dữ-liệu."
        )
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": options,
    }


def redis(name: str) -> str:
    """The broker's address as kombu wants it, from redis://, rediss:// or unix:///path?db=0."""
    url = text(name)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme == "unix" and parts.path:
        number = dict(parse_qsl(parts.query)).get("db", "0")
        return f"redis+socket://{parts.path}?virtual_host={number}"
    if parts.scheme in ("redis", "rediss") and parts.hostname:
        return url
    raise BadSetting(
        f"Biến môi trường {name} phải có dạng redis://máy-chủ:6379/0 hoặc unix:///đường-dẫn?db=0."
    )


def optional_database(name: str) -> dict[str, object] | None:
    """The same as `database`; None when nobody gave it."""
    return database(name) if text(name) else None


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed in. ``tls``: from the first byte; otherwise as soon as the server offers it."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(name: str) -> MailServer | None:
    """From smtp://host:25, smtp://user:password@host:587 or smtps://user:password@host:465; None when not given."""
    url = text(name)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadSetting(
            f"Biến môi trường {name} phải có dạng smtp://tài-khoản:mật-khẩu@máy-chủ:587 hoặc smtps://máy-chủ:465."
        )
    tls = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if tls else 587 if parts.username else 25),
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


_SENDER = re.compile(r"(?:[^<>@\r\n]+ <[^<>@\s,]+@[^<>@\s,]+>|[^<>@\s,]+@[^<>@\s,]+)")


def sender(name: str, default: str) -> str:
    """Who letters come from: "khuyencong@bo.gov.vn" or "Khuyến công <khuyencong@bo.gov.vn>"."""
    value = text(name, default)
    if not _SENDER.fullmatch(value):
        raise BadSetting(
            f"Biến môi trường {name} phải là một địa chỉ thư, ví dụ Khuyến công <khuyencong@tinh.gov.vn>."
        )
    return value


def public_url(name: str, default: str) -> str:
    """The address under which people open the program, without a path."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path
        or parts.query
        or parts.fragment
    ):
        raise BadSetting(f"Biến môi trường {name} phải có dạng https://tên-máy-chủ, không có gì phía sau.")
    return value
