"""What is kept, what is taken once, and what the operator may do about it."""

from __future__ import annotations

import threading
import time

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import FactorEvent, PositionKind, RecoveryCode, Totp
from accounts.second_factor import rules, services
from accounts.second_factor.seal import seal, unseal
from accounts.services import issue_token, token_of
from accounts.tenancy import acting_as
from khuyencong.lib.workflow import Refused
from tests.accounts.second_factor.phone import SECRET, code, person, with_app, wrong_code
from tests.cast import position

pytestmark = pytest.mark.django_db

SIGN = {
    PositionKind.DIRECTOR, PositionKind.DEPUTY_DIRECTOR, PositionKind.ACCOUNTANT, PositionKind.CHAIR,
    PositionKind.VICE_CHAIR, PositionKind.DIRECTOR_GENERAL, PositionKind.DEPUTY_DIRECTOR_GENERAL,
    PositionKind.MINISTER, PositionKind.VICE_MINISTER, PositionKind.OPERATOR,
}  # fmt: skip
DO_NOT = {
    PositionKind.DIVISION_HEAD,
    PositionKind.OFFICER,
    PositionKind.CLERK,
    PositionKind.VIEWER,
    PositionKind.AUDITOR,
}


def test_heads_deputies_accountants_and_the_operator_need_it_and_who_prepares_does_not() -> None:
    assert not SIGN & rules.PASSWORD_IS_ENOUGH
    assert rules.PASSWORD_IS_ENOUGH >= DO_NOT


def test_the_secret_lies_sealed_and_opens_with_the_installation_s_key_only(settings: Settings) -> None:
    with_app("dept.head.hai-phong")
    kept = Totp.objects.get().secret
    assert SECRET not in kept
    assert unseal(kept) == SECRET
    settings.SECRET_KEY = "x" * 50
    assert unseal(kept) is None
    assert services.take_code(person("dept.head.hai-phong"), code()) is False


def test_a_code_is_right_once_and_so_is_what_came_before_it() -> None:
    head = with_app("dept.head.hai-phong")
    now, before = code(), code(-1)
    assert services.take_code(head, f" {now[:3]} {now[3:]} ")
    assert not services.take_code(head, now)
    assert not services.take_code(head, before)


@pytest.mark.parametrize(("away", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(away: int, taken: bool) -> None:
    at = (
        time.time() // services.STEP * services.STEP + 15
    )  # in the middle, so that the test crosses no border
    import pyotp

    shown = pyotp.TOTP(SECRET).at(int(at) + away * services.STEP)
    assert (services.matching_step(SECRET, shown, at=at) is not None) is taken


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "०१२३४५", "a" * 5000])
def test_what_is_no_code_is_taken_for_none(typed: str) -> None:
    assert not services.take_code(with_app("dept.head.hai-phong"), typed)


def test_after_ten_wrong_codes_from_wherever_the_right_one_is_not_read_for_a_quarter_of_an_hour() -> None:
    head = with_app("dept.head.hai-phong")
    for _ in range(services.GUESSES):
        assert not services.take_code(head, wrong_code())
    assert not services.take_code(head, code())
    assert "không được nhận cho đến" in rules.why_refused(head)
    Totp.objects.update(blocked_until=timezone.now())
    assert services.take_code(head, code())


def test_recovery_codes_serve_once_and_a_new_set_ends_the_old() -> None:
    head = with_app("dept.head.hai-phong")
    old = services.make_codes(head)
    assert len(set(old)) == services.CODES
    assert services.take_code(head, old[0].upper().replace("-", " "))
    assert not services.take_code(head, old[0])
    new = services.make_codes(head)
    assert not services.take_code(head, old[1])
    assert services.take_code(head, new[0])
    assert not RecoveryCode.objects.filter(digest__in=new).exists()
    assert list(FactorEvent.objects.values_list("kind", flat=True)) == [
        "CODE_USED",
        "CODES_MADE",
        "CODE_USED",
        "CODES_MADE",
    ]


def test_somebody_else_s_recovery_code_opens_nothing() -> None:
    theirs = services.make_codes(with_app("dept.head.thai-nguyen"))
    assert not services.take_code(with_app("dept.head.hai-phong"), theirs[0])


def test_the_operator_resets_with_a_reason_which_ends_keys_and_stays_written() -> None:
    head = with_app("dept.head.hai-phong")
    services.make_codes(head)
    _, key = issue_token(head, second_factor=True)
    with pytest.raises(Refused, match="Hãy ghi lý do"):
        services.reset_factor(head, reason=" ", by=position("operator"))
    assert rules.has_factor(head)
    services.reset_factor(head, reason="Mất điện thoại", by=position("operator"))
    assert (rules.has_factor(head), RecoveryCode.objects.exists(), token_of(key)) == (False, False, None)
    event = FactorEvent.objects.first()
    assert event is not None
    assert (event.kind, event.by, event.reason) == ("RESET", position("operator"), "Mất điện thoại")


def test_the_database_refuses_a_reset_without_author_or_reason() -> None:
    for by, reason in ((None, "Mất"), (position("operator"), "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            FactorEvent.objects.create(person=person("operator"), kind="RESET", by=by, reason=reason)


@pytest.mark.parametrize("table", ["totp", "passkey", "recoverycode", "factorevent"])
@pytest.mark.parametrize("account", ["dept.head.hai-phong", "agency.head"])
def test_no_position_reads_a_second_factor_in_raw_sql(table: str, account: str) -> None:
    with acting_as(position(account)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, 'SELECT, INSERT, UPDATE, DELETE')", [f"accounts_{table}"]
        )
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize("what", ["code", "recovery"])
def test_of_two_windows_at_once_one_alone_gets_in_with_a_code(what: str, committed_db: None) -> None:
    head = with_app("dept.head.hai-phong")
    typed = code() if what == "code" else services.make_codes(head)[0]
    barrier, taken = threading.Barrier(4), []

    def window() -> None:
        try:
            barrier.wait()
            taken.append(services.take_code(head, typed))
        finally:
            connection.close()

    windows = [threading.Thread(target=window) for _ in range(4)]
    for each in windows:
        each.start()
    for each in windows:
        each.join()
    assert sorted(taken) == [False, False, False, True]


def test_a_secret_that_was_sealed_reads_differently_each_time() -> None:
    assert seal(SECRET) != seal(SECRET)
    assert django_settings.SECRET_KEY not in seal(SECRET)
