"""What the database refuses, in words: its rules by name (budgets/sql, projects/sql) and a sentence for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction

from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Refused

# By name of the rule and the part that was broken; {0} what was to be booked in all, {1} what is allowed.
_SENTENCES = {
    ("G1", "allocated"): (
        "Tổng kinh phí đã giao sẽ là {0}, vượt dự toán được giao trong năm của nguồn này ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 6 khoản 3; Thông tư liên tịch 26/2014, Điều 8 khoản 1). "
        "Hãy giảm số giao, hoặc ghi nhận dự toán bổ sung trước khi giao."
    ),
    ("G2", "allocated"): (
        "Kinh phí giao cho đề án sẽ là {0}, vượt kinh phí được phê duyệt sau điều chỉnh ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 11 khoản 2). Hãy giao không quá số được phê duyệt, hoặc giảm số đã giao "
        "trước khi giảm số phê duyệt."
    ),
    ("G3", "contracted"): (
        "Kinh phí ký hợp đồng, giao nhiệm vụ sẽ là {0}, vượt kinh phí đã giao cho đề án ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 12 khoản 2). Hãy giảm giá trị hợp đồng, hoặc giao thêm kinh phí trước."
    ),
    ("G6", "advanced_paid"): (
        "Tổng tạm ứng và thanh toán sẽ là {0}, vượt kinh phí theo hợp đồng, giao nhiệm vụ ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 14). Hãy giảm số tiền chuyển lần này."
    ),
    ("G6", "after_acceptance"): (
        "Đề án đã nghiệm thu {1}, nên tổng tạm ứng và thanh toán không thể lên {0} "
        "(Thông tư 36/2013/TT-BCT, Điều 12 khoản 6 và Điều 14). Hãy giảm số tiền chuyển lần này; số đã chuyển vượt "
        "nghiệm thu phải hoàn trả."
    ),
    ("G6", "cleared"): (
        "Số thanh toán tạm ứng sẽ là {0}, vượt số đã tạm ứng ({1}) (Thông tư 36/2013/TT-BCT, Điều 14). "
        "Hãy ghi phần vượt là thanh toán mới."
    ),
    ("G6", "cleared_paid"): (
        "Tổng thanh toán tạm ứng và thanh toán mới sẽ là {0}, vượt kinh phí được nghiệm thu ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 14). Hãy giảm số thanh toán, hoặc nghiệm thu phần còn lại trước."
    ),
    ("G7", "accepted"): (
        "Kinh phí nghiệm thu sẽ là {0}, vượt kinh phí theo hợp đồng, giao nhiệm vụ ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 19 khoản 1). Hãy nghiệm thu không quá giá trị hợp đồng."
    ),
    ("G7", "settled"): (
        "Số quyết toán sẽ là {0}, vượt kinh phí được nghiệm thu ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 19 khoản 1). Hãy quyết toán không quá số được nghiệm thu."
    ),
    ("G8", "outstanding"): (
        "Đề án còn dư tạm ứng {0} chưa thanh toán và chưa hoàn trả, nên chưa kết thúc hồ sơ được "
        "(Thông tư 36/2013/TT-BCT, Điều 12 khoản 6). Hãy thanh toán tạm ứng hoặc ghi nhận hoàn trả trước."
    ),
    ("G8", "disbursed"): (
        "Đề án đã nhận {0} nhưng chỉ được quyết toán {1}, nên chưa kết thúc hồ sơ được "
        "(Thông tư 36/2013/TT-BCT, Điều 12 khoản 6). Hãy ghi nhận hoàn trả phần chênh lệch trước."
    ),
    ("G9", ""): (
        "Các cơ sở thụ hưởng được hỗ trợ cộng lại {0}, khác kinh phí hỗ trợ của đề án ({1}). "
        "Hãy sửa mức hỗ trợ của từng cơ sở cho khớp với kinh phí của đề án."
    ),
    ("G9", "group"): (
        "Các cơ sở thụ hưởng của đề án nhóm được hỗ trợ cộng lại {0}, vượt kinh phí đã giao ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 10 khoản 1). Hãy giảm mức hỗ trợ của từng cơ sở."
    ),
    ("years", "year"): (
        "Kế hoạch của năm này sẽ là {0}, vượt phần của năm trong tổng kinh phí đã duyệt cho đề án nhiều năm ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 15 khoản 2). Hãy giảm mức của năm, hoặc điều chỉnh phân kỳ các năm trước."
    ),
    ("years", "total"): (
        "Các năm cộng lại sẽ là {0}, vượt tổng kinh phí hỗ trợ đã duyệt cho đề án nhiều năm ({1}) "
        "(Thông tư 36/2013/TT-BCT, Điều 11 khoản 2, Điều 15 khoản 2). Hãy giảm mức của một năm."
    ),
    ("later_year", "stopped"): ("Đề án đã ngừng thực hiện nên không lập phần kinh phí cho năm khác được."),
    ("later_year", "approved"): (
        "Đề án chưa được duyệt kinh phí cho năm này nên chưa lập được phần kinh phí của năm."
    ),
    ("advance_after_acceptance", ""): (
        "Khoản này chỉ được tạm ứng sau khi nghiệm thu: phần còn lại sau khi nghiệm thu toàn bộ, hoặc từng phần nếu "
        "hợp đồng quy định (Thông tư 36/2013/TT-BCT, Điều 13 khoản 3, Điều 14, Điều 15, Điều 16). Hãy nghiệm thu trước."
    ),
    ("G14", "person"): (
        "Việc này phải do chính người đang giữ chức vụ thực hiện. Hãy chọn lại chức vụ của ông, bà rồi làm lại."
    ),
    ("G14", "author"): (
        "Ông, bà đã soạn, gửi hoặc thực hiện đề án này, hoặc thuộc đơn vị thực hiện, nên không được thẩm định, quyết "
        "định hay nghiệm thu nó (nguyên tắc không tự giải quyết việc của mình). Hãy chuyển cho người khác cùng thẩm "
        "quyền."
    ),
    ("G14", "appraiser"): (
        "Ông, bà đã thẩm định hồ sơ này nên không được phê duyệt nó (nguyên tắc hai người). "
        "Hãy chuyển cho người khác cùng thẩm quyền."
    ),
    ("G14", "proposer"): (
        "Ông, bà đã xác nhận hoặc trình đề nghị này nên không được quyết định nó (nguyên tắc hai người). "
        "Hãy chuyển cho người khác cùng thẩm quyền."
    ),
    ("G14", "confirmer"): (
        "Ông, bà đã xác nhận khối lượng hoặc hồ sơ quyết toán của đề án này nên không được quyết định chuyển tiền hay "
        "quyết toán (nguyên tắc hai người). Hãy chuyển cho người khác cùng thẩm quyền."
    ),
    ("G14", "accountant"): (
        "Ông, bà là kế toán đã kiểm tra khoản này nên không đồng thời quyết định chi (nguyên tắc hai người). "
        "Hãy chuyển cho người khác cùng thẩm quyền."
    ),
    ("state_has_event", ""): (
        "Trạng thái của hồ sơ không khớp với nhật ký xử lý, nên thay đổi không được lưu. Hãy tải lại trang và làm "
        "lại; nếu còn gặp, hãy báo quản trị hệ thống."
    ),
    ("estimate_adds_up", ""): (
        "Có dòng dự toán mà các nguồn vốn cộng lại {0}, khác thành tiền {1}. "
        "Hãy chia lại các nguồn của dòng đó cho khớp với thành tiền."
    ),
    ("append_only", ""): (
        "Dữ liệu này đã ghi vào sổ, không sửa hay xóa được. Hãy ghi một bút toán hoặc một bước xử lý mới để điều chỉnh."
    ),
    ("ledger_line", "year"): (
        "Năm của bút toán khác năm ngân sách của đề án. Hãy ghi đúng năm ngân sách của đề án."
    ),
    ("ledger_line", "source"): (
        "Chương trình, tỉnh hoặc nguồn kinh phí của bút toán khác với đề án hay đơn vị được giao dự toán. "
        "Hãy ghi đúng nguồn: kinh phí quốc gia cho đề án quốc gia, kinh phí địa phương cho đề án địa phương."
    ),
    ("ledger_line", "holder"): (
        "Đơn vị phân bổ của bút toán không đúng với nguồn kinh phí. Hãy chọn đơn vị được giao dự toán của nguồn này."
    ),
    ("ledger_line", "corrects"): (
        "Bút toán điều chỉnh phải cùng loại, cùng nguồn, cùng đề án với bút toán gốc và không vượt số đã ghi. "
        "Hãy kiểm tra lại số tiền điều chỉnh."
    ),
}


class LimitExceeded(Refused):
    """The database refuses an amount: a guard of the ledger does not hold."""


def limit_sentence(error: IntegrityError) -> str | None:
    """The Vietnamese sentence, with amounts, for the rule that refused the write; None when it is none of these."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None:
        return None
    sentence = _SENTENCES.get((diagnosis.constraint_name, diagnosis.column_name or ""))
    if sentence is None or "{0}" not in sentence:
        return sentence
    return sentence.format(*(dong(int(amount)) for amount in diagnosis.message_detail.split()))


@contextmanager
def limits_in_words() -> Iterator[None]:
    """One (nested) transaction whose refusals by the database come as LimitExceeded with their sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        sentence = limit_sentence(error)
        if sentence is None:
            raise
        raise LimitExceeded(sentence) from error


@contextmanager
def rules_in_words() -> Iterator[None]:
    """As ``limits_in_words``, and what PostgreSQL keeps until the commit (G9, ``state_has_event`` …) is asked at the
    end of the block, so that the user hears of it and not of a failed commit."""
    with limits_in_words():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
