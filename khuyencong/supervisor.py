"""What `make run` runs: the servers, then web, worker and beat, until Ctrl-C; a part that dies starts again.

Everything it starts carries a mark in its environment. A supervisor that was killed can clean up nothing, so
the next one finds by that mark what was left, and ends it first.
"""

import ctypes
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from django.conf import settings

from khuyencong import faults
from khuyencong.part import GRACE, NAMES, command
from khuyencong.state import private

ROOT = Path(__file__).resolve().parent.parent
MARK = "KC_SUPERVISED"
LONGEST_PAUSE = 30.0  # seconds between two starts of a part that keeps dying
STEADY = 60.0  # seconds after which a part counts as well again
PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
HEEDED = (*SIGNALS, signal.SIGALRM)


class _Stop(BaseException):
    """Somebody asked us to end."""


class _CannotStart(Exception):
    """A Vietnamese sentence for whoever typed `make run`."""


@dataclass
class _Part:
    name: str
    command: list[str]
    process: "subprocess.Popen[bytes]"
    started: float
    pause: float = 0.5
    resumes: float | None = None  # when a part that died starts again, on the monotonic clock


def main() -> None:
    """Ends with 0 after Ctrl-C or SIGTERM, with a sentence and 1 when it cannot start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as nohup wants it
            signal.signal(number, _ask_to_stop)
    if "MAKELEVEL" in os.environ:
        _end_with_parent()  # a `make` that is killed takes us with it
        _heed_make()
    try:
        with _alone(), settings.EMBEDDED.in_use() if settings.EMBEDDED else nullcontext():
            _run()
    except _Stop:
        _say("Đã dừng.")
    except _CannotStart as error:
        sys.exit(str(error))
    except Exception as error:
        faults.end(error)


def _run() -> None:
    parts: list[_Part] = []
    try:
        _require_free_port()
        _say("Đang chuẩn bị cơ sở dữ liệu …")
        prepared = _spawn([sys.executable, "manage.py", "prepare"])
        if prepared.wait() != 0:
            raise _CannotStart("Chưa chuẩn bị được cơ sở dữ liệu nên chương trình không khởi động.")
        parts += [_started(name) for name in NAMES]
        _wait_for_web(parts)
        _say(f"Khuyến Công đang chạy tại http://{_address()}:{settings.PORT}/ – nhấn Ctrl-C để dừng.")
        while True:
            time.sleep(1)
            if settings.EMBEDDED:
                settings.EMBEDDED.revive()
            for part in parts:
                _keep_alive(part)
    finally:
        _end_everything()


def _started(name: str) -> _Part:
    words = command(name)
    return _Part(name, words, _spawn(words), time.monotonic())


def _keep_alive(part: _Part) -> None:
    now = time.monotonic()
    if part.resumes is not None:
        if now >= part.resumes:
            part.process, part.started, part.resumes = _spawn(part.command), now, None
    elif part.process.poll() is not None:
        part.pause = 0.5 if now - part.started > STEADY else min(part.pause * 2, LONGEST_PAUSE)
        part.resumes = now + part.pause
        code = part.process.returncode
        _say(f"Phần «{part.name}» đã dừng (mã {code}); khởi động lại sau {part.pause:.0f} giây.")


def _wait_for_web(parts: list[_Part]) -> None:
    """Until the port answers; a part that dies before that has a fault which starting again does not cure."""
    while True:
        for part in parts:
            if part.process.poll() is not None:
                raise _CannotStart(f"Phần «{part.name}» không khởi động được (mã {part.process.returncode}).")
        with closing(socket.socket()) as client:
            client.settimeout(30)
            with suppress(OSError):
                client.connect((_address(), settings.PORT))
                client.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if client.recv(1):
                    return
        time.sleep(0.1)


def _spawn(command: list[str]) -> "subprocess.Popen[bytes]":
    """In a session of its own: Ctrl-C in the terminal reaches us alone, and we end the parts in order. Signals
    wait meanwhile: what their handler raises while Python forks is lost in Python's own callbacks."""
    environment = os.environ | {MARK: settings.SECRETS["id"], "PYTHONUNBUFFERED": "1"}
    environment.pop("MAKELEVEL", None)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    try:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_begin_part,  # safe: we run no threads
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_part() -> None:
    _end_with_parent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEEDED)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _heed_make() -> None:
    """End, too, when a signal reaches `make` alone. It passes on none but SIGTERM: in the handler of any other
    it waits for us for ever, and that signal is then blocked and no longer caught."""
    status = Path(f"/proc/{os.getppid()}/status")

    def look(*_: object) -> None:
        with suppress(OSError):
            found = dict(line.split(":", 1) for line in status.read_text().splitlines())
            blocked, ignored, caught = (int(found[name], 16) for name in ("SigBlk", "SigIgn", "SigCgt"))
            asked = blocked & ~ignored & ~caught
            is_first = signal.getsignal(signal.SIGINT) == _ask_to_stop  # Ctrl-C reaches both of us
            if is_first and "make" in found["Name"] and any(asked >> number - 1 & 1 for number in SIGNALS):
                _ask_to_stop()

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)


@contextmanager
def _alone() -> Iterator[None]:
    """One supervisor for one state directory; what a killed one left is ended first."""
    with private(settings.STATE_DIR / "supervisor.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _CannotStart(f"Chương trình đang chạy rồi với dữ liệu ở {settings.STATE_DIR}.") from None
        _end_everything()
        yield


def _end_everything() -> None:
    """Whatever carries our mark ends, by itself or, when the grace is over, by force."""
    end = time.monotonic() + GRACE
    asked: set[int] = set()
    while marked := _marked():
        force = time.monotonic() > end
        for pid in marked if force else marked - asked:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if force else signal.SIGTERM)
        asked |= marked
        time.sleep(0.05)


def _marked() -> set[int]:
    """Living processes that we, or a supervisor before us on the same data, started, and their children."""
    mark = f"{MARK}={settings.SECRETS['id']}".encode()
    found = set()
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):  # empty for a zombie
                found.add(int(folder.name))
    return found


def _require_free_port() -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.BIND, settings.PORT))
        except OSError as error:
            sentence = (
                f"Không mở được cổng {settings.PORT} ({error.strerror}); chọn cổng khác: make run PORT=8001."
            )
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                sentence = (
                    f"Biến môi trường KC_BIND phải là địa chỉ IPv4 của máy này, không nhận «{settings.BIND}»."
                )
            raise _CannotStart(sentence) from error


def _address() -> str:
    return "localhost" if settings.BIND == "0.0.0.0" else settings.BIND  # noqa: S104 (compared, not bound)


def _ask_to_stop(*_: object) -> NoReturn:
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # once is enough: what follows must not be cut short
    raise _Stop


def _say(sentence: str) -> None:
    with suppress(OSError):  # a log on a full disk must not end what still runs
        print(sentence, flush=True)


if __name__ == "__main__":
    main()
