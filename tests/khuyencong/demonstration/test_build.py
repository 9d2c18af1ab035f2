"""Where the demonstration may be built by itself."""

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat

from accounts.models import User
from khuyencong.demonstration.build import is_welcome
from khuyencong.demonstration.people import accounts


@pytest.mark.django_db
def test_the_first_start_does_not_bring_it_where_others_work() -> None:
    assert is_welcome()  # to the cast, who bear the names of its people
    User.objects.filter(username__in=accounts()).update(username=Concat(Value("that."), F("username")))
    assert not is_welcome()
