"""docker-compose.yml says nothing that the code does not know. No container engine is at hand here: what one would do
with the file is read out of it, and its commands run in test_compose_runs.py."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg2
import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from khuyencong import state
from khuyencong.embedded import Servers
from khuyencong.part import GRACE, NAMES
from tests.deploy import compose
from tests.deploy.compose import DOCKERFILE, PARTS, PROGRAM, ROOT, Machine, seconds
from tests.docs.test_docs import variables_read

ENV = {
    "KC_HOSTS": "khuyencong.example.vn",
    "KC_FILES": "s3://kho/khuyen-cong",
    "KC_FILES_ENDPOINT": "https://s3.example.vn",
}
OURS = compose.read("docker-compose.yml", **ENV)
IN_S3 = compose.read("docker-compose.yml", "deploy/compose.s3.yml", **ENV)
BOTH = pytest.mark.parametrize("made", [OURS, IN_S3], ids=["folder", "s3"])
MADE_BY_HAND = {"tls_certificate", "tls_key", "files_key", "files_secret"}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As deploy/secrets makes them."""
    folder = tmp_path_factory.mktemp("machine")
    subprocess.run([ROOT / "deploy" / "secrets", folder], check=True, capture_output=True)
    for name in MADE_BY_HAND:
        (folder / "secrets" / name).write_text(f"{name}\n")
    return folder / "secrets"


def _machine(made: dict[str, Any], secrets: Path, tmp_path: Path) -> Machine:
    return Machine(tmp_path, made["services"], secrets, {"KC_STATIC": str(tmp_path / "static")})


# -- What the file says -------------------------------------------------------------------------------


def test_a_name_of_the_site_is_asked_for() -> None:
    with pytest.raises(KeyError, match="KC_HOSTS"):
        compose.read("docker-compose.yml")


@BOTH
def test_every_setting_is_one_that_the_code_reads(made: dict[str, Any]) -> None:
    known = variables_read()
    for name in PROGRAM:
        given = made["services"][name]["environment"]
        assert {each.removesuffix("_FILE") for each in given} - known == set()
    of_image = {name for name in compose.image_environment() if name.startswith("KC_")}
    assert of_image == {"KC_STATE", "KC_STATIC", "KC_BIND"}
    assert of_image <= known


@BOTH
def test_every_secret_comes_by_file_and_only_to_whom_it_concerns(made: dict[str, Any]) -> None:
    """No password stands in an environment, which `docker inspect` shows."""
    for name in PROGRAM:
        service = made["services"][name]
        files = {value for key, value in service["environment"].items() if key.endswith("_FILE")}
        assert files == {f"/run/secrets/{secret}" for secret in service["secrets"]}
        assert not {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "KC_FILES_SECRET"} & {*service["environment"]}
    for name in PARTS:
        above_the_wall = {"database_owner_url", "database_backup_url", "postgres_password"}
        assert not above_the_wall & {*made["services"][name]["secrets"]}
    used = {secret for service in made["services"].values() for secret in service.get("secrets", ())}
    assert used == {*made["secrets"]}


def test_deploy_secrets_makes_each_and_keeps_what_is_there(secrets: Path) -> None:
    assert {path.name for path in secrets.iterdir()} >= {*IN_S3["secrets"]}
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    made = {path.name for path in secrets.iterdir()} - MADE_BY_HAND
    assert {stat.S_IMODE((secrets / name).stat().st_mode) for name in made} == {0o444}
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    (secrets / "redis_url").unlink()
    subprocess.run([ROOT / "deploy" / "secrets", secrets.parent], check=True, capture_output=True)
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before


@BOTH
def test_the_parts_are_told_the_same(made: dict[str, Any]) -> None:
    """What one signs or queues the others must know."""
    services = made["services"]
    for name in ("secrets", "environment"):
        assert services["web"][name] == services["worker"][name] == services["beat"][name]
    assert services["web"]["environment"].items() <= services["prepare"]["environment"].items()
    assert services["prepare"]["environment"].items() <= services["manage"]["environment"].items()


def test_every_command_is_there(tmp_path: Path, secrets: Path) -> None:
    machine = _machine(OURS, secrets, tmp_path)
    assert {name: machine.words(name) for name in PARTS} == {
        name: ["python", "-m", "khuyencong.part", name] for name in NAMES
    }
    assert machine.words("prepare") == ["python", "manage.py", "prepare"]


