import os
import subprocess
import sys
from pathlib import Path

import pytest

from khuyencong import environment, state
from khuyencong.environment import BadSetting

ROOT = Path(__file__).resolve().parents[2]
SHAPE = "phải có dạng postgresql://tài-khoản:mật-khẩu@máy-chủ:5432/tên-cơ-sở-dữ-liệu."


def test_a_database_address_becomes_django_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://kc_app:m%40t@db.example:5433/kc?sslmode=require")
    assert environment.database("DATABASE_URL") == {
        "NAME": "kc",
        "USER": "kc_app",
        "PASSWORD": "m@t",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_database_may_be_reached_by_its_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://kc_app@/kc?host=/run/postgresql")
    found = environment.database("DATABASE_URL")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/run/postgresql", "", {})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kc",
        "mysql://a:b@c/d",
        "postgresql://kc_app@db/",
        "postgresql://db/kc",
        "postgresql://a:b@db:port/kc",
    ],
)
def test_a_wrong_database_address_is_a_sentence(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", address)
    with pytest.raises(BadSetting) as refusal:
        environment.database("DATABASE_OWNER_URL")
    assert str(refusal.value) == f"Biến môi trường DATABASE_OWNER_URL {SHAPE}"


@pytest.mark.parametrize(
    ("address", "broker"),
    [
        ("redis://:mk@redis:6379/2", "redis://:mk@redis:6379/2"),
        ("rediss://redis:6380/0", "rediss://redis:6380/0"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
    ],
)
def test_a_redis_address_becomes_the_brokers(
    monkeypatch: pytest.MonkeyPatch, address: str, broker: str
) -> None:
    monkeypatch.setenv("REDIS_URL", address)
    assert environment.redis("REDIS_URL") == broker


@pytest.mark.parametrize("address", ["", "redis", "http://redis/", "unix://", "redis://redis:port/0"])
def test_a_wrong_redis_address_is_a_sentence(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("REDIS_URL", address)
    with pytest.raises(BadSetting) as refusal:
        environment.redis("REDIS_URL")
    sentence = "Biến môi trường REDIS_URL phải có dạng redis://máy-chủ:6379/0 hoặc unix:///đường-dẫn?db=0."
    assert str(refusal.value) == sentence


def test_a_flag_knows_yes_no_and_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KC_DEMO", "1")
    assert environment.flag("KC_DEMO") is True
    monkeypatch.setenv("KC_DEMO", "No")
    assert environment.flag("KC_DEMO", default=True) is False
    monkeypatch.delenv("KC_DEMO")
    assert environment.flag("KC_DEMO", default=True) is True
    monkeypatch.setenv("KC_DEMO", "có")
    with pytest.raises(BadSetting, match="Biến môi trường KC_DEMO chỉ nhận 1 hoặc 0, không nhận «có»"):
        environment.flag("KC_DEMO")


@pytest.mark.parametrize("value", ["0", "65536", "-1", "tám nghìn", "٨٠"])
def test_a_number_outside_its_bounds_is_a_sentence(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(BadSetting) as refusal:
        environment.integer("PORT", 8000, lowest=1, highest=65535)
    assert (
        str(refusal.value) == f"Biến môi trường PORT phải là số nguyên từ 1 đến 65535, không nhận «{value}»."
    )


def test_an_empty_list_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KC_HOSTS", "kc.example, 10.0.0.7 ,")
    assert environment.words("KC_HOSTS", "localhost") == ["kc.example", "10.0.0.7"]
    monkeypatch.setenv("KC_HOSTS", " , ")
    with pytest.raises(BadSetting, match="Biến môi trường KC_HOSTS không được để trống"):
        environment.words("KC_HOSTS", "localhost")


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_setting_counts_as_not_given(empty: str, tmp_path: Path) -> None:
    """An empty KC_BIND would listen to the whole network, an empty KC_HOSTS answer nobody."""
    names = ["KC_BIND", "PORT", "KC_HOSTS", "KC_HTTPS", "KC_DEBUG", "KC_DEMO", "SECRET_KEY", "KC_THROWAWAY"]
    names += ["DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"]
    asked = [
        "BIND",
        "PORT",
        "ALLOWED_HOSTS",
        "HTTPS",
        "DEBUG",
        "DEMONSTRATION",
        "SECRET_KEY",
        "EMBEDDED.durable",
    ]
    asks = f"from khuyencong.settings import *; print({', '.join(asked)}, sep='\\n')"
    given = {"PATH": "/usr/bin:/bin", "KC_STATE": str(tmp_path)}
    unset, emptied = (
        subprocess.run(
            [sys.executable, "-c", asks], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        ).stdout
        for env in (given, given | dict.fromkeys(names, empty))
    )
    assert emptied == unset
    assert unset.splitlines()[:2] == ["127.0.0.1", "8000"]


def test_a_relative_state_directory_is_the_same_from_everywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KC_STATE", "dữ liệu")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert state.directory(tmp_path / "var") == tmp_path / "dữ liệu"


def test_a_state_directory_that_cannot_be_made_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KC_STATE", str(tmp_path / "file" / "state"))
    with pytest.raises(BadSetting, match=f"KC_STATE «{tmp_path}/file/state»"):
        state.directory(tmp_path)


OWN_SERVERS = {
    "DATABASE_URL": "postgresql://kc_app:m@db/kc",
    "DATABASE_OWNER_URL": "postgresql://kc_owner:m@db/kc",
    "REDIS_URL": "redis://redis:6379/0",
}


def _refusal(folder: Path, given: dict[str, str], *program: str) -> str:
    ended = subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "KC_STATE": str(folder)} | given,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr


@pytest.mark.parametrize("program", [["manage.py", "check"], ["-m", "khuyencong.supervisor"]])
def test_a_wrong_setting_ends_the_program_with_the_sentence_alone(program: list[str], tmp_path: Path) -> None:
    said = _refusal(tmp_path, OWN_SERVERS | {"DATABASE_URL": "postgresql://kc"}, *program)
    assert said == f"Biến môi trường DATABASE_URL {SHAPE}\n"


@pytest.mark.parametrize("forgotten", ["DATABASE_URL", "REDIS_URL"])
def test_servers_of_ones_own_are_given_all_or_none(forgotten: str, tmp_path: Path) -> None:
    given = {name: address for name, address in OWN_SERVERS.items() if name != forgotten}
    assert _refusal(tmp_path, given, "manage.py", "check") == (
        f"Đã đặt {', '.join(given)} nhưng thiếu {forgotten}. Máy chủ của cơ quan cần đủ các biến này; "
        "bỏ hết thì chương trình dùng máy chủ đi kèm.\n"
    )


@pytest.mark.parametrize("command", ["prepare", "migrate"])
def test_only_what_makes_tables_needs_their_owner(command: str, tmp_path: Path) -> None:
    given = {name: address for name, address in OWN_SERVERS.items() if name != "DATABASE_OWNER_URL"}
    assert _asked("sorted(DATABASES)", tmp_path, **given) == "['default']\n"
    assert _refusal(tmp_path, given, "manage.py", command) == (
        "Lệnh này cần DATABASE_OWNER_URL (tài khoản kc_owner), biến ấy chưa được đặt.\n"
    )


def _asked(expression: str, folder: Path, **given: str) -> str:
    """What the settings hold."""
    return subprocess.run(
        [sys.executable, "-c", f"from khuyencong.settings import *; print({expression})"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "KC_STATE": str(folder)} | given,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_setting_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://kc_app:m%40t@db.example/kc\n")
    monkeypatch.setenv("DATABASE_URL", " ")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    assert environment.database("DATABASE_URL")["PASSWORD"] == "m@t"


@pytest.mark.parametrize("program", [["manage.py", "check"], ["-m", "khuyencong.part", "web"]])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "Không đọc được tệp «{}» của SECRET_KEY_FILE: No such file or directory."),
        (b" \n", "Tệp «{}» của SECRET_KEY_FILE không có nội dung."),
        (b"\xff" * 60, "Tệp «{}» của SECRET_KEY_FILE không phải là văn bản UTF-8."),
        (b"ngan", "Biến môi trường SECRET_KEY phải dài ít nhất 50 ký tự."),
    ],
    ids=["missing", "empty", "binary", "short"],
)
def test_a_secret_that_cannot_be_read_stops_the_start(
    program: list[str], content: bytes | None, sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret_key"
    if content is not None:
        file.write_bytes(content)
    given = OWN_SERVERS | {"SECRET_KEY_FILE": str(file)}
    assert _refusal(tmp_path, given, *program) == sentence.format(file) + "\n"


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 50)
    given = {"SECRET_KEY": "k" * 50, "SECRET_KEY_FILE": str(tmp_path / "key")}
    assert _refusal(tmp_path, given, "manage.py", "check") == (
        "Đã đặt cả SECRET_KEY và SECRET_KEY_FILE; chỉ được đặt một trong hai.\n"
    )


def test_a_key_is_turned_without_signing_anyone_out(tmp_path: Path) -> None:
    new, old = "n" * 50, "o" * 50
    given = {"SECRET_KEY": new, "SECRET_KEY_OLD": old}
    assert _asked("[SECRET_KEY, *SECRET_KEY_FALLBACKS]", tmp_path, **given) == f"{[new, old]}\n"
    assert _asked("SECRET_KEY_FALLBACKS", tmp_path, SECRET_KEY=new) == "[]\n"
    said = _refusal(tmp_path, given | {"SECRET_KEY_OLD": "short"}, "manage.py", "check")
    assert said == "Biến môi trường SECRET_KEY_OLD phải dài ít nhất 50 ký tự.\n"


BUCKET = {
    "KC_FILES": "s3://kho/khuyen-cong/",
    "KC_FILES_ENDPOINT": "https://s3.example.vn",
    "KC_FILES_REGION": "vn-1",
    "KC_FILES_KEY": "khoa",
    "KC_FILES_SECRET": "bi-mat",
}


def test_files_may_lie_in_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.bucket() is None
    for name, value in BUCKET.items():
        monkeypatch.setenv(name, value)
    assert environment.bucket() == {
        "bucket_name": "kho",
        "location": "khuyen-cong",
        "endpoint_url": "https://s3.example.vn",
        "region_name": "vn-1",
        "access_key": "khoa",
        "secret_key": "bi-mat",
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"KC_FILES": "kho"}, "KC_FILES phải có dạng s3://kho/thư-mục, không nhận «kho»"),
        ({"KC_FILES": "s3:///x"}, "KC_FILES phải có dạng"),
        ({"KC_FILES": "s3://kho/../x"}, "KC_FILES phải có dạng"),
        ({"KC_FILES": ""}, "nhưng thiếu KC_FILES=s3://kho/thư-mục"),
        ({"KC_FILES_ENDPOINT": "s3.example.vn"}, "KC_FILES_ENDPOINT phải có dạng https://máy-chủ"),
        ({"KC_FILES_KEY": ""}, "KC_FILES_KEY và KC_FILES_SECRET phải được đặt cùng nhau"),
        ({"KC_FILES_SECRET": ""}, "KC_FILES_KEY và KC_FILES_SECRET phải được đặt cùng nhau"),
    ],
)
def test_a_bucket_that_is_given_by_half_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], sentence: str
) -> None:
    for name, value in (BUCKET | wrong).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=sentence):
        environment.bucket()


