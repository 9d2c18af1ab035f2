"""A flagship project over three years (đề án điểm): the first is accepted, the second on its way, the third to come."""

from __future__ import annotations

import datetime as dt

from accounts.tenancy import acting_as
from budgets.models import Activity, Programme
from khuyencong.demonstration.dossiers import MILLION, Cost, Dossier, Part
from khuyencong.demonstration.money import name_files
from khuyencong.demonstration.walk import Scene, Walk, same
from khuyencong.demonstration.writing import attach_papers, write_file
from projects.models import Establishment, Nature
from projects.services.files import save_content, save_estimate, save_schedule, save_shares
from projects.services.years import begin_year, save_years

TN = "thai-nguyen"
Register = dict[str, Establishment]

TITLE = "Phát triển sản phẩm chè Thái Nguyên gắn với đổi mới công nghệ chế biến và xây dựng nhãn hiệu"

FIRST = Dossier(
    TN, Programme.NATIONAL, 2026, "T10", TITLE,
    (
        Cost("Máy diệt men chè bằng hơi nước", "máy", 2, 260, 260),
        Cost("Máy sấy hồng ngoại, tách cẫng quang học", "máy", 2, 290, 240),
    ),
    (Part("che-tan-cuong", 260), Part("che-la-bang", 240)), "chè xanh, chè hữu cơ", "dây chuyền chế biến chè",
    "Chè của hai hợp tác xã có chất lượng nhưng công đoạn diệt men, sấy còn thủ công và chưa có nhãn hiệu chung.",
    "Ba năm hình thành chuỗi chế biến, nhãn hiệu và phân phối chung cho chè Thái Nguyên.",
    "Giá bán tăng 30%, sản lượng chè đóng gói đạt 90 tấn mỗi năm.",
)  # fmt: skip

SECOND = Dossier(
    TN, Programme.NATIONAL, 2027, "T10", TITLE,
    (
        Cost("Hệ thống đóng gói hút chân không tự động", "hệ thống", 2, 230, 230),
        Cost("Xây dựng, đăng ký nhãn hiệu tập thể và bộ nhận diện", "gói", 1, 70, 35),
    ),
    (Part("che-tan-cuong", 135), Part("che-la-bang", 130)), "chè xanh, chè hữu cơ", "hệ thống đóng gói",
)  # fmt: skip

YEARS = (
    (500, 600, "Diệt men, sấy bằng thiết bị mới ở hai hợp tác xã", "04 máy, 02 cơ sở"),
    (265, 265, "Đóng gói tự động; xây dựng, đăng ký nhãn hiệu tập thể", "02 hệ thống, 01 nhãn hiệu tập thể"),
    (
        120,
        120,
        "Phòng trưng bày, đưa sản phẩm lên sàn thương mại điện tử",
        "01 phòng trưng bày, 02 gian hàng số",
    ),
)
"""Support and counterpart of each year in million đồng, what is done, what comes of it; all years together stay within
the norms of the two beneficiaries."""


def tell_years(scene: Scene, register: Register) -> None:
    first = _written(scene, register)
    first.on(2, 2).submit().on(2, 16).appraise()
    name_files(scene, TN, 2026, dt.date(2026, 2, 25), [first])
    _decide(first, "register", "dept.head", "BC-SCT", dt.date(2026, 2, 26))
    first.on(3, 16).appraise(account="agency.officer", priority_rank=1)
    _decide(first, "propose", "agency.head", "TTr-ĐCK", dt.date(2026, 3, 26))
    _decide(first, "approve", "ministry.leader", "QĐ-BCT", dt.date(2026, 4, 13))
    _decide(first, "allocate", "agency.head", "TB-ĐCK", dt.date(2026, 5, 11))
    first.on(5, 26).contract(500 * MILLION).on(6, 2).start()
    first.on(7, 22).progress(45, 495 * MILLION).on(8, 21).progress(80, 880 * MILLION)
    first.on(8, 25).ask_advance(350 * MILLION).on(9, 1).advance(350 * MILLION)
    first.on(9, 22).progress(100, 1100 * MILLION)
    first.on(11, 10).accept({"machinery_establishments": 2, "machines_supported": 4})
    second = _begun(first, register)
    second.on(10, 15).submit().on(10, 22).appraise()
    name_files(scene, TN, 2027, dt.date(2026, 10, 26), [second])
    _decide(second, "register", "dept.head", "BC-SCT", dt.date(2026, 10, 29))


def _decide(walk: Walk, action: str, account: str, symbol: str, day: dt.date) -> None:
    walk.scene.decide(action, account, symbol, day, same(walk), slug=TN)


def _written(scene: Scene, register: Register) -> Walk:
    walk = write_file(scene, FIRST, register, dt.date(2026, 1, 26), nature=Nature.FLAGSHIP)
    by = walk.who("centre")
    with acting_as(by):
        year = walk.now()
        last = {"ends_on": dt.date(FIRST.year + len(YEARS) - 1, 11, 30)}
        version = save_content(year, by=by, version=year.project.version, values=last)
        save_years(
            year,
            by=by,
            version=version,
            parts=[
                {
                    "support": support * MILLION,
                    "counterpart": counterpart * MILLION,
                    "stages": stages,
                    "results": results,
                }
                for support, counterpart, stages, results in YEARS
            ],
            activities=list(Activity.objects.filter(code__in=["T17", "T18"])),
        )
    return walk


def _begun(first: Walk, register: Register) -> Walk:
    """The second year's part: its own estimate, shares and steps in the place of those taken over."""
    day = dt.date(2026, 10, 6)
    by = first.who("centre")
    with acting_as(by):
        year = begin_year(first.now(), SECOND.year, by=by, on=day)
        version = save_estimate(year, by=by, version=year.project.version, lines=SECOND.lines())
        old = {share.establishment_id: share.place for share in year.shares.all()}
        shares = [
            {
                "establishment": register[key],
                "place": old[register[key].pk],
                "support": support,
                "counterpart": counterpart,
            }
            for key, support, counterpart in SECOND.shares()
        ]
        version = save_shares(year, by=by, version=version, shares=shares)
        save_schedule(year, by=by, version=version, items=SECOND.schedule())
        attach_papers(year, SECOND, by, day)
    return Walk(first.scene, year, TN, day)