@BOTH
def test_only_the_proxy_is_reached_from_outside(made: dict[str, Any]) -> None:
    assert {name for name, service in made["services"].items() if "ports" in service} == {"proxy"}
    assert made["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis"):
        assert made["services"][name]["networks"] == ["inside"]


@BOTH
def test_no_container_can_do_more_than_it_must(made: dict[str, Any]) -> None:
    for name, service in made["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service and "latest" not in service["image"], name
    assert {name for name, service in made["services"].items() if "cap_add" in service} == {"postgres"}
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001"]


@BOTH
def test_every_service_that_stays_is_asked_how_it_is(made: dict[str, Any]) -> None:
    staying = {name for name, service in made["services"].items() if service["restart"] != "no"}
    assert {*made["services"]} - staying == {"prepare", "manage"}
    unasked = {name for name in staying if made["services"][name]["healthcheck"].get("disable")}
    assert unasked == {"beat"}
    for name, service in made["services"].items():
        for before, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in made["services"][before]["healthcheck"], (name, before)
            else:
                assert (before, how["condition"]) == ("prepare", "service_completed_successfully")


def test_a_part_has_longer_to_end_than_it_takes() -> None:
    longest_print = 31  # seconds for 5,000 rows
    grace = {name: seconds(OURS["services"][name]["stop_grace_period"]) for name in PARTS}
    assert min(grace.values()) > GRACE
    assert grace["worker"] > longest_print + GRACE


@BOTH
def test_what_must_last_lies_in_a_volume_and_every_file_is_there(made: dict[str, Any]) -> None:
    state = compose.image_environment()["KC_STATE"]
    for name in PROGRAM:
        assert f"state:{state}" in made["services"][name]["volumes"]
    for name, service in made["services"].items():
        for volume in service.get("volumes", ()):
            source, target, *how = volume.split(":")
            if source.startswith("./deploy"):
                assert (ROOT / source).is_file() and how == ["ro"], (name, source)
            elif not source.startswith("."):
                assert source in made["volumes"] and target.startswith("/"), (name, source)
    started = [volume.split(":")[:2] for volume in made["services"]["postgres"]["volumes"]]
    assert ["./deploy/roles.sql", "/docker-entrypoint-initdb.d/10-roles.sql"] in started
    assert ["./deploy/logins.sql", "/docker-entrypoint-initdb.d/20-logins.sql"] in started


def test_the_image_has_what_the_program_needs_and_nothing_else() -> None:
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from|requirements)(.*) \S+$", DOCKERFILE, re.MULTILINE)
        for word in line.split()
    }
    assert all((ROOT / name).exists() for name in copied)
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"khuyencong"}
    assert packages | {"templates", "static", "locale", "manage.py", "pyproject.toml"} <= copied
    assert not {"tests", "docs", "secrets", ".git", "var"} & copied
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().split("\n") if line.startswith("!")}
    assert kept == copied | {"requirements.lock", "deploy/roles.sql"}
    install = (ROOT / "deploy" / "install").read_text()
    [pango] = re.findall(r"packages=\((libpango[^)]*)\)", install)
    assert pango in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE


def test_the_clients_of_the_image_are_not_older_than_the_server() -> None:
    """Debian's trixie has PostgreSQL 17."""
    assert re.findall(r"^FROM python:3\.13-slim-(\w+)", DOCKERFILE, re.MULTILINE) == ["trixie", "trixie"]
    assert OURS["services"]["postgres"]["image"] == "postgres:17-trixie"


