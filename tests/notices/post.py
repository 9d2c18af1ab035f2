"""A mail server of the tests' own, which keeps what it takes and answers as it is told."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from khuyencong.environment import MailServer


class PostOffice:
    """``answers`` says what a step ("MAIL", "RCPT", "DATA") is answered instead of 250; ``at`` is called there."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.at: dict[str, Callable[[], None]] = {}
        self.server = MailServer("127.0.0.1", _free_port(), tls=False)

    def _answer(self, step: str) -> str | None:
        self.at.get(step, lambda: None)()
        return self.answers.get(step)

    async def handle_MAIL(self, _: Any, __: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        return self._answer("MAIL") or "250 OK"

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if (answer := self._answer("RCPT")) is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        if (answer := self.answers.get("DATA")) is not None:
            return answer
        self.letters.append(letter)
        self.at.get("DATA", lambda: None)()
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def open_office() -> Iterator[PostOffice]:
    office = PostOffice()
    controller = Controller(office, hostname=office.server.host, port=office.server.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