@pytest.mark.parametrize("given", [BUCKET, BUCKET | OWN_SERVERS], ids=["servers", "key"])
def test_several_machines_share_more_than_a_bucket(given: dict[str, str], tmp_path: Path) -> None:
    assert _refusal(tmp_path, given, "manage.py", "check") == (
        "KC_FILES để nhiều máy dùng chung một kho tệp, nên cần đặt cả DATABASE_URL, REDIS_URL và SECRET_KEY, "
        "giống nhau trên mọi máy.\n"
    )


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("", None),
        ("smtp://post.example", environment.MailServer("post.example", 25, tls=False)),
        ("smtp://a:m%40t@post.example", environment.MailServer("post.example", 587, False, "a", "m@t")),
        ("smtps://a:b@post.example", environment.MailServer("post.example", 465, True, "a", "b")),
        ("smtps://post.example:2465/", environment.MailServer("post.example", 2465, tls=True)),
    ],
)
def test_a_mail_address_becomes_a_server(
    monkeypatch: pytest.MonkeyPatch, address: str, server: environment.MailServer | None
) -> None:
    monkeypatch.setenv("KC_MAIL_URL", address)
    assert environment.mail_server("KC_MAIL_URL") == server
    assert "m@t" not in repr(server)


@pytest.mark.parametrize(
    "address", ["post.example", "http://post.example", "smtp://", "smtp://a:b", "smtp://h/x"]
)
def test_a_wrong_mail_address_is_a_sentence(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("KC_MAIL_URL", address)
    with pytest.raises(BadSetting, match="KC_MAIL_URL phải có dạng smtp://"):
        environment.mail_server("KC_MAIL_URL")


def test_a_sender_is_an_address_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for good in ("a@b.example", "Khuyến công <a@b.example>"):
        monkeypatch.setenv("KC_MAIL_FROM", good)
        assert environment.sender("KC_MAIL_FROM", "x@y") == good
    for bad in ("a", "a@b, c@d", "A <a@b>\r\nBcc: c@d"):
        monkeypatch.setenv("KC_MAIL_FROM", bad)
        with pytest.raises(BadSetting):
            environment.sender("KC_MAIL_FROM", "x@y")


def test_a_public_address_has_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KC_PUBLIC_URL", "https://kc.example/")
    assert environment.public_url("KC_PUBLIC_URL", "") == "https://kc.example"
    for bad in ("kc.example", "ftp://kc.example", "https://kc.example/x", "https://:99999"):
        monkeypatch.setenv("KC_PUBLIC_URL", bad)
        with pytest.raises(BadSetting):
            environment.public_url("KC_PUBLIC_URL", "")


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, False),
        ({"KC_DEMO": "0"}, True),
        ({"KC_SECOND_FACTOR": "1"}, True),
        ({"KC_DEMO": "0", "KC_SECOND_FACTOR": "0"}, False),
    ],
)
def test_a_second_factor_is_asked_for_where_no_demonstration_stands(
    given: dict[str, str], asked: bool, tmp_path: Path
) -> None:
    environment = {
        name: value for name, value in os.environ.items() if name not in {"KC_DEMO", "KC_SECOND_FACTOR"}
    }
    said = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.SECOND_FACTOR)"],
        env=environment | {"KC_STATE": str(tmp_path)} | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == str(asked)


def test_a_second_factor_that_is_neither_on_nor_off_ends_the_program(tmp_path: Path) -> None:
    assert "KC_SECOND_FACTOR" in _refusal(tmp_path, {"KC_SECOND_FACTOR": "bật"}, "manage.py", "check")