# -- What its commands do -----------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("service", ["web", "manage"])
def test_django_finds_nothing_to_say_against_its_settings(
    made: dict[str, Any], service: str, secrets: Path, tmp_path: Path
) -> None:
    machine = _machine(made, secrets, tmp_path)
    ended = machine.run(service, ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_image_collects_the_files_that_pages_load_without_a_server(tmp_path: Path) -> None:
    [build] = re.findall(r"python -m khuyencong\.staticfiles", DOCKERFILE)
    machine = Machine(tmp_path, {"build": {}}, tmp_path, {"KC_STATIC": str(tmp_path / "static")})
    assert machine.run("build", build.split()).stderr == ""
    assert (tmp_path / "static" / "staticfiles.json").exists()
    before = (tmp_path / "static" / "collected").stat().st_mtime_ns
    for file in (ROOT / "static").rglob("*.css"):  # an image may not keep the times of files
        file.touch()
    assert machine.run("build", build.split()).stderr == ""
    assert (tmp_path / "static" / "collected").stat().st_mtime_ns == before


@pytest.fixture
def servers() -> Iterator[Servers]:
    """PostgreSQL and Redis as new."""
    folder = Path(mkdtemp(dir="/tmp"))  # a path that every account may pass
    folder.chmod(0o711)
    made = Servers(folder, state.secrets(folder), durable=False)
    with made.in_use():
        yield made
    shutil.rmtree(folder)


def test_postgres_gives_each_login_the_password_of_its_secret(servers: Servers, tmp_path: Path) -> None:
    """roles.sql runs wherever the embedded servers start; here comes what compose runs after it, and again when a
    password is changed."""
    folder = tmp_path / "secrets"
    script = tmp_path / "logins.sql"
    script.write_text((ROOT / "deploy" / "logins.sql").read_text().replace("/run/secrets", str(folder)))
    with servers.superuser() as connection, connection.cursor() as cursor:
        cursor.execute("DROP DATABASE kc")
    for _ in range(2):
        subprocess.run([ROOT / "deploy" / "secrets", tmp_path], check=True, capture_output=True)
        subprocess.run(
            [servers.client("psql"), "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-f", script],
            env={
                "PATH": os.defpath,
                "PGHOST": str(servers.sockets),
                "PGUSER": "postgres",
                "PGPASSWORD": servers.secrets["postgres"],
            },
            check=True,
            capture_output=True,
        )
        for name in ("database_url", "database_owner_url", "database_backup_url"):
            address = (folder / name).read_text().strip().replace("@postgres:5432/kc", "@/kc")
            psycopg2.connect(f"{address}?host={servers.sockets}").close()
        (folder / "kc_app_password").unlink()
        (folder / "database_url").unlink()


def test_redis_takes_the_password_of_its_secret_alone(
    servers: Servers, secrets: Path, tmp_path: Path
) -> None:
    service = OURS["services"]["redis"]
    words = [word.replace("/run/secrets", str(secrets)) for word in service["command"]]
    socket = tmp_path / "redis.sock"
    more = ["--port", "0", "--unixsocket", str(socket), "--dir", str(tmp_path)]
    process = subprocess.Popen([str(servers._redis_program()), *words, *more], stdout=subprocess.DEVNULL)
    try:
        password = (secrets / "redis_url").read_text().split(":")[2].split("@")[0]
        known = Redis(unix_socket_path=str(socket), password=password)
        end = time.monotonic() + 60
        while not socket.exists():
            assert time.monotonic() < end
            time.sleep(0.05)
        assert known.ping() is True
        with pytest.raises(AuthenticationError):
            Redis(unix_socket_path=str(socket)).ping()
    finally:
        process.terminate()
        process.wait()


# -- The proxy ----------------------------------------------------------------------------------------


def _directives() -> dict[str, list[str]]:
    text = re.sub(r"(?m)(^|\s)#.*$", "", (ROOT / "deploy" / "nginx.conf").read_text())
    found: dict[str, list[str]] = {}
    for name, rest in re.findall(r"(?m)^\s*(\w+) ([^{}\n]*);", text):
        found.setdefault(name, []).append(rest)
    return found


def test_the_proxy_tells_the_program_the_truth_and_leads_to_it() -> None:
    said = _directives()
    headers = dict(shlex.split(line) for line in said["proxy_set_header"])
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["Host"] == "$host"
    assert said["set"] == ["$web http://web:8000"]
    assert "EXPOSE 8000" in DOCKERFILE
    assert said["listen"] == ["8080", "8443 ssl"]
    assert OURS["services"]["proxy"]["ports"] == ["80:8080", "443:8443"]
    given = {f"/run/secrets/{name}" for name in OURS["services"]["proxy"]["secrets"]}
    assert {*said["ssl_certificate"], *said["ssl_certificate_key"]} == given


def test_the_proxy_waits_for_slow_lines_and_the_program_does_not() -> None:
    said = _directives()
    assert said["client_max_body_size"] == ["100m"]
    assert not {"proxy_request_buffering", "proxy_buffering"} & {*said}  # both are on unless turned off
    written = {said[name][0] for name in ("client_body_temp_path", "proxy_temp_path")}
    assert all(place.startswith("/var/cache/nginx/") for place in written)
    assert "proxy:/var/cache/nginx" in OURS["services"]["proxy"]["volumes"]
    assert seconds(said["proxy_read_timeout"][0]) > 60  # gunicorn's own
