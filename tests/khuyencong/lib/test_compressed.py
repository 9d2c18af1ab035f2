"""What goes out compressed, and what does not."""

from __future__ import annotations

import gzip

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from khuyencong.lib.compressed import CompressedTexts

TEXT = b"khuyen cong " * 100


def sent(kind: str, accepts: str = "gzip, deflate") -> HttpResponse:
    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(TEXT, content_type=kind)

    return CompressedTexts(view)(RequestFactory().get("/", headers={"Accept-Encoding": accepts}))  # type: ignore[return-value]


def test_a_page_is_compressed_for_those_who_take_it() -> None:
    answer = sent("text/html; charset=utf-8")
    assert (answer["Content-Encoding"], gzip.decompress(answer.content)) == ("gzip", TEXT)
    assert answer["Vary"] == "Accept-Encoding"
    assert sent("text/html", accepts="").content == TEXT


def test_a_pdf_is_sent_as_it_is() -> None:
    assert sent("application/pdf").content == TEXT
