import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import Http404
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from khuyencong.lib.forms import MoneyField
from khuyencong.lib.paging import Page


def render(source: str, **context: Any) -> str:
    return Template("{% load ui vi %}" + source).render(Context(context))


class Head(forms.Form):
    title = forms.CharField(label="Tên đề án")


class Line(forms.Form):
    price = MoneyField(label="Đơn giá")


Lines = forms.formset_factory(Line)


def test_one_summary_names_the_fields_of_the_form_and_the_rows_of_the_table() -> None:
    head = Head({})
    lines = Lines(
        {"l-TOTAL_FORMS": "2", "l-INITIAL_FORMS": "0", "l-0-price": "5", "l-1-price": "năm"}, prefix="l"
    )
    html = render("{% error_summary head lines %}", head=head, lines=lines)
    assert "Có 2 chỗ cần sửa" in html
    assert '<a href="#id_title">Tên đề án</a>: Mục này bắt buộc phải nhập.' in html
    assert '<a href="#id_l-1-price">Dòng 2, Đơn giá</a>: Không hiểu số tiền “năm”.' in html


def test_a_summary_follows_the_order_of_the_fields_not_that_of_the_checks() -> None:
    class Checked(forms.Form):
        first = forms.CharField(label="Một")
        second = forms.CharField(label="Hai")

        def clean(self) -> None:
            self.add_error(None, "Cả biểu mẫu.")
            self.add_error("first", "Sai một.")

    html = render("{% error_summary form %}", form=Checked({"first": "x"}))
    assert html.index("Cả biểu mẫu.") < html.index("Sai một.") < html.index(">Hai<")


def test_a_part_of_the_page_that_is_not_there_has_no_problems() -> None:
    assert render("{% error_summary head lines %}", head=None, lines=None).strip() == ""


def test_an_action_that_is_not_allowed_is_grey_and_says_why() -> None:
    actions = [
        {"action": "submit", "label": "Gửi Sở", "url": "/gui", "allowed": True, "reason": "", "main": True},
        {
            "action": "approve",
            "label": "Phê duyệt",
            "url": "/duyet",
            "allowed": False,
            "reason": "Việc của Bộ.",
        },
    ]
    html = " ".join(render("{% action_bar actions %}", actions=actions).split())
    assert '<a class="btn btn-primary" href="/gui" data-action="submit">Gửi Sở</a>' in html
    assert 'aria-disabled="true" aria-describedby="vi-sao-approve"' in html
    assert '<p id="vi-sao-approve">Việc của Bộ.</p>' in html
    assert "/duyet" not in html


def test_a_step_still_to_come_is_said_to_be_ahead_and_has_no_day() -> None:
    steps = [
        SimpleNamespace(
            phase="passed", label="Gửi", at=dt.datetime(2026, 11, 20, 1, 30, tzinfo=dt.UTC), by="Bình"
        ),
        SimpleNamespace(phase="here", label="Đã gửi Sở", at=None, due=dt.date(2026, 12, 1)),
        SimpleNamespace(phase="ahead", label="Thẩm định", at=None),
    ]
    html = render("{% route_log steps %}", steps=steps)
    assert html.count("<time") == 1
    assert "20/11/2026 08:30" in html
    assert "Hạn 01/12/2026" in html
    assert html.count('aria-current="step"') == 1
    assert html.count("(chưa đến)") == 1


def test_a_required_paper_that_is_not_there_is_missing_and_any_other_is_not() -> None:
    papers = [
        {"code": "D01", "name": "Công văn", "is_required": True, "files": []},
        {"code": "D09", "name": "Ưu tiên", "is_required": False, "files": []},
    ]
    html = render("{% paper_list papers %}", papers=papers)
    assert (html.count("Còn thiếu"), html.count("Không bắt buộc")) == (1, 1)


def test_the_pager_keeps_the_filters_of_the_address() -> None:
    page: Page[Any] = Page(rows=[], number=2, has_next=True, count=1000, is_capped=True)
    request = RequestFactory().get("/de-an", {"q": "chè", "page": "2"})
    html = render("{% pager page %}", page=page, request=request)
    assert 'href="?q=ch%C3%A8&amp;page=1"' in html
    assert 'href="?q=ch%C3%A8&amp;page=3"' in html


def test_a_figure_opens_the_files_behind_it_or_is_plain() -> None:
    assert render('{% figure "12" "/de-an?x=1" "đề án" %}') == (
        '<a class="kc-figure num" href="/de-an?x=1">12<span class="visually-hidden"> đề án</span></a>'
    )
    assert render('{% figure "–" %}') == '<span class="num">–</span>'


def test_a_badge_carries_the_state_for_its_tone_and_escapes_its_words() -> None:
    assert render('{% state_badge "approved" label %}', label="<b>") == (
        '<span class="kc-badge" data-state="approved">&lt;b&gt;</span>'
    )


def test_a_job_is_asked_about_until_it_is_finished() -> None:
    job = SimpleNamespace(pk=1, message="Đang dựng", done=3, total=7, is_finished=False, poll_url="/viec/1")
    running = render_to_string("components/job.html", {"job": job})
    assert 'hx-get="/viec/1"' in running
    assert 'value="3" max="7"' in running
    done = SimpleNamespace(pk=1, message="Xong", is_finished=True, result_url="/tep/1", poll_url="/viec/1")
    assert "hx-get" not in render_to_string("components/job.html", {"job": done})


@pytest.mark.parametrize("code", ["403", "404", "409"])
def test_a_refusal_says_what_to_do_next(code: str) -> None:
    request = RequestFactory().get("/")
    html = render_to_string(f"errors/{code}.html", {"exception": Http404("bí mật")}, request=request)
    assert '<a class="btn btn-primary" href="/">' in html
    assert "bí mật" not in html
