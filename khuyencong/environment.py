"""Values from the environment. A bad one stops the program with a sentence for the administrator; an empty one
counts as not given, as in a file of settings where nothing stands after the sign.

Each may stand in a file instead, which NAME_FILE names, as container engines hand over secrets."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class BadSetting(ImproperlyConfigured):
    """The sentence, in Vietnamese, says which variable is wrong and what it may be."""


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE names. Raises BadSetting when both are given, or
    when the file cannot be read or is empty: a secret that is missing must not become a default."""
    given, file = os.environ.get(name, "").strip(), os.environ.get(f"{name}_FILE", "").strip()
    if not file:
        return given or default
    if given:
        raise BadSetting(f"Đã đặt cả {name} và {name}_FILE; chỉ được đặt một trong hai.")
    try:
        content = Path(file).read_text().strip()
    except OSError as error:
        raise BadSetting(f"Không đọc được tệp «{file}» của {name}_FILE: {error.strerror}.") from error
    except ValueError as error:  # no UTF-8, or a name that no file can have
        raise BadSetting(f"Tệp «{file}» của {name}_FILE không phải là văn bản UTF-8.") from error
    if not content:
        raise BadSetting(f"Tệp «{file}» của {name}_FILE không có nội dung.")
    return content


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


def all_given(*names: str, but: str) -> bool:
    """Whether these settings, which make sense together only, are there. `but` makes no sense without the others, but
    they do without it."""
    given = [name for name in names if text(name)]
    missing = [name for name in names if name not in (*given, but)]
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


def secret_key(name: str, default: str = "") -> str:
    """At least 50 characters; empty only when neither it nor a default is given."""
    key = text(name, default)
    if key and len(key) < 50:
        raise BadSetting(f"Biến môi trường {name} phải dài ít nhất 50 ký tự.")
    return key


def bucket() -> dict[str, object] | None:
    """Options of khuyencong.bucket.Bucket from KC_FILES=s3://bucket/prefix and its companions; None when nobody gave
    one. Without a key the machine's own role counts, where a cloud gives it one."""
    url, endpoint = text("KC_FILES"), text("KC_FILES_ENDPOINT")
    key, secret = text("KC_FILES_KEY"), text("KC_FILES_SECRET")
    if not url:
        if endpoint or key or secret:
            raise BadSetting("Đã đặt KC_FILES_… nhưng thiếu KC_FILES=s3://kho/thư-mục.")
        return None
    parts = urlsplit(url)
    folders = parts.path.split("/")
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment or ".." in folders:
        raise BadSetting(f"Biến môi trường KC_FILES phải có dạng s3://kho/thư-mục, không nhận «{url}».")
    if endpoint and not re.match(r"https?://[^/\s]+", endpoint):
        raise BadSetting(
            f"Biến môi trường KC_FILES_ENDPOINT phải có dạng https://máy-chủ, không nhận «{endpoint}»."
        )
    if bool(key) != bool(secret):
        raise BadSetting("KC_FILES_KEY và KC_FILES_SECRET phải được đặt cùng nhau.")
    return {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        "endpoint_url": endpoint or None,
        "region_name": text("KC_FILES_REGION") or None,
        "access_key": key or None,
        "secret_key": secret or None,
    }


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
