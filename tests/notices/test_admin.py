"""The operator sees the way of letters, not their text, and sends again what did not go."""

from __future__ import annotations

import pytest

from accounts.models import User
from notices.models import Mail, MailState, Reader
from tests.projects.views.browsers import browser

pytestmark = pytest.mark.django_db

LIST = "/quan-tri/notices/mail/"


def failed(state: MailState = MailState.FAILED) -> Mail:
    return Mail.objects.create(
        person=User.objects.get(username="dept.hai-phong"),
        address="a@b.example",
        subject="Khuyến công: 2 thông báo",
        text="Nội dung riêng",
        html="<p>Nội dung riêng</p>",
        message_id=f"<{state}@x>",
        state=state,
        reason="Máy chủ thư trả lời 550: no",
        attempts=3,
    )


def test_the_outbox_tells_state_and_reason_and_not_the_text() -> None:
    mail = failed()
    client = browser("operator")
    for url in (LIST, f"{LIST}{mail.pk}/change/"):
        page = client.get(url).content.decode()
        assert "Không gửi được" in page and "Máy chủ thư trả lời 550: no" in page
        assert "Nội dung riêng" not in page
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{mail.pk}/change/", {"address": "x@y.example"}).status_code == 403


def test_the_operator_sends_again_what_failed_and_nothing_that_was_sent() -> None:
    lost, unclear, sent = failed(), failed(MailState.UNCLEAR), failed(MailState.SENT)
    chosen = {"action": "send_again", "_selected_action": [lost.pk, unclear.pk, sent.pk]}
    browser("operator").post(LIST, chosen)
    states = dict(Mail.objects.values_list("pk", "state"))
    assert states == {lost.pk: "QUEUED", unclear.pk: "QUEUED", sent.pk: "SENT"}


def test_the_operator_lets_letters_go_to_a_refused_address_again() -> None:
    person = User.objects.get(username="dept.hai-phong")
    Reader.objects.create(person=person, refused_address="a@b.example", refused_reason="550")
    client = browser("operator")
    assert "a@b.example" in client.get("/quan-tri/notices/reader/").content.decode()
    client.post("/quan-tri/notices/reader/", {"action": "try_again", "_selected_action": [person.pk]})
    assert Reader.objects.get(person=person).refused_address == ""


def test_nobody_else_sees_the_outbox() -> None:
    failed()
    assert browser("agency.officer").get(LIST, follow=True).status_code == 403
