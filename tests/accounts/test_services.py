import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import services
from accounts.models import OrganisationKind, PositionKind, Token, User
from accounts.queries import organisation_on, system_position
from accounts.tenancy import positions_of
from khuyencong.lib.dates import today
from tests.cast import position

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return services.create_person(
        "thu.le", full_name="Lê Thị Thu", password="mat-khau-lan-dau", by=position("operator")
    )


def test_a_new_person_must_change_the_first_password(person: User) -> None:
    assert person.check_password("mat-khau-lan-dau")
    assert person.must_change_password


def test_changing_the_password_ends_the_keys_and_the_duty(person: User) -> None:
    _, key = services.issue_token(person)
    services.change_password(person, new="bốn-con-trâu-qua-sông")
    person.refresh_from_db()
    assert person.check_password("bốn-con-trâu-qua-sông")
    assert not person.must_change_password
    assert services.token_of(key) is None


@pytest.mark.parametrize("weak", ["ngan", "q1w2e3r4t5y6", "lê thị thu 12"])
def test_a_weak_password_is_refused(person: User, weak: str) -> None:
    with pytest.raises(ValidationError):
        services.change_password(person, new=weak)


def test_a_position_is_held_from_the_first_to_the_last_day(person: User) -> None:
    first, last = today(), today() + dt.timedelta(days=9)
    given = services.give_position(
        person,
        organisation=organisation_on("so-cong-thuong-hai-phong"),
        kind=PositionKind.OFFICER,
        valid_from=first,
        by=position("operator"),
    )
    services.end_position(given, on=last, by=position("operator"))
    assert given.title == "Chuyên viên"
    assert positions_of(person.pk, first - dt.timedelta(days=1)) == []
    assert positions_of(person.pk, first) == positions_of(person.pk, last) == [given]
    assert positions_of(person.pk, last + dt.timedelta(days=1)) == []


def test_a_position_cannot_end_before_it_began(person: User) -> None:
    with pytest.raises(ValidationError):
        services.end_position(position("dept.hai-phong"), on=dt.date(2012, 1, 1), by=position("operator"))


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("trung-tam-khuyen-cong-hai-phong", PositionKind.DIRECTOR_GENERAL),
        ("cuc-khuyen-cong", PositionKind.CHAIR),
        ("ubnd-hai-phong", PositionKind.OPERATOR),
        ("bo-cong-thuong", PositionKind.SYSTEM),
    ],
)
def test_a_kind_of_position_exists_only_at_its_kind_of_body(
    person: User, slug: str, kind: PositionKind
) -> None:
    with pytest.raises(ValidationError):
        services.give_position(person, organisation=organisation_on(slug), kind=kind, by=position("operator"))


def test_every_kind_of_organisation_has_its_positions() -> None:
    assert set(services.GIVEN_AT) == set(OrganisationKind)


def test_a_key_signs_in_until_it_is_revoked_or_expires(person: User) -> None:
    token, key = services.issue_token(person)
    found = services.token_of(key)
    assert found == token
    assert found is not None
    assert found.user == person
    assert key not in {token.digest, str(token)}
    services.revoke_token(token)
    assert services.token_of(key) is None
    other, other_key = services.issue_token(person)
    Token.objects.filter(pk=other.pk).update(expires_at=timezone.now())
    assert services.token_of(other_key) is None


def test_the_key_of_somebody_who_may_not_sign_in_is_refused(person: User) -> None:
    _, key = services.issue_token(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert services.token_of(key) is None


def test_scheduled_work_acts_as_the_bodys_own_position() -> None:
    agency = organisation_on("cuc-khuyen-cong")
    assert system_position(agency).person is None
