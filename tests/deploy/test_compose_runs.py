"""The commands of docker-compose.yml on this machine, with secrets by file: they start, answer, print a report, end."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from django.db import connections
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.services import issue_token
from khuyencong.health import NOT_PREPARED
from khuyencong.state import private
from reporting.leases import LEASE
from reporting.models import JobTicket
from tests import buckets, databases
from tests.deploy import compose
from tests.deploy.compose import PARTS, ROOT, Machine, seconds
from tests.reporting.ledgers import M, book

PATIENCE = 120  # seconds, on a busy machine
HOST = "khuyencong.example.vn"
VIEWER = "viewer.hai-phong"


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(mkdtemp(dir="/tmp"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What the test writes is there for the containers, too."""
    with django_db_blocker.unblock():
        yield
        databases.clone()


class Engine:
    """Starts containers, and ends all of them."""

    def __init__(self, folder: Path, files: tuple[str, ...], queue: int, **given: str) -> None:
        """`queue`: the number of Redis' database, so that nobody else's worker takes our jobs."""
        self.folder, self.queue = folder, queue
        self.services = compose.read(*files, KC_HOSTS=HOST, **given)["services"]
        self.port = _free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        subprocess.run([ROOT / "deploy" / "secrets", folder], check=True, capture_output=True)
        self.secrets = folder / "secrets"
        self.static = databases.servers().state / "collected"  # kept from run to run
        self._lead_to_the_servers_of_the_tests()

    def _lead_to_the_servers_of_the_tests(self) -> None:
        servers, name = databases.servers(), connections["owner"].settings_dict["NAME"]
        for secret, login in (("database_url", "kc_app"), ("database_owner_url", "kc_owner")):
            address = f"postgresql://{login}:{servers.secrets[login]}@/{name}?host={quote(str(servers.sockets), '')}"
            self.write(secret, address)
        self.write("redis_url", f"unix://{servers.sockets}/redis.sock?db={self.queue}")

    def write(self, secret: str, content: str) -> None:
        (self.secrets / secret).unlink(missing_ok=True)
        (self.secrets / secret).write_text(content + "\n")

    def machine(self, name: str = "machine") -> Machine:
        """With a disk of its own."""
        others = {"PORT": str(self.port), "KC_BIND": "127.0.0.1", "KC_STATIC": str(self.static)}
        place = self.folder / name
        place.mkdir(exist_ok=True)
        return Machine(place, self.services, self.secrets, others)

    def prepare(self) -> None:
        with self.preparing():
            pass

    @contextmanager
    def preparing(self) -> Iterator[Callable[[], bool]]:
        """Whether it is over. It must end well."""
        log = self.folder / "prepare.log"
        with private(self.static.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another process of the run may be at the same place
            started = self.machine().start("prepare", log)
            yield lambda: started.poll() is not None
            assert (started.wait(PATIENCE), log.read_text()) == (0, "")

    def start(self, service: str, *, on: str = "machine") -> subprocess.Popen[bytes]:
        started = self.machine(on).start(service, self.folder / f"{on}-{service}.log")
        self.running[f"{on}-{service}"] = started
        return started

    def says(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def wait(self, holds: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not holds():
            dead = {name: part.returncode for name, part in self.running.items() if part.poll() is not None}
            assert not dead, (dead, self.says())
            assert time.monotonic() < end, self.says()
            time.sleep(0.05)

    def asks(self, path: str, key: str = "", body: Any = None) -> tuple[int, bytes]:
        """As the proxy does."""
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Authorization": f"Token {key}"}
        data = None if body is None else json.dumps(body).encode()
        headers |= {"Content-Type": "application/json"} if data else {}
        request = Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310 (the same)
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def is_healthy(self) -> bool:
        return self.asks("/healthz")[0] == 200

    def stop(self, name: str) -> tuple[int, float]:
        """Exit code and seconds."""
        began, part = time.monotonic(), self.running.pop(name)
        part.terminate()
        return part.wait(PATIENCE), time.monotonic() - began

    def kill(self, name: str) -> None:
        """The container and all in it, at once."""
        part = self.running.pop(name)
        os.killpg(part.pid, signal.SIGKILL)
        part.wait()

    def close(self) -> None:
        for name in [*self.running]:
            with suppress(ProcessLookupError):
                self.kill(name)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _order(engine: Engine) -> tuple[str, dict[str, Any]]:
    """A report is ordered by the API; the key and the job."""
    _, key = issue_token(User.objects.get(username=VIEWER))
    status, answer = engine.asks(
        "/api/v1/reports/quarterly/", key, {"scope": "hai-phong", "year": 2026, "period": "q1"}
    )
    assert status == 202, answer
    return key, json.loads(answer)


def _state(engine: Engine, key: str, job: dict[str, Any]) -> str:
    return str(json.loads(engine.asks(f"/api/v1/jobs/{job['id']}/", key)[1])["state"])


def test_one_machine_starts_works_and_ends_by_the_commands_of_compose(committed: None, folder: Path) -> None:
    with ExitStack() as stack:
        engine = Engine(folder, ("docker-compose.yml",), queue=7)
        stack.callback(engine.close)
        engine.prepare()
        for part in PARTS:
            engine.start(part)
        engine.wait(engine.is_healthy)
        with engine.preparing() as over:  # an update: the old web serves while the tables are prepared
            while not over():
                assert engine.asks(reverse("sign_in"))[0] == 200
        assert json.loads(engine.asks("/healthz")[1]) == {"database": True, "redis": True, "migrations": True}
        status, page = engine.asks(reverse("sign_in"))
        [style, *_] = re.findall(rb'"(/static/[^"]+\.css)"', page)
        assert (status, engine.asks(style.decode())[0]) == (200, 200)
        book(year=2026, executed=77 * M)
        key, job = _order(engine)
        engine.wait(lambda: _state(engine, key, job) == "DONE")
        status, content = engine.asks(f"/api/v1/jobs/{job['id']}/file/", key)
        assert (status, content[:5]) == (200, b"%PDF-")
        services = engine.services
        web = services["web"]["healthcheck"]["test"]
        services["web"]["healthcheck"]["test"] = [word.replace("8000", str(engine.port)) for word in web]
        assert engine.machine().is_well("web")
        assert engine.machine().is_well("worker", HOSTNAME=socket.gethostname())
        assert not engine.machine().is_well("worker", HOSTNAME="khong-co")
        for part in PARTS:
            code, took = engine.stop(f"machine-{part}")
            assert code == 0, (part, engine.says())
            assert took < seconds(services[part]["stop_grace_period"])
        assert not engine.machine().is_well("web")


def test_two_machines_without_a_common_disk_and_one_dies_at_work(committed: None, folder: Path) -> None:
    """The files lie in the bucket; whoever is left finishes what the other had begun, once."""
    with ExitStack() as stack:
        address = stack.enter_context(buckets.store())
        files = ("docker-compose.yml", "deploy/compose.s3.yml")
        where = {"KC_FILES": f"s3://{buckets.BUCKET}/{buckets.PREFIX}", "KC_FILES_ENDPOINT": address}
        engine = Engine(folder, files, queue=8, **where, KC_FILES_REGION="us-east-1")
        stack.callback(engine.close)
        engine.write("files_key", buckets.KEY)
        engine.write("files_secret", buckets.SECRET)
        engine.prepare()
        engine.start("web", on="web")
        engine.start("beat", on="web")
        engine.start("worker", on="first")
        engine.wait(engine.is_healthy)
        key, job = _order(engine)
        engine.wait(lambda: JobTicket.objects.filter(attempts=1).exists())
        engine.kill("first-worker")
        assert JobTicket.objects.filter(job_id=job["id"], attempts=1).exists()  # it died at work
        engine.start("worker", on="second")
        engine.wait(lambda: _state(engine, key, job) == "DONE", seconds=PATIENCE + LEASE.total_seconds())
        status, content = engine.asks(f"/api/v1/jobs/{job['id']}/file/", key)
        assert (status, content[:5]) == (200, b"%PDF-")
        [stored] = buckets.objects(address).values()
        assert hashlib.sha256(stored).digest() == hashlib.sha256(content).digest()
        assert not JobTicket.objects.exists()
        assert [path for path in folder.glob("*/state/files/**/*") if path.is_file()] == []


@pytest.mark.parametrize("part", PARTS)
def test_no_part_serves_a_database_of_an_older_version(committed: None, folder: Path, part: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
    engine = Engine(folder, ("docker-compose.yml",), queue=9)
    with ExitStack() as stack:
        stack.callback(engine.close)
        started = engine.start(part)
        assert started.wait(PATIENCE) != 0
        assert NOT_PREPARED in engine.says()
        assert "Traceback" not in engine.says()
