"""What happened to the files in 2026, day by day. Every state of the chain is reached by somebody's act."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.tenancy import acting_as
from khuyencong.demonstration.dossiers import MILLION
from khuyencong.demonstration.money import name_files
from khuyencong.demonstration.plan_2026 import PLAN_2026, TASKS_2026
from khuyencong.demonstration.plan_2027 import DIRECT_2027, PLAN_2027
from khuyencong.demonstration.walk import Scene, Walk, same
from khuyencong.demonstration.writing import write_file
from projects.models import Establishment
from projects.services.files import save_content, save_estimate

HP, PT, TN = "hai-phong", "phu-tho", "thai-nguyen"
Register = dict[str, Establishment]

AIMS = (
    "Tập trung hỗ trợ ứng dụng máy móc tiên tiến trong chế biến nông sản và cơ khí nhỏ; ưu tiên cơ sở tại xã khó khăn, "
    "sản phẩm công nghiệp nông thôn tiêu biểu. (Số liệu minh họa.)"
)


def tell(scene: Scene, register: Register) -> None:
    """All files of 2026, then all of 2027."""
    national_2026(scene, register)
    tasks_2026(scene, register)
    local_2026(scene, register)
    national_2027(scene, register)
    local_2027(scene, register)
    direct_2027(scene, register)


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def money(millions: float) -> int:
    return round(millions * MILLION)


# -- national files of 2026 -------------------------------------------------------------------------


def national_2026(scene: Scene, register: Register) -> None:
    keys = [key for key, dossier in PLAN_2026.items() if dossier.programme == "NATIONAL"]
    f = {key: write_file(scene, PLAN_2026[key], register, day(1, 12 + n % 4)) for n, key in enumerate(keys)}
    for n, key in enumerate(keys):
        f[key].on(1, 19 + n % 4).submit()
    f["co-khi-nhom"].on(1, 28).send_back(
        "dept",
        ("file", "", "need", "Nêu rõ hiện trạng máy móc của từng cơ sở."),
        ("estimate", "2", "basis", "Bổ sung căn cứ giá của máy tiện CNC."),
    )
    _correct(
        f["co-khi-nhom"].on(2, 4),
        "Hiện trạng từng cơ sở: Kiến Phong có 5 máy tiện vạn năng, An Thọ Phát có 3 máy phay cũ, hợp tác xã Vĩnh "
        "Thuận cắt tôn bằng máy hàn hơi. ",
        "2",
        "Chứng thư thẩm định giá",
    )
    f["co-khi-nhom"].submit()
    for n, key in enumerate(keys):
        f[key].on(2, 9 + n % 4).appraise()
    for slug in (HP, PT, TN):
        own = [walk for walk in f.values() if walk.slug == slug]
        name_files(scene, slug, 2026, day(2, 20), own)
        scene.decide(
            "register",
            "dept.head",
            "BC-SCT",
            day(2, 24),
            same(*own),
            slug=slug,
            registration_round=scene.rounds[2026],
            texts={"aims": AIMS},
        )
    for n, key in enumerate(keys):
        recommended = money(750) if key == "duc-mau" else None
        officer = "agency.officer2" if n % 3 == 0 else "agency.officer"
        f[key].on(3, 9 + n % 4).appraise(recommended, account=officer, priority_rank=n + 1)
    scene.decide("propose", "agency.head", "TTr-ĐCK", day(3, 25), same(*f.values()))
    amended = (f["duc-mau"], "AMEND", money(700), "Giảm hạng mục lò nung trung tần, đơn vị tự đầu tư.")
    others = [walk for key, walk in f.items() if key != "duc-mau"]
    scene.decide("approve", "ministry.leader", "QĐ-BCT", day(4, 10), [*same(*others), amended])
    partial = (f["duc-mau"], "PARTIAL", money(500), "Dự toán đợt này chưa đủ, giao tiếp khi được bổ sung.")
    scene.decide("allocate", "agency.head", "TB-ĐCK", day(5, 8), [*same(*others), partial])
    _fish(f["cha-muc"])
    _machine_shops(f["co-khi-nhom"], register)
    _cardboard(f["giay-kraft"])
    _training(f["dan-lat"])
    _honey(f["mat-ong"])
    _tea(f["che-tan-cuong"])
    f["che-la-bang"].on(11, 2).contract(money(100), days=150)


def _correct(walk: Walk, need: str, position: str, basis: str) -> None:
    """The centre answers a return: the opened text gets a sentence in front, the opened line its basis."""
    by = walk.who("centre")
    with acting_as(by):
        year = walk.now()
        version = save_content(
            year, by=by, version=year.project.version, values={"need": need + year.project.need}
        )
        lines: list[dict[str, Any]] = [
            {
                name: getattr(line, name)
                for name in (
                    "position", "item", "unit", "quantity", "unit_price", "national", "local", "counterpart", "basis",
                )
            }
            for line in year.estimate.all()
        ]  # fmt: skip
        for line in lines:
            if line["position"] == position:
                line["basis"] = basis
        save_estimate(year, by=by, version=version, lines=lines)


def _fish(walk: Walk) -> None:
    """The whole way, to the archive."""
    walk.on(5, 20).contract(money(300), days=120).on(5, 25).start()
    walk.on(6, 22).progress(40, money(346)).on(7, 22).progress(75, money(650))
    walk.on(7, 24).ask_advance(money(210)).on(7, 31).advance(money(210)).on(8, 21).progress(100, money(865))
    walk.on(9, 10).accept({"machinery_establishments": 1, "machines_supported": 4, "technology_lines": 1})
    walk.on(9, 18).ask_payment(money(300), money(865)).on(9, 24).confirm_dossier()
    walk.on(9, 30).pay(cleared=money(210), paid=money(90)).on(10, 15).settle(money(300), money(865))
    walk.on(10, 30).close()


def _machine_shops(walk: Walk, register: Register) -> None:
    """Three beneficiaries, two of them accepted."""
    walk.on(5, 22).contract(money(600), days=220).on(5, 28).start()
    for month, percent in ((6, 20), (7, 45), (8, 73), (9, 82), (10, 90)):
        walk.on(month, 21).progress(percent, money(21.4 * percent))
        if month == 8:
            walk.on(8, 24).ask_advance(money(360)).on(8, 31).advance(money(360))
    counted = {"machinery_establishments": 1, "machines_supported": 1}
    walk.on(10, 23).accept(counted, only=[register["khuon"].tax_code])
    walk.on(11, 5).accept(counted, only=[register["co-khi-htx"].tax_code])


def _cardboard(walk: Walk) -> None:
    """Settled below what was paid, and the rest already refunded: waits for the archive."""
    walk.on(5, 20).contract(money(300), days=120).on(6, 1).start()
    walk.on(6, 23).progress(50, money(400)).on(7, 23).progress(100, money(800))
    walk.on(7, 27).ask_advance(money(210)).on(8, 4).advance(money(210))
    walk.on(8, 25).accept({"machinery_establishments": 1, "machines_supported": 2})
    cheaper = "Cơ sở mua máy thấp hơn giá dự toán."
    walk.on(9, 7).ask_payment(money(300), money(765), cheaper).on(9, 14).confirm_dossier()
    walk.on(9, 22).pay(cleared=money(210), paid=money(90)).on(10, 20).settle(money(285), money(765))
    walk.on(11, 3).refund(money(15))


def _training(walk: Walk) -> None:
    """Accepted and paid: waits for the liquidation."""
    walk.on(5, 21).contract(money(405), days=150).on(6, 1).start()
    walk.on(6, 22).progress(20, money(80)).on(6, 25).ask_advance(money(280)).on(7, 3).advance(money(280))
    walk.on(7, 22).progress(55, money(240)).on(8, 24).progress(90, money(390)).on(9, 23).progress(
        100, money(441)
    )
    walk.on(10, 6).accept({"workers_trained": 105, "workers_employed": 92, "training_courses": 3})
    walk.on(10, 16).ask_payment(money(405), money(441)).on(10, 27).confirm_dossier()
    walk.on(11, 9).pay(cleared=money(280), paid=money(125))


def _honey(walk: Walk) -> None:
    """Stopped by the minister; a part of the advance is still to be given back."""
    walk.on(5, 25).contract(money(280), days=150).on(6, 2).start()
    walk.on(6, 24).progress(30, money(180)).on(7, 23).progress(73, money(435))
    walk.on(7, 28).ask_advance(money(140)).on(8, 6).advance(money(140))
    walk.on(10, 14).stop("Hợp tác xã thiệt hại nặng do mưa lũ, đề nghị ngừng; Sở Công Thương đã xác nhận.")
    walk.on(11, 10).refund(money(100))


def _tea(walk: Walk) -> None:
    """At work; an advance is asked for and the report of October waits for the department."""
    walk.on(6, 1).contract(money(270), days=190).on(6, 8).start()
    walk.on(7, 22).progress(30, money(160)).on(8, 21).progress(50, money(270)).on(9, 22).progress(
        75, money(410)
    )
    walk.on(10, 22).progress(90, money(500), confirmed=False).on(11, 12).ask_advance(money(180))


def tasks_2026(scene: Scene, register: Register) -> None:
    """The agency's own tasks: one waits for the finance department's check, the other for its head."""
    f = {
        key: write_file(scene, dossier, register, day(1, 14), unit="agency.officer", unit_head="agency.head")
        for key, dossier in TASKS_2026.items()
    }
    for walk in f.values():
        walk.on(1, 20).act("agency.officer", "add_own_task").on(3, 11).appraise(account="agency.officer2")
    scene.decide("propose", "agency.head", "TTr-ĐCK", day(3, 26), same(*f.values()))
    scene.decide("approve", "ministry.leader", "QĐ-BCT", day(4, 13), same(*f.values()))
    scene.decide("allocate", "agency.head", "TB-ĐCK", day(5, 11), same(*f.values()))
    agency = scene.who("agency.head").organisation
    for key, total in (("tap-huan-2026", money(180)), ("nghiem-thu-2026", money(120))):
        walk = f[key].on(5, 18).contract(total, action="assign_task", days=150, accepting_body=agency)
        walk.on(5, 25).start().on(6, 22).progress(40, total * 2 // 5, confirmed=False)
        walk.on(7, 6).act(
            "agency.head", "draw", paper=walk.paper("RDT-ĐCK", "agency.head"), amount=total // 2
        )
        walk.on(9, 22).progress(100, total, confirmed=False)
        walk.on(10, 8).accept(account="agency.officer2", form="5c").on(10, 19).ask_payment(total, total)
    walk.on(10, 28).act("ministry.finance.officer", "confirm_settlement")
    walk.on(11, 4).act("ministry.finance.officer", "check_settlement", settled=total, real_cost=total)


# -- local files of 2026 -----------------------------------------------------------------------------


def local_2026(scene: Scene, register: Register) -> None:
    keys = [key for key, dossier in PLAN_2026.items() if dossier.programme == "LOCAL"]
    f = {key: write_file(scene, PLAN_2026[key], register, day(2, 2 + n % 4)) for n, key in enumerate(keys)}
    for n, key in enumerate(keys):
        f[key].on(2, 9 + n % 4).submit()
        f[key].on(3, 2 + n % 4).appraise()
    for slug in (HP, PT, TN):
        own = [walk for walk in f.values() if walk.slug == slug]
        rejected = [
            (walk, "REJECT", None, "Nhãn hiệu trùng với đề án của làng nghề đã được hỗ trợ năm 2025.")
            for walk in own
            if walk is f["go-thuong-hieu"]
        ]
        chosen = [walk for walk in own if walk is not f["go-thuong-hieu"]]
        scene.decide("give_opinion", "finance", "STC-TCHCSN", day(3, 16), same(*own), slug=slug)
        scene.decide("propose", "dept.head", "TTr-SCT", day(3, 24), same(*own), slug=slug)
        scene.decide("approve", "committee", "QĐ-UBND", day(4, 3), [*same(*chosen), *rejected], slug=slug)
        ready = [walk for walk in chosen if walk is not f["co-khi-tu-van"]]
        scene.decide("appraise_allocation", "finance", "STC-TCHCSN", day(4, 14), same(*ready), slug=slug)
        scene.decide("allocate", "dept.head", "QĐ-SCT", day(4, 22), same(*ready), slug=slug)
    _fair(f["coi-hoi-cho"])
    _broadcasts(f["truyen-thong"])
    _lychee(f["vai-say"])
    _chopsticks(f["dua-tre"])
    f["giam-sat"].on(11, 3).contract(money(120), action="assign_task", days=57)
    _two_tea_makers(f["che-dong-hy"])
    _tea_brand(f["che-nhan-hieu"])


def _fair(walk: Walk) -> None:
    """Settled below what was paid: a refund is due."""
    walk.on(5, 6).contract(money(60), days=90).on(5, 11).start()
    walk.on(6, 22).progress(60, money(48)).on(6, 24).ask_advance(money(42)).on(6, 30).advance(money(42))
    walk.on(7, 22).progress(100, money(80)).on(7, 28).accept({"establishments_at_fairs": 2, "booths": 2})
    walk.on(8, 5).ask_payment(money(60), money(80)).on(8, 11).confirm_dossier()
    walk.on(8, 18).pay(cleared=money(42), paid=money(18)).on(9, 8).settle(money(54), money(72))


def _broadcasts(walk: Walk) -> None:
    """A task at work."""
    walk.on(5, 7).contract(money(200), action="assign_task", days=230).on(5, 12).start()
    for month, percent in ((6, 15), (7, 30), (8, 45), (9, 60), (10, 75)):
        walk.on(month, 20).progress(
            percent, money(2 * percent), "Đã phát sóng chuyên mục, phát hành bản tin theo kế hoạch."
        )


def _lychee(walk: Walk) -> None:
    """Accepted; the settlement dossier waits for the department."""
    walk.on(5, 8).contract(money(200), days=150).on(5, 13).start()
    walk.on(6, 22).progress(75, money(386)).on(6, 25).ask_advance(money(140)).on(7, 1).advance(money(140))
    walk.on(7, 22).progress(100, money(515)).on(10, 28).accept(
        {"machinery_establishments": 1, "machines_supported": 2}
    )
    walk.on(11, 6).ask_payment(money(200), money(515))


def _chopsticks(walk: Walk) -> None:
    """The whole way, to the archive."""
    walk.on(5, 5).contract(money(140), days=100).on(5, 11).start()
    walk.on(5, 22).progress(30, money(93)).on(6, 23).progress(80, money(248))
    walk.on(6, 24).ask_advance(money(98)).on(6, 30).advance(money(98)).on(7, 23).progress(100, money(310))
    walk.on(8, 4).accept({"machinery_establishments": 1, "machines_supported": 4})
    walk.on(8, 12).ask_payment(money(140), money(310)).on(8, 18).confirm_dossier()
    walk.on(8, 26).pay(cleared=money(98), paid=money(42)).on(9, 10).settle(money(140), money(310)).on(
        9, 25
    ).close()


def _two_tea_makers(walk: Walk) -> None:
    """Both accepted, paid: waits for the liquidation."""
    walk.on(5, 6).contract(money(120), days=120).on(5, 12).start()
    walk.on(6, 22).progress(70, money(180)).on(6, 26).ask_advance(money(80)).on(7, 2).advance(money(80))
    walk.on(7, 22).progress(100, money(256))
    walk.on(10, 8).accept({"machinery_establishments": 2, "machines_supported": 6})
    walk.on(10, 16).ask_payment(money(120), money(256)).on(10, 23).confirm_dossier()
    walk.on(10, 30).pay(cleared=money(80), paid=money(40))


def _tea_brand(walk: Walk) -> None:
    """The whole way, to the archive."""
    walk.on(5, 7).contract(money(35), days=120).on(5, 13).start()
    walk.on(6, 23).progress(60, money(42)).on(8, 24).progress(100, money(70))
    walk.on(9, 3).accept({"trademarks": 1})
    walk.on(9, 11).ask_payment(money(35), money(70)).on(9, 17).confirm_dossier()
    walk.on(9, 24).pay(paid=money(35)).on(10, 9).settle(money(35), money(70)).on(10, 22).close()


# -- files of 2027 --------------------------------------------------------------------------------------


def national_2027(scene: Scene, register: Register) -> None:
    def written(key: str, number: int, **more: Any) -> Walk:
        return write_file(scene, PLAN_2027[key], register, day(9, number), **more)

    written("nuoc-mam", 28, finished=False)
    written("van-ep", 29)
    sent = {
        key: written(key, 16 + n % 3).on(9, 23 + n % 3).submit()
        for n, key in enumerate(
            (
                "vai-lon",
                "khuon-mau",
                "giay-nuoc",
                "dua-trinh-dien",
                "dua-mai-chau",
                "che-hoa-tan",
                "mien-dong",
                "may-che",
            )
        )
    }
    for n, (key, walk) in enumerate(sent.items()):
        if key == "dua-mai-chau":
            walk.on(10, 6).appraise(0, opinion="NOT_RECOMMENDED").on(10, 9).decline(
                "Máy tiện chưa có biện pháp che chắn an toàn; đề nghị hộ hoàn thiện rồi đăng ký năm sau."
            )
        else:
            walk.on(10, 5 + n % 3).appraise()
    for slug in (HP, PT, TN):
        own = [
            walk for key, walk in sent.items() if walk.slug == slug and key not in {"may-che", "dua-mai-chau"}
        ]
        name_files(scene, slug, 2027, day(10, 12), own)
        scene.decide(
            "register", "dept.head", "BC-SCT", day(10, 19), same(*own), slug=slug,
            registration_round=scene.rounds[2027], texts={"aims": AIMS},
        )  # fmt: skip
    sent["mien-dong"].on(10, 27).withdraw(
        "Hợp tác xã chuyển địa điểm sản xuất, xin lập lại đề án cho năm sau.", "1180/SCT-QLCN ngày 26/10/2026"
    )
    sent["khuon-mau"].on(10, 28).appraise(money(300), account="agency.officer")
    sent["che-hoa-tan"].on(10, 29).appraise(account="agency.officer2")
    sent["dua-trinh-dien"].on(10, 30).appraise(money(360), account="agency.officer")
    later = (sent["dua-trinh-dien"], "DEFER", None, "Chờ kết quả đo kiểm khí thải lò hơi.")
    scene.decide(
        "propose",
        "agency.head",
        "TTr-ĐCK",
        day(11, 6),
        [*same(sent["khuon-mau"], sent["che-hoa-tan"]), later],
    )
    scene.decide("approve", "ministry.leader", "QĐ-BCT", day(11, 16), same(sent["che-hoa-tan"]))
    sent["giay-nuoc"].on(11, 9).send_back(
        "agency.officer",
        ("file", "", "effects", "Bổ sung số liệu quan trắc nước thải trước và sau đầu tư."),
        ("estimate", "1", "unit_price", "Cung cấp thêm một báo giá để đối chiếu."),
        ("documents", "D05", "", "Cam kết vốn đối ứng chưa có chữ ký của người đại diện."),
    )
    written("coi-mau", 30).on(10, 14).submit().on(10, 28).send_back(
        "dept",
        ("file", "", "objectives", "Nêu rõ số hộ trong làng nghề sẽ áp dụng."),
        ("beneficiaries", "", "place", "Ghi địa chỉ đến thôn, xã."),
        days=30,
    )
    written("giay-do", 30).on(11, 12).submit()


def local_2027(scene: Scene, register: Register) -> None:
    keys = [key for key, dossier in PLAN_2027.items() if dossier.programme == "LOCAL"]
    f = {key: write_file(scene, PLAN_2027[key], register, day(10, 5 + n % 4)) for n, key in enumerate(keys)}
    for n, key in enumerate(keys):
        f[key].on(10, 14 + n % 3).submit()
    for n, key in enumerate(key for key in keys if key != "nuoc-mam-tu-van"):
        f[key].on(10, 26 + n % 3).appraise(account="dept2" if n % 2 else "dept")
    f["mien-dong-goi"].on(11, 4).act(
        "dept.head", "return", comment="Thẩm định lại giá máy đóng gói, báo giá cao hơn mặt bằng 15%."
    )
    plans = {HP: ("nong-cu",), PT: ("phu-tho-hoi-cho", "go-say"), TN: ("che-truyen-nghe",)}
    for slug, proposed in plans.items():
        walks = [f[key] for key in proposed]
        scene.decide("give_opinion", "finance", "STC-TCHCSN", day(11, 6), same(*walks), slug=slug)
        scene.decide("propose", "dept.head", "TTr-SCT", day(11, 13), same(walks[0]), slug=slug)


def direct_2027(scene: Scene, register: Register) -> None:
    """What goes straight to the agency: a regional centre in two provinces, the agency's own task; and what a service
    organisation writes in one province, for its department."""
    shared = write_file(
        scene, DIRECT_2027["may-chung"], register, day(9, 21),
        unit="regional.1", unit_head="regional.head.1", places=(HP, TN),
    )  # fmt: skip
    shared.on(10, 2).submit().on(10, 15).send_back(
        "agency.officer", ("file", "", "effects", "Nêu lượng điện, củi tiết kiệm của từng cơ sở."), days=60
    )
    write_file(
        scene, DIRECT_2027["khuon-mau-so"], register, day(10, 1),
        unit="service.1", unit_head="service.head.1", places=(HP,),
    )  # fmt: skip
    task = write_file(
        scene, DIRECT_2027["tap-huan"], register, day(10, 8), unit="agency.officer", unit_head="agency.head"
    )
    task.on(10, 12).act("agency.officer", "add_own_task")
