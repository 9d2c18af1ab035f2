import pytest

from khuyencong.lib.paper import Signature
from projects.papers.appraisal import appraisal_html
from tests.khuyencong.lib import printed
from tests.projects.papers import samples


def test_the_five_contents_of_article_9_are_answered_in_order() -> None:
    text = printed.text(samples.printed_pdf(appraisal_html(samples.appraisal())))
    answers = (
        "1 Mức độ phù hợp của đề án với các nguyên tắc lập đề án khuyến công Phù hợp.",
        "Hợp lý.",
        "3 Năng lực của đơn vị thực hiện, đơn vị phối hợp, đơn vị thụ hưởng Đủ năng lực.",
        "Không trùng nguồn.",
        "5 Sự phù hợp và đầy đủ của hồ sơ, tài liệu của đề án Hồ sơ đầy đủ.",
    )
    places = [text.replace("TT Nội dung Ý kiến thẩm định ", "").find(answer) for answer in answers]
    assert -1 not in places
    assert places == sorted(places)


def test_the_amounts_asked_and_recommended_stand_in_figures_and_words() -> None:
    text = printed.text(samples.printed_pdf(appraisal_html(samples.appraisal())))
    assert "tổng kinh phí 720.000.000 đồng, trong đó hỗ trợ từ kinh phí khuyến công 300.000.000 đồng" in text
    assert "280.000.000 đồng (Bằng chữ: Hai trăm tám mươi triệu đồng)" in text


@pytest.mark.parametrize(("form", "named"), [("4a", True), ("4b", True), ("", False)])
def test_the_form_says_whose_layout_it_is(form: str, named: bool) -> None:
    text = printed.text(samples.printed_pdf(appraisal_html(samples.appraisal(form=form))))
    assert "Phiếu do phần mềm lập, các mục theo năm nội dung thẩm định tại Điều 9" in text
    assert (f"(Mẫu số {form})" in text) is named


def test_a_form_without_named_beneficiaries_has_no_table_of_them() -> None:
    assert "Đối tượng, điều kiện hỗ trợ" in appraisal_html(samples.appraisal())
    assert "Đối tượng, điều kiện hỗ trợ" not in appraisal_html(samples.appraisal(beneficiaries=()))


def test_the_appraiser_may_sign_beside_the_head() -> None:
    both = (
        Signature(lines=("NGƯỜI THẨM ĐỊNH",), name="Phạm Quang Huy"),
        Signature(lines=("GIÁM ĐỐC",), name="Vũ Đức Thắng"),
    )
    text = printed.text(
        samples.printed_pdf(appraisal_html(samples.appraisal(frame=samples.frame(signatures=both))))
    )
    assert "NGƯỜI THẨM ĐỊNH GIÁM ĐỐC Phạm Quang Huy Vũ Đức Thắng Nơi nhận:" in text
