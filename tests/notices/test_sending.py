"""The outbox against a real mail server: sent once, tried again, given up; a worker that dies doubles nothing."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import User
from notices.letters import reader_of
from notices.models import Mail, MailState, Reader
from notices.sending import DIED, MOST_ATTEMPTS, due_mails, send_again, send_mail
from tests.notices.post import PostOffice

ADDRESS = "ong.ba@tinh.example"


def queued(**fields: Any) -> Mail:
    values: dict[str, Any] = {
        "person": User.objects.get(username="dept.hai-phong"),
        "address": ADDRESS,
        "subject": "Khuyến công: 2 thông báo, ngày 27/11/2026",
        "text": "Kính gửi ông, bà.\n.\nDòng sau dấu chấm.\n",
        "html": "<p>Kính gửi ông, bà.</p>",
        "message_id": f"<{Mail.objects.count()}.thu@khuyencong.example>",
        "next_try": timezone.now(),
    }
    return Mail.objects.create(**values | fields)


def now(mail: Mail) -> Mail:
    return Mail.objects.get(pk=mail.pk)


def sweep() -> None:
    """What beat does every half minute."""
    for pk in due_mails():
        send_mail(pk)


def later(mail: Mail) -> None:
    """As if the time until the next try, and the lease, had passed."""
    past = timezone.now() - dt.timedelta(seconds=1)
    Mail.objects.filter(pk=mail.pk).update(next_try=past)
    Mail.objects.filter(pk=mail.pk, lease_until__isnull=False).update(lease_until=past)


@pytest.mark.django_db
def test_a_letter_is_sent_once_with_its_heads_and_both_bodies(office: PostOffice) -> None:
    mail = queued()
    sweep()
    sweep()
    (letter,) = office.letters
    assert letter["To"] == ADDRESS
    assert letter["From"] == "Khuyến công <khuyencong@bo.example>"
    assert letter["Subject"] == mail.subject
    assert letter["Message-ID"] == mail.message_id
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<https://khuyencong.example/thong-bao/cach-nhan/>"
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None and plain.get_content().replace("\r\n", "\n") == mail.text
    assert html is not None and html.get_content().strip() == mail.html
    assert (now(mail).state, now(mail).attempts, now(mail).reason) == (MailState.SENT, 1, "")
    assert now(mail).sent_at is not None


@pytest.mark.django_db
def test_a_server_that_is_busy_is_asked_again_later_and_in_the_end_given_up(office: PostOffice) -> None:
    mail = queued()
    office.answers["RCPT"] = "451 busy"
    sweep()
    waiting = now(mail)
    assert (waiting.state, waiting.reason) == (MailState.QUEUED, "Máy chủ thư trả lời 451: busy")
    assert waiting.next_try is not None and waiting.next_try > timezone.now()
    assert due_mails() == []
    for _ in range(MOST_ATTEMPTS):
        later(mail)
        sweep()
    assert (now(mail).state, now(mail).attempts) == (MailState.FAILED, MOST_ATTEMPTS)
    assert now(mail).reason == f"Đã thử {MOST_ATTEMPTS} lần. Máy chủ thư trả lời 451: busy"
    office.answers.clear()
    assert send_again(mail.pk)
    sweep()
    assert [letter["Message-ID"] for letter in office.letters] == [mail.message_id]


@pytest.mark.django_db
def test_an_address_that_is_refused_is_marked_and_the_letter_ends(office: PostOffice) -> None:
    mail = queued()
    User.objects.filter(pk=mail.person_id).update(email=ADDRESS)
    office.answers["RCPT"] = "550 5.1.1 no such user"
    sweep()
    assert (now(mail).state, now(mail).reason) == (
        MailState.FAILED,
        "Máy chủ thư trả lời 550: 5.1.1 no such user",
    )
    person = User.objects.get(pk=mail.person_id)
    assert reader_of(person).address() == ""
    person.email = "moi@tinh.example"
    person.save()
    assert reader_of(person).address() == "moi@tinh.example"


@pytest.mark.django_db
def test_a_server_that_relays_for_nobody_blames_no_address(office: PostOffice) -> None:
    queued()
    office.answers["RCPT"] = "554 5.7.1 relay access denied"
    sweep()
    assert not Reader.objects.exclude(refused_address="").exists()


@pytest.mark.django_db
def test_a_text_that_is_refused_fails_and_one_that_is_refused_for_now_waits(office: PostOffice) -> None:
    office.answers["DATA"] = "552 too big"
    big = queued()
    sweep()
    assert now(big).state == MailState.FAILED
    office.answers["DATA"] = "452 disk full"
    full = queued()
    sweep()
    assert now(full).state == MailState.QUEUED
    office.answers.clear()
    later(full)
    sweep()
    assert len(office.letters) == 1


@pytest.mark.django_db
def test_no_line_break_comes_into_a_head(office: PostOffice) -> None:
    for fields in ({"subject": "A\r\nBcc: x@y.example"}, {"address": "a@b.example\nBcc: x@y.example"}):
        mail = queued(**fields)
        sweep()
        assert now(mail).state == MailState.FAILED
    assert office.letters == []


@pytest.mark.django_db
def test_without_a_server_nothing_is_tried(settings: Any) -> None:
    settings.MAIL_SERVER = None
    mail = queued()
    sweep()
    assert (now(mail).state, now(mail).attempts) == (MailState.QUEUED, 0)


@pytest.mark.django_db
def test_a_server_that_is_away_is_waited_for(office: PostOffice, settings: Any) -> None:
    settings.MAIL_SERVER = type(office.server)("127.0.0.1", 9, tls=False)
    mail = queued()
    sweep()
    assert now(mail).state == MailState.QUEUED
    assert now(mail).reason == "Không nói chuyện được với máy chủ thư (ConnectionRefusedError)."


@pytest.mark.django_db
def test_a_password_does_not_go_over_an_open_line(
    office: PostOffice, settings: Any, monkeypatch: Any
) -> None:
    """The server stands on another machine, as far as its name tells."""
    server = type(office.server)("xa.example", office.server.port, tls=False, user="a", password="b")
    settings.MAIL_SERVER = server
    real = socket.create_connection
    monkeypatch.setattr(
        "socket.create_connection",
        lambda address, *rest, **more: real(("127.0.0.1", address[1]), *rest, **more),
    )
    mail = queued()
    sweep()
    assert (now(mail).state, "smtps://" in now(mail).reason) == (MailState.QUEUED, True)


@pytest.mark.django_db
def test_two_workers_at_one_letter_send_one(office: PostOffice) -> None:
    mail = queued()
    taken = Mail.objects.filter(pk=mail.pk).update(lease_until=timezone.now() + dt.timedelta(minutes=1))
    assert taken == 1
    send_mail(mail.pk)
    assert due_mails() == [] and office.letters == []


def killed_at(step: str, office: PostOffice, mail: Mail) -> None:
    """Send the letter in a process of its own, which the server kills with SIGKILL at ``step``."""
    connections.close_all()
    child = os.fork()
    if child == 0:  # pragma: no cover (dies)
        try:
            send_mail(mail.pk)
        finally:
            os._exit(1)
    kill: Callable[[], None] = lambda: os.kill(child, signal.SIGKILL)  # noqa: E731
    office.at[step] = kill
    _, status = os.waitpid(child, 0)
    office.at.clear()
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_before_the_text_goes_out_loses_nothing(office: PostOffice) -> None:
    mail = queued()
    killed_at("RCPT", office, mail)
    assert (now(mail).state, office.letters) == (MailState.QUEUED, [])
    assert due_mails() == []
    later(mail)
    sweep()
    assert (now(mail).state, len(office.letters)) == (MailState.SENT, 1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_when_the_text_is_out_doubles_nothing(office: PostOffice) -> None:
    mail = queued()
    killed_at("DATA", office, mail)
    assert (now(mail).state, len(office.letters)) == (MailState.HANDING, 1)
    for _ in range(3):
        later(mail)
        sweep()
    assert (now(mail).state, now(mail).reason) == (MailState.UNCLEAR, DIED)
    assert len(office.letters) == 1
    assert send_again(mail.pk)
    sweep()
    assert [letter["Message-ID"] for letter in office.letters] == [mail.message_id] * 2
