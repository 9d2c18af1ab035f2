import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from khuyencong.embedded import Servers

ROOT = Path(__file__).resolve().parents[2]
FORK = """
import os, signal
from khuyencong import supervisor
signal.signal(signal.SIGTERM, supervisor._ask_to_stop)
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGTERM))
try:
    supervisor._spawn(["true"])
except supervisor._Stop:
    print("stopped")
"""
PATIENCE = 60  # seconds for a start, on a busy machine


class Program:
    """`make run` on a state directory of the tests' own, kept from run to run so that a start is short."""

    def __init__(self, folder: Path, *command: str) -> None:
        self.folder, self.port = folder, _free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "KC_STATE": str(folder),
            "PORT": str(self.port),
            "KC_DEMO": "0",
        }
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", "khuyencong.supervisor"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def is_up(self) -> "Program":
        assert self.process.stdout
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line == f"Khuyến Công đang chạy tại http://127.0.0.1:{self.port}/ – nhấn Ctrl-C để dừng.\n":
                return self
        pytest.fail("".join(said))

    def says_after(self, asked: signal.Signals) -> tuple[str, int]:
        self.process.send_signal(asked)
        said, _ = self.process.communicate(timeout=PATIENCE)
        return said.splitlines()[-1], self.process.returncode

    def part(self, *words: str) -> int:
        """The oldest process of the program with these words on its command line; 0 when there is none."""
        return min(
            (pid for pid, line in self.running().items() if all(word in line for word in words)), default=0
        )

    def running(self) -> dict[int, str]:
        """Everything that belongs to the program but the supervisor, the servers included."""
        secrets = json.loads((self.folder / "secrets.json").read_text())
        servers, mark = Servers(self.folder, secrets), f"KC_SUPERVISED={secrets['id']}".encode()
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                is_part = mark in (process / "environ").read_bytes()
                if is_part or str(servers.sockets) in line or (process / "cwd").readlink() == servers.pgdata:
                    found[int(process.name)] = line
        return found

    def answers(self) -> bool:
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as client:
            client.request("GET", "/")
            return client.getresponse().status < 500
        return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    return ROOT / ".cache" / f"supervised-{worker_id}"


@pytest.fixture
def program(folder: Path) -> Iterator[Program]:
    started = Program(folder)
    yield started
    started.process.kill()
    started.process.communicate()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_whatever_is_killed_comes_back_and_ctrl_c_leaves_nothing_running(program: Program) -> None:
    program.is_up()
    assert program.answers()
    kinds = [
        ("gunicorn",),
        ("celery", " worker "),
        ("celery", " beat "),
        ("postgres", "-D"),
        ("redis-server",),
    ]
    killed = {kind: program.part(*kind) for kind in kinds}
    assert 0 not in killed.values()
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    assert _soon(lambda: all(program.part(*kind) not in (0, pid) for kind, pid in killed.items()))
    assert _soon(program.answers)
    assert program.says_after(signal.SIGINT) == ("Đã dừng.", 0)
    assert program.running() == {}


def test_after_the_supervisor_itself_was_killed_the_next_one_cleans_up_and_runs(folder: Path) -> None:
    first = Program(folder).is_up()
    left = set(first.running())
    first.process.kill()
    first.process.communicate()
    second = Program(folder).is_up()
    servers = {second.part("postgres", "-D"), second.part("redis.sock")}
    assert servers <= left
    assert {pid for pid in left & set(second.running()) if "postgres" not in second.running()[pid]} <= servers
    assert second.says_after(signal.SIGTERM) == ("Đã dừng.", 0)
    assert second.running() == {}


def test_a_second_program_on_the_same_data_is_refused_with_a_sentence(program: Program, folder: Path) -> None:
    program.is_up()
    second = Program(folder)
    said, _ = second.process.communicate(timeout=PATIENCE)
    assert (said, second.process.returncode) == (f"Chương trình đang chạy rồi với dữ liệu ở {folder}.\n", 1)
    assert program.answers()
    assert program.says_after(signal.SIGQUIT) == ("Đã dừng.", 0)
    assert program.running() == {}


def test_a_signal_sent_to_make_alone_stops_the_program(folder: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "Makefile"  # the house's installs packages first
    recipe.write_text(f"run:\n\t@exec {sys.executable} -m khuyencong.supervisor\n")
    program = Program(folder, "make", "-f", str(recipe), "run").is_up()
    program.process.send_signal(signal.SIGINT)
    said, _ = program.process.communicate(timeout=PATIENCE)
    assert "Đã dừng." in said.splitlines()
    assert program.process.returncode == -signal.SIGINT
    assert program.running() == {}


def test_a_signal_that_arrives_while_a_part_is_forked_is_not_lost(folder: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "KC_STATE": str(folder)}
    environment["DJANGO_SETTINGS_MODULE"] = "khuyencong.settings"
    command = [sys.executable, "-c", FORK]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("stopped\n", "")


@pytest.mark.parametrize("address", ["khong-co", "203.0.113.9"])
def test_an_address_that_is_not_this_machines_is_named(folder: Path, address: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "khuyencong.supervisor"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "KC_STATE": str(folder), "KC_BIND": address},
        capture_output=True,
        text=True,
    )
    sentence = f"Biến môi trường KC_BIND phải là địa chỉ IPv4 của máy này, không nhận «{address}».\n"
    assert (ended.returncode, ended.stderr) == (1, sentence)


def test_a_port_in_use_is_named(folder: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "khuyencong.supervisor"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "KC_STATE": str(folder), "PORT": str(port)},
            capture_output=True,
            text=True,
        )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"Không mở được cổng {port} (")
