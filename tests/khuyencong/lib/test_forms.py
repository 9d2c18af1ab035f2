import datetime as dt
import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from khuyencong.lib.forms import (
    CountField,
    DateField,
    Earlier,
    MoneyField,
    QuantityField,
    add_row,
    kept_key,
    lock,
    message_kept,
)


class FileForm(forms.Form):
    title = forms.CharField(label="Tên đề án", help_text="Ghi như trong công văn.")
    kind = forms.ChoiceField(
        label="Nguồn", choices=[("N", "Quốc gia"), ("L", "Địa phương")], widget=forms.RadioSelect
    )
    support = MoneyField(label="Kinh phí hỗ trợ")
    starts_on = DateField(label="Bắt đầu")
    note = forms.CharField(label="Ghi chú", required=False)


class Line(forms.Form):
    item = forms.CharField(label="Nội dung chi")
    quantity = QuantityField(label="Số lượng")


Lines = forms.formset_factory(Line, extra=0, can_delete=True)


class Page(HTMLParser):
    """Attributes of the elements of a page: all of them, and by id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    @property
    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.elements if attrs.get("id")]

    def named(self, name: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.elements if attrs.get("name") == name)

    def described(self, name: str) -> list[str]:
        return str(self.named(name).get("aria-describedby") or "").split()


def clean(field: forms.Field, typed: str) -> Any:
    return field.clean(typed)


# -- The page of a form


def test_help_error_warning_and_reason_are_tied_to_their_field() -> None:
    form = FileForm({"support": "1.5 triệu"})
    form.warnings = {"title": "Trùng tên một đề án năm 2026."}  # type: ignore[attr-defined]
    form.reasons = {"title": "Nêu rõ sản phẩm."}  # type: ignore[attr-defined]
    page = Page(str(form))
    assert page.described("title") == [
        "id_title_reason",
        "id_title_helptext",
        "id_title_error",
        "id_title_warning",
    ]
    assert page.described("support") == ["id_support_error"]
    assert page.described("note") == []
    assert set(page.described("title")) <= set(page.ids)


def test_what_was_written_the_time_before_stands_below_and_a_long_text_opens() -> None:
    form = FileForm()
    form.earlier = {  # type: ignore[attr-defined]
        "support": Earlier("Lần gửi 1", "300.000.000"),
        "note": Earlier("Lần gửi 1", "Một\nhai"),
    }
    html = str(form)
    assert Page(html).described("support") == ["id_support_earlier"]
    assert "Lần gửi 1: 300.000.000" in html
    assert "<summary>Lần gửi 1</summary>" in html
    assert Page(html).described("note") == []


def test_no_id_is_given_twice() -> None:
    form = FileForm({})
    form.reasons = {"kind": "Chọn lại."}  # type: ignore[attr-defined]
    ids = Page(str(form)).ids
    assert sorted(ids) == sorted(set(ids))


def test_every_input_has_a_label() -> None:
    page = Page(str(FileForm()) + str(Lines(initial=[{}], prefix="lines")))
    labelled = {attrs.get("for") for tag, attrs in page.elements if tag == "label"}
    inputs = {
        attrs["id"]
        for tag, attrs in page.elements
        if tag in {"input", "select", "textarea"} and attrs.get("type") != "hidden"
    }
    assert inputs - labelled == set()


def test_the_summary_counts_the_places_and_links_to_each_field() -> None:
    html = str(FileForm({"title": "Đề án"}))
    links = [attrs["href"] for tag, attrs in Page(html).elements if tag == "a"]
    assert "Có 3 chỗ cần sửa" in html
    assert links == ["#id_kind_field", "#id_support", "#id_starts_on"]
    assert {str(link).removeprefix("#") for link in links} <= set(Page(html).ids)


def test_a_form_without_errors_has_no_summary() -> None:
    assert "chỗ cần sửa" not in str(FileForm())


def test_the_summary_of_a_page_names_the_row_of_a_table() -> None:
    lines = Lines(
        {
            "l-TOTAL_FORMS": "2",
            "l-INITIAL_FORMS": "0",
            "l-0-item": "Máy",
            "l-0-quantity": "1",
            "l-1-item": "Tủ",
        },
        prefix="l",
    )
    html = render_to_string("forms/row_notes.html", {"form": lines.forms[1]})
    assert not lines.is_valid()
    assert "Số lượng: " in html
    assert 'id="id_l-1-quantity_error"' in html


def test_a_returned_file_opens_what_was_pinned_and_ignores_the_rest() -> None:
    stored = {"title": "Cũ", "kind": "N", "support": 300, "starts_on": dt.date(2027, 3, 1)}
    form = FileForm(
        {"title": "Lén sửa", "kind": "L", "support": "500", "starts_on": "2/3/2027"}, initial=stored
    )
    lock(form, opened={"support"})
    assert form.is_valid()
    assert form.cleaned_data == {**stored, "support": 500, "note": ""}
    page = Page(str(form))
    assert {name: "disabled" in page.named(name) for name in FileForm.base_fields} == {
        "title": True,
        "kind": True,
        "support": False,
        "starts_on": True,
        "note": True,
    }
    assert "Chỉ các mục được mở mới sửa được." in str(form)


def test_a_table_grows_by_a_row_without_script_and_keeps_what_was_typed() -> None:
    posted = QueryDict("l-TOTAL_FORMS=1&l-INITIAL_FORMS=0&l-0-item=M%C3%A1y&add_row=l")
    lines = Lines(add_row(posted, "l"), prefix="l")
    assert [form["item"].value() for form in lines.forms] == ["Máy", None]
    assert posted["l-TOTAL_FORMS"] == "1"


def test_the_empty_row_for_the_script_can_be_numbered() -> None:
    page = Page(str(Lines(prefix="lines")))
    assert page.named("lines-__prefix__-item")["id"] == "id_lines-__prefix__-item"


def test_a_page_of_a_form_needs_no_style_and_no_script_of_its_own() -> None:
    page = Page(str(FileForm({})) + str(Lines(initial=[{}], prefix="lines")))
    assert [
        attrs for _, attrs in page.elements if any(name == "style" or name.startswith("on") for name in attrs)
    ] == []


# -- Fields


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1.505.000.000", 1505000000), ("0", 0), ("1.505 triệu", 1505000000), ("300000000 đồng", 300000000)],
)
def test_money_is_read_as_officers_type_it(typed: str, amount: int) -> None:
    assert clean(MoneyField(), typed) == amount


@pytest.mark.parametrize("typed", ["1.5 triệu", "nhiều", "-1", "9223372036854775808", "0,5"])
def test_money_that_is_no_whole_amount_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        clean(MoneyField(), typed)


def test_an_empty_amount_is_none_and_a_stored_zero_is_shown() -> None:
    assert clean(MoneyField(required=False), " ") is None
    form = FileForm(initial={"support": 0})
    assert Page(str(form["support"])).named("support")["value"] == "0"


def test_a_stored_amount_is_shown_grouped_and_a_typed_one_as_typed() -> None:
    assert (
        Page(str(FileForm(initial={"support": 1505000000})["support"])).named("support")["value"]
        == "1.505.000.000"
    )
    assert (
        Page(str(FileForm({"support": "1.505 triệu"})["support"])).named("support")["value"] == "1.505 triệu"
    )


def test_an_amount_left_as_it_was_counts_as_unchanged() -> None:
    form = FileForm({"support": "1.505.000.000"}, initial={"support": 1505000000})
    assert "support" not in form.changed_data


@pytest.mark.parametrize(("typed", "number"), [("2", "2"), ("1,5", "1.5"), ("1.250,125", "1250.125")])
def test_a_quantity_has_a_comma(typed: str, number: str) -> None:
    assert clean(QuantityField(), typed) == Decimal(number)


def test_a_stored_quantity_is_shown_with_a_comma() -> None:
    assert Line(initial={"quantity": Decimal("1.500")})["quantity"].value() == "1,5"


@pytest.mark.parametrize("typed", ["1,2345", "hai", "1.5"])
def test_a_quantity_that_is_unclear_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        clean(QuantityField(), typed)


@pytest.mark.parametrize("typed", ["05/03/2027", "5-3-2027", " 05.03.2027 ", "05032027"])
def test_a_day_is_typed_day_first(typed: str) -> None:
    assert clean(DateField(), typed) == dt.date(2027, 3, 5)


def test_a_day_that_does_not_exist_is_refused_with_an_example() -> None:
    with pytest.raises(forms.ValidationError, match="dd/mm/yyyy, ví dụ 05/03/2027"):
        clean(DateField(), "mùng 5")


def test_a_stored_day_is_shown_day_first_as_text() -> None:
    field = Page(str(FileForm(initial={"starts_on": dt.date(2027, 3, 5)})["starts_on"])).named("starts_on")
    assert (field["type"], field["value"]) == ("text", "05/03/2027")


# -- What the browser may forget


def test_a_message_carries_the_key_of_the_form_to_forget() -> None:
    request = RequestFactory().get("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    message_kept(request, "Đã gửi về Sở.", "project-KCQG-2027-0001")
    (message,) = get_messages(request)
    assert (str(message), kept_key(message.extra_tags)) == ("Đã gửi về Sở.", "project-KCQG-2027-0001")
    assert kept_key("") == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/02/2026", "Tháng 2 năm 2026 không có ngày 31."),
        ("29-2-2027", "Tháng 2 năm 2027 không có ngày 29."),
        ("31042026", "Tháng 4 năm 2026 không có ngày 31."),
        ("00/05/2026", "Tháng 5 năm 2026 không có ngày 0."),
        ("05/13/2026", "Không có tháng 13. Ghi ngày trước, tháng sau, ví dụ 05/03/2027."),
        ("mai", "Ghi ngày theo dạng dd/mm/yyyy, ví dụ 05/03/2027."),
        ("5/3/26", "Ghi ngày theo dạng dd/mm/yyyy, ví dụ 05/03/2027."),
    ],
)
def test_a_day_that_does_not_exist_is_told_as_such(typed: str, sentence: str) -> None:
    with pytest.raises(forms.ValidationError, match=re.escape(sentence)):
        DateField().clean(typed)


@pytest.mark.parametrize(("typed", "count"), [("12", 12), ("1.250", 1250), (" 1 250 ", 1250), ("0", 0)])
def test_a_count_is_read_as_it_is_grouped(typed: str, count: int) -> None:
    assert CountField().clean(typed) == count


@pytest.mark.parametrize("typed", ["1,5", "5 triệu", "1.5", "nhiều"])
def test_a_count_is_whole(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="Ghi số nguyên, không có phần lẻ"):
        CountField().clean(typed)


def test_a_count_may_be_left_open_where_it_is_not_asked_for() -> None:
    assert CountField(required=False).clean("") is None
    with pytest.raises(forms.ValidationError, match="Số phải từ 0 trở lên"):
        CountField().clean("-3")


def test_a_browser_cuts_nothing_that_is_pasted_and_the_answer_says_how_long_it_may_be() -> None:
    class Titled(forms.Form):
        title = forms.CharField(max_length=5)

    assert "maxlength" not in str(Titled()["title"])
    answer = Titled({"title": "Máy sấy lạnh"})
    assert (answer.is_valid(), answer["title"].value()) == (False, "Máy sấy lạnh")
    assert "5 ký tự" in answer.errors["title"][0]
