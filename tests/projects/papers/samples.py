"""One paper of each sort, as a ministry, a department and a centre would fill it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from khuyencong.lib.paper import PaperFrame, Signature, capacity_lines
from khuyencong.lib.pdf import render_pdf
from projects.papers.acceptance import AcceptancePaper, AcceptedOutput, Party
from projects.papers.appraisal import AppraisalPaper, AppraisedBeneficiary
from projects.papers.decision import ApprovedGroup, ApprovedLine, LocalDecision, NationalDecision
from projects.papers.parts import Funding, Period
from projects.papers.project import Beneficiary, EstimateRow, ProjectPaper, Step
from projects.papers.registration import RegisteredGroup, RegisteredLine, RegistrationPaper

CENTRE = "Trung tâm Khuyến công và Xúc tiến thương mại Hải Phòng"
AGENCY = "Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công"
TITLE = "Hỗ trợ ứng dụng máy móc tiên tiến trong sản xuất khuôn mẫu cơ khí chính xác"
SITE = "xã An Lão, thành phố Hải Phòng"
PERIOD = Period(date(2027, 3, 1), date(2027, 11, 30))
SHARE = Funding(national=300_000_000, counterpart=420_000_000)


def printed_pdf(html: str) -> bytes:
    return render_pdf(
        html, title=TITLE, author=CENTRE, created=datetime(2026, 5, 12, tzinfo=UTC), identifier="mẫu"
    )


def frame(**changes: Any) -> PaperFrame:
    known: dict[str, Any] = {
        "superior": "UBND thành phố Hải Phòng",
        "issuer": "Sở Công Thương",
        "symbol": "BC-SCT",
        "number": "1284",
        "place": "Hải Phòng",
        "dated": date(2026, 6, 10),
        "type_name": "Báo cáo",
        "summary": "Đăng ký kế hoạch khuyến công quốc gia năm 2027",
        "signatures": (Signature(lines=capacity_lines("Giám đốc"), name="Vũ Đức Thắng"),),
        "recipients": ("Như trên", "Lưu: VT, QLCN"),
    }
    return PaperFrame(**known | changes)


def project(**changes: Any) -> ProjectPaper:
    machine = EstimateRow(
        position="1",
        item="Trung tâm gia công đứng CNC 3 trục",
        unit="máy",
        quantity=Decimal("1.500"),
        unit_price=480_000_000,
        amount=720_000_000,
        funding=SHARE,
        basis="Báo giá số 15/BG",
    )
    supervision = EstimateRow(
        position="2", item="Nghiệm thu", amount=7_500_000, funding=Funding(national=7_500_000)
    )
    heading = EstimateRow(
        position="I", item="Máy móc tiên tiến", amount=720_000_000, funding=SHARE, heading=True
    )
    known: dict[str, Any] = {
        "frame": frame(symbol="ĐA-TTKC", number="7", type_name="Đề án", summary=TITLE, issuer=CENTRE),
        "code": "KCQG-2027-0001",
        "title": TITLE,
        "programme": "khuyến công quốc gia",
        "year": 2027,
        "implementer": CENTRE,
        "implementer_address": "phường Hồng Bàng, thành phố Hải Phòng",
        "subject": "đề án",
        "parts": True,
        "partner": "",
        "beneficiaries": (
            Beneficiary(
                name="Công ty TNHH Cơ khí Tân Tiến",
                details="Doanh nghiệp nhỏ và vừa",
                place=SITE,
                support=300_000_000,
                counterpart=420_000_000,
            ),
        ),
        "place": SITE,
        "period": PERIOD,
        "need": "Máy phay cơ cũ, sai số lớn.\n\nĐơn hàng đòi hỏi độ chính xác cao.",
        "objectives": "Vận hành 01 trung tâm gia công.",
        "scale": "Máy mới 100%.",
        "content": "Khảo sát, mua sắm, lắp đặt, nghiệm thu.",
        "schedule": (Step(work="Mua sắm, lắp đặt máy", period=PERIOD, responsible="Đơn vị thụ hưởng"),),
        "estimate": (heading, machine, supervision),
        "organisation": "Trung tâm ký hợp đồng hỗ trợ với đơn vị thụ hưởng.",
        "effects": "Doanh thu tăng 20%.",
    }
    return ProjectPaper(**known | changes)


def registered(code: str, funding: Funding = SHARE, nature: str = "") -> RegisteredLine:
    return RegisteredLine(
        code=code,
        title=TITLE,
        nature=nature,
        implementer=CENTRE,
        beneficiaries=("Công ty TNHH Cơ khí Tân Tiến",),
        place=SITE,
        objective="01 máy CNC",
        period=PERIOD,
        funding=funding,
    )


def registration(*groups: RegisteredGroup) -> RegistrationPaper:
    return RegistrationPaper(
        frame=frame(recipients_to=(AGENCY,), authority="Sở Công Thương thành phố Hải Phòng"),
        year=2027,
        reporter="Sở Công Thương thành phố Hải Phòng",
        agency=AGENCY,
        area="thành phố Hải Phòng",
        last_year_results="Năm 2025 thực hiện 1.586.629.000 đồng.",
        this_year_progress="Đã ký hợp đồng 09 đề án.",
        aims="Ưu tiên cơ khí, công nghiệp hỗ trợ.",
        groups=groups,
    )


def appraisal(**changes: Any) -> AppraisalPaper:
    known: dict[str, Any] = {
        "frame": frame(
            symbol="PTĐ-SCT", type_name="Phiếu thẩm định", summary="Đề án khuyến công quốc gia cấp cơ sở"
        ),
        "form": "4b",
        "code": "KCQG-2027-0001",
        "title": TITLE,
        "programme": "khuyến công quốc gia",
        "year": 2027,
        "activity": "Ứng dụng máy móc tiên tiến",
        "implementer": CENTRE,
        "partner": "",
        "beneficiaries": (
            AppraisedBeneficiary(
                name="Công ty TNHH Cơ khí Tân Tiến", place=SITE, eligibility="Doanh nghiệp nhỏ và vừa ở xã"
            ),
        ),
        "place": SITE,
        "period": PERIOD,
        "asked": SHARE,
        "findings": ("Phù hợp.", "Hợp lý.", "Đủ năng lực.", "Không trùng nguồn.", "Hồ sơ đầy đủ."),
        "recommended": 280_000_000,
        "conclusion": "Đề nghị hỗ trợ",
        "appraised_by": "Phòng Quản lý công nghiệp",
    }
    return AppraisalPaper(**known | changes)


def approved(code: str, funding: Funding = SHARE) -> ApprovedLine:
    return ApprovedLine(
        code=code,
        title=TITLE,
        implementer=CENTRE,
        beneficiaries=("Công ty TNHH Cơ khí Tân Tiến",),
        place=SITE,
        funding=funding,
    )


def national_decision(*groups: ApprovedGroup, **changes: Any) -> NationalDecision:
    return NationalDecision(
        frame=frame(
            **{
                "superior": "",
                "issuer": "Bộ Công Thương",
                "symbol": "QĐ-BCT",
                "type_name": "Quyết định",
                "summary": "Phê duyệt kế hoạch khuyến công quốc gia năm 2027",
                "authority": "Bộ trưởng Bộ Công Thương",
            }
            | changes
        ),
        programme="khuyến công quốc gia",
        year=2027,
        plan_round="đợt 1",
        groups=groups,
        agency=AGENCY,
        finance_unit="Vụ Kế hoạch, Tài chính và Quản lý doanh nghiệp",
    )


def local_decision(*groups: ApprovedGroup) -> LocalDecision:
    return LocalDecision(
        frame=frame(
            superior="",
            issuer="Ủy ban nhân dân\ntỉnh Phú Thọ",
            symbol="QĐ-UBND",
            type_name="Quyết định",
            summary="Phê duyệt kế hoạch khuyến công địa phương năm 2026",
            authority="Chủ tịch Ủy ban nhân dân tỉnh Phú Thọ",
        ),
        programme="khuyến công địa phương",
        year=2026,
        plan_round="",
        groups=groups,
        area="tỉnh Phú Thọ",
        committee="Ủy ban nhân dân tỉnh Phú Thọ",
        implementers=("Giám đốc Trung tâm Khuyến công Phú Thọ",),
    )


def acceptance(**changes: Any) -> AcceptancePaper:
    sides = (
        ("Cơ quan nghiệm thu", "Sở Công Thương thành phố Hải Phòng", "Ông Vũ Đức Thắng, Phó Giám đốc"),
        ("Đơn vị thực hiện", CENTRE, "Bà Nguyễn Thị Ngọc Ánh, Giám đốc"),
        ("Đơn vị thụ hưởng", "Công ty TNHH Cơ khí Tân Tiến", "Bà Lê Thị Hoa, Giám đốc"),
        ("Ủy ban nhân dân xã", "Ủy ban nhân dân xã An Lão", "Ông Bùi Văn Khoa, Phó Chủ tịch"),
    )
    known: dict[str, Any] = {
        "frame": frame(
            symbol="BB-SCT",
            place="",
            type_name="Biên bản",
            summary="Nghiệm thu cơ sở đề án khuyến công quốc gia năm 2027",
            signatures=tuple(
                Signature(lines=(f"ĐẠI DIỆN {role.upper()}",), name=who.split(" ", 1)[1].partition(",")[0])
                for role, _, who in sides
            ),
            recipients=(),
        ),
        "form": "5a",
        "code": "KCQG-2027-0001",
        "title": TITLE,
        "programme": "khuyến công quốc gia",
        "contract": "Hợp đồng số 25/2027/HĐ-ĐCK ngày 10 tháng 3 năm 2027",
        "beneficiary": "Công ty TNHH Cơ khí Tân Tiến",
        "place": SITE,
        "held_on": date(2027, 10, 20),
        "held_at": "xưởng sản xuất của đơn vị thụ hưởng",
        "parties": tuple(Party(role=role, organisation=body, people=(who,)) for role, body, who in sides),
        "works": "Đã lắp đặt, chạy thử 01 máy.\nĐã làm nền móng bằng vốn đối ứng.",
        "outputs": (AcceptedOutput(name="Máy móc, thiết bị được hỗ trợ", unit="máy", value=1250),),
        "contracted": SHARE,
        "accepted": Funding(national=295_000_000, counterpart=435_500_000),
        "conclusion": "Thống nhất nghiệm thu.",
    }
    return AcceptancePaper(**known | changes)
