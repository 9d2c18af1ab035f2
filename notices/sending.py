"""Sends the outbox. A letter is tried again until the moment its text is handed over, never after.

Written before it begins: the lease. Written just before the text goes out: ``HANDING``. Written after the server said
yes: ``SENT``. A worker that dies leaves the first (tried again) or the second (``UNCLEAR``: it may have arrived, so
only the operator sends it again, under the same Message-ID).
"""

from __future__ import annotations

import datetime as dt
import email.policy
import logging
import smtplib
import socket
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from khuyencong.environment import MailServer
from notices.letters import absolute
from notices.models import Mail, MailState, Reader

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=2)
TIMEOUT = 20
MOST_ATTEMPTS = 8
"""Waiting twice as long after each, from five minutes on: about ten hours in all, so that a night is bridged."""
FIRST_WAIT = dt.timedelta(minutes=5)
BATCH = 200
NO_SUCH_ADDRESS = (550, 551, 553)

DIED = "Chương trình gửi thư dừng đúng lúc trao thư cho máy chủ; không rõ thư đã đi hay chưa."
NO_ANSWER = "Máy chủ thư không trả lời sau khi nhận nội dung; không rõ thư đã đi hay chưa."


class NotNow(Exception):
    """The letter could not be handed over this time."""


class Never(Exception):
    """The server will not take this letter; ``address`` True: because of the address."""

    def __init__(self, reason: str, *, address: bool = False) -> None:
        super().__init__(reason)
        self.address = address


def due_mails() -> list[int]:
    """Letters to try now, the oldest first; those whose worker died while handing over become UNCLEAR."""
    now = timezone.now()
    Mail.objects.filter(state=MailState.HANDING, lease_until__lt=now).update(
        state=MailState.UNCLEAR, reason=DIED, lease_until=None
    )
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = Mail.objects.filter(free, state=MailState.QUEUED, next_try__lte=now)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])


def send_mail(pk: int) -> None:
    """Try the letter once, unless another worker is at it or it is no longer waiting."""
    server = settings.MAIL_SERVER
    now = timezone.now()
    free = Mail.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=pk, state=MailState.QUEUED)
    if server is None or not free.update(lease_until=now + LEASE, attempts=F("attempts") + 1):
        return
    mail = Mail.objects.get(pk=pk)
    try:
        smtp = _connected(server)
        try:
            _hand_over(smtp, mail)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
    except Never as never:
        _end(mail, MailState.FAILED, str(never))
        if never.address:
            refused = {"refused_address": mail.address, "refused_reason": str(never)[:300]}
            Reader.objects.update_or_create(person_id=mail.person_id, defaults=refused)
    except (NotNow, smtplib.SMTPException, OSError) as fault:
        _later(mail, fault)


def _connected(server: MailServer) -> smtplib.SMTP:
    """A connection over which the server will listen; the text of a login goes over TLS alone, but on this machine."""
    context = ssl.create_default_context()
    if server.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not server.tls and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        elif not server.tls and server.user and server.host not in ("localhost", "127.0.0.1", "::1"):
            raise NotNow("Máy chủ thư không có TLS, nên không gửi mật khẩu tới đó. Hãy dùng smtps://.")
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _hand_over(smtp: smtplib.SMTP, mail: Mail) -> None:
    try:
        content = message_of(mail).as_bytes()
    except ValueError as fault:  # a line break in a header, an address that is none
        raise Never(f"Thư không đúng khuôn dạng: {fault}") from fault
    sender = parseaddr(settings.MAIL_FROM)[1]
    code, answer = smtp.mail(sender)
    if code != 250:
        raise _refusal(code, answer)
    try:
        code, answer = smtp.rcpt(mail.address)
    except UnicodeEncodeError as fault:
        raise Never("Địa chỉ thư có chữ mà máy chủ thư không nhận.", address=True) from fault
    if code not in (250, 251):
        # 5.7.x is about the sender or the server's rules, not about the address.
        raise _refusal(code, answer, address=code in NO_SUCH_ADDRESS and not answer.startswith(b"5.7."))
    if not Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED, attempts=mail.attempts).update(
        state=MailState.HANDING, lease_until=timezone.now() + LEASE
    ):
        return  # another worker has taken it over
    try:
        code, answer = smtp.data(content)
    except smtplib.SMTPDataError as refused:  # said no to the text before it was sent
        said = refused.smtp_error
        code, answer = refused.smtp_code, said if isinstance(said, bytes) else said.encode()
    except (smtplib.SMTPException, OSError) as fault:
        log.warning("letter %s: no answer after the text: %s", mail.pk, fault)
        _end(mail, MailState.UNCLEAR, NO_ANSWER)
        return
    if code != 250:
        raise _refusal(code, answer)
    _end(mail, MailState.SENT, "", sent_at=timezone.now())


def message_of(mail: Mail) -> EmailMessage:
    """The letter as it goes out. Raises ValueError for a line break in a header or an address that is none."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = settings.MAIL_FROM
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{absolute('/thong-bao/cach-nhan/')}>"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _refusal(code: int, answer: bytes, *, address: bool = False) -> Exception:
    """5xx is for good, 4xx for now."""
    reason = f"Máy chủ thư trả lời {code}: {' '.join(answer.decode('utf-8', 'replace').split())}"[:300]
    return Never(reason, address=address) if code >= 500 else NotNow(reason)


def _later(mail: Mail, fault: Exception) -> None:
    reason = _words(fault)
    if mail.attempts >= MOST_ATTEMPTS:
        _end(mail, MailState.FAILED, f"Đã thử {mail.attempts} lần. {reason}")
        return
    Mail.objects.filter(
        pk=mail.pk, state__in=[MailState.QUEUED, MailState.HANDING], attempts=mail.attempts
    ).update(
        state=MailState.QUEUED,
        lease_until=None,
        next_try=timezone.now() + FIRST_WAIT * 2 ** (mail.attempts - 1),
        reason=reason[:300],
    )


def _words(fault: Exception) -> str:
    """Why the letter waits, for the operator; never the password."""
    if isinstance(fault, NotNow):
        return str(fault)
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return "Máy chủ thư không nhận tài khoản, mật khẩu trong KC_MAIL_URL."
    if isinstance(fault, ssl.SSLError):
        return "Không lập được TLS với máy chủ thư: chứng thư không đúng hoặc không tin được."
    if isinstance(fault, socket.gaierror):
        return "Không tìm thấy máy chủ thư trong KC_MAIL_URL."
    return f"Không nói chuyện được với máy chủ thư ({type(fault).__name__})."


def _end(mail: Mail, state: MailState, reason: str, *, sent_at: dt.datetime | None = None) -> None:
    Mail.objects.filter(
        pk=mail.pk, attempts=mail.attempts, state__in=[MailState.QUEUED, MailState.HANDING]
    ).update(state=state, reason=reason[:300], lease_until=None, sent_at=sent_at)


def send_again(pk: int) -> bool:
    """Put a letter that failed or is unclear back into the queue, under its Message-ID; the operator's act."""
    return bool(
        Mail.objects.filter(pk=pk, state__in=[MailState.FAILED, MailState.UNCLEAR]).update(
            state=MailState.QUEUED, attempts=0, lease_until=None, next_try=timezone.now(), reason=""
        )
    )
