"""Files of 2021 in the old Hải Phòng and in Hòa Bình, which became part of Phú Thọ in 2025.

Their sums are the published ones (../shared/domain/published-figures.csv): Hải Phòng 600,000,000 of national money
for one project, 986,629,000 of its own for seven projects and one stand-alone estimate; Hòa Bình 1,100,000,000 and
405,000,000, machinery and information only. How the sums divide, who got them and what was made is invented.
"""

from __future__ import annotations

from decimal import Decimal

from budgets.models import Programme
from khuyencong.demonstration.dossiers import Cost, Dossier, Part
from projects.models import ProjectKind

HP, HB = "hai-phong", "hoa-binh"
N, L = Programme.NATIONAL, Programme.LOCAL

PLAN_2021: dict[str, Dossier] = {
    # -- national ---------------------------------------------------------------------------------------
    "hp-co-khi": Dossier(
        HP, N, 2021, "T10", "Hỗ trợ ứng dụng máy móc tiên tiến trong sản xuất khuôn mẫu và đúc gang",
        (
            Cost("Trung tâm gia công CNC 3 trục", "máy", 1, 980, 300),
            Cost("Lò nấu cảm ứng trung tần 500 kg", "lò", 1, 860, 300),
        ),
        (Part("2021-khuon", 300), Part("2021-duc", 300)), "khuôn mẫu, chi tiết gang đúc", "máy móc tiên tiến",
        "Hai cơ sở còn gia công trên máy vạn năng và nấu gang bằng lò than.",
        "Đạt sai số 0,02 mm với khuôn, giảm 12% tiêu hao gang.",
        "Doanh thu hai cơ sở tăng 25%, giảm hẳn khói bụi tại làng nghề.", months=(4, 11),
    ),
    "hb-cua-nhom": Dossier(
        HB, N, 2021, "T10", "Hỗ trợ ứng dụng máy cắt laser trong sản xuất khung thép, cửa nhôm",
        (Cost("Máy cắt laser sợi quang 3 kW", "máy", 1, 890, 300),),
        (Part("2021-cua-nhom", 300),), "khung thép, cửa nhôm", "máy cắt laser",
        "Công ty cắt thép bằng đèn khí, mép cắt phải mài lại.",
        "Tăng năng suất cắt gấp bốn lần.", "Giảm 8% phế liệu.", months=(4, 11),
    ),
    "hb-cam": Dossier(
        HB, N, 2021, "T10", "Hỗ trợ ứng dụng dây chuyền ép, cô đặc nước cam",
        (Cost("Dây chuyền ép, lọc, cô đặc chân không", "dây chuyền", 1, 940, 300),),
        (Part("2021-cam", 300),), "nước cam cô đặc", "dây chuyền ép, cô đặc",
        "Cam quả vào vụ rộ rớt giá, hợp tác xã chưa chế biến được.",
        "Chế biến 8 tấn cam quả mỗi ngày.", "Tiêu thụ ổn định cho 60 hộ trồng cam.", months=(4, 11),
    ),
    "hb-tre": Dossier(
        HB, N, 2021, "T10", "Hỗ trợ ứng dụng máy bào, ép ván sàn tre",
        (Cost("Máy bào bốn mặt", "máy", 1, 380, 140), Cost("Máy ép nóng nhiều tầng", "máy", 1, 460, 160)),
        (Part("2021-tre", 300),), "ván sàn tre", "máy bào và máy ép nóng",
        "Tre luồng bán thô, giá trị thấp.",
        "Sản xuất 3.000 m² ván sàn mỗi tháng.", "Thêm 20 việc làm tại xã.", months=(4, 11),
    ),
    "hb-thong-tin": Dossier(
        HB, N, 2021, "T20", "Thông tin, tuyên truyền về khuyến công quốc gia trên truyền hình tỉnh Hòa Bình",
        (Cost("Chuyên mục truyền hình 15 phút", "chuyên mục", 8, 25, 200, "Đơn giá của đài truyền hình"),),
        (), "", "", "Cơ sở ở vùng cao khó tiếp cận chính sách khuyến công.",
        "Phát sóng 08 chuyên mục.", "Số cơ sở gửi nhu cầu hỗ trợ tăng 20%.", ProjectKind.TASK, months=(4, 11),
    ),
    # -- local ------------------------------------------------------------------------------------------
    "hp-bun": Dossier(
        HP, L, 2021, "T10", "Hỗ trợ ứng dụng máy tráng bánh đa liên hoàn",
        (Cost("Máy tráng, sấy bánh đa liên hoàn", "máy", 1, 330, 150),),
        (Part("2021-bun", 150),), "bánh đa khô", "máy tráng liên hoàn",
        "Bánh đa tráng tay, phơi nắng, phụ thuộc thời tiết.",
        "Sản xuất 1,5 tấn bánh mỗi ngày.", "Bảo đảm an toàn thực phẩm.", months=(3, 10),
    ),
    "hp-hai-san": Dossier(
        HP, L, 2021, "T10", "Hỗ trợ ứng dụng máy sấy lạnh hải sản",
        (Cost("Máy sấy lạnh 300 kg/mẻ", "máy", 1, 360, 150),),
        (Part("2021-hai-san", 150),), "mực khô, cá khô", "máy sấy lạnh",
        "Hải sản phơi ven đường, bụi bẩn.", "Sấy 6 tấn nguyên liệu mỗi tháng.", "Giá bán tăng 15%.",
        months=(3, 10),
    ),
    "hp-go": Dossier(
        HP, L, 2021, "T10", "Hỗ trợ ứng dụng máy đục gỗ CNC",
        (Cost("Máy đục gỗ CNC 4 đầu", "máy", 1, 260, 120),),
        (Part("2021-go", 120),), "đồ gỗ", "máy đục CNC",
        "Hộ kinh doanh đục tay, giao hàng chậm.", "Rút thời gian đục từ 5 ngày xuống 1 ngày.",
        "Thu nhập thợ tăng 20%.", months=(3, 10),
    ),
    "hp-may": Dossier(
        HP, L, 2021, "T10", "Hỗ trợ ứng dụng máy cắt vải tự động",
        (Cost("Máy trải, cắt vải tự động", "bộ", 1, 420, 200),),
        (Part("2021-may", 200),), "quần áo bảo hộ", "máy cắt vải tự động",
        "Khâu cắt thủ công, hao vải 6%.", "Hao vải còn 2%.", "Thêm 30 việc làm.", months=(3, 10),
    ),
    "hp-muoi": Dossier(
        HP, L, 2021, "T10", "Hỗ trợ ứng dụng máy rửa, nghiền, đóng gói muối",
        (Cost("Hệ thống rửa, nghiền, đóng gói muối", "hệ thống", 1, 230, 100),),
        (Part("2021-muoi", 100),), "muối tinh", "hệ thống rửa, nghiền",
        "Muối thô bán giá thấp.", "Chế biến 40 tấn muối mỗi tháng.", "Giữ nghề muối cho 45 hộ.", months=(3, 10),
    ),
    "hp-nhan-hieu": Dossier(
        HP, L, 2021, "T17", "Hỗ trợ xây dựng nhãn hiệu bánh đa Lạng Côn",
        (Cost("Thiết kế bộ nhận diện, bao bì", "gói", 1, 45, 20), Cost("Đăng ký nhãn hiệu", "nhãn hiệu", 1, 25, 15)),
        (Part("2021-bun", 35),), "bánh đa", "", "Bánh đa của làng nghề bán không nhãn.",
        "Được cấp giấy chứng nhận nhãn hiệu.", "Vào được hai chuỗi siêu thị.", months=(3, 10),
    ),
    "hp-thong-tin": Dossier(
        HP, L, 2021, "T20", "Thông tin, tuyên truyền về khuyến công thành phố Hải Phòng năm 2021",
        (
            Cost("Chuyên mục truyền hình 15 phút", "chuyên mục", 4, 25, 100, "Đơn giá của đài truyền hình"),
            Cost("Bản tin khuyến công", "số", 4, 10, 40, "Báo giá in"),
        ),
        (), "", "", "Nhiều cơ sở chưa biết chính sách mới.", "Phát 04 chuyên mục, 04 số bản tin.",
        "Số cơ sở gửi nhu cầu tăng.", ProjectKind.TASK, months=(3, 10),
    ),
    "hp-du-toan": Dossier(
        HP, L, 2021, "T31", "Kiểm tra, giám sát, hội nghị tổng kết khuyến công thành phố Hải Phòng năm 2021",
        (
            Cost("Kiểm tra, giám sát đề án", "chuyến", 16, 1, 16, "Chế độ công tác phí"),
            Cost("Hội nghị tổng kết, tài liệu", "hội nghị", 1, Decimal("75.629"), Decimal("75.629"),
                 "Chế độ chi hội nghị"),
        ),
        kind=ProjectKind.ESTIMATE, months=(3, 10),
    ),
    "hb-det": Dossier(
        HB, L, 2021, "T10", "Hỗ trợ ứng dụng khung dệt bán tự động",
        (Cost("Khung dệt bán tự động", "khung", 10, 32, 150),),
        (Part("2021-det", 150),), "khăn, túi thổ cẩm", "khung dệt bán tự động",
        "Khung dệt gỗ năng suất thấp.", "Tăng năng suất gấp hai.", "Giữ nghề dệt cho 30 lao động nữ.",
        months=(3, 10),
    ),
    "hb-mia": Dossier(
        HB, L, 2021, "T10", "Hỗ trợ ứng dụng máy ép mía, nồi nấu mật inox",
        (Cost("Máy ép mía, nồi nấu mật inox", "bộ", 1, 280, 130),),
        (Part("2021-mia", 130),), "đường phên", "máy ép mía, nồi nấu inox",
        "Nấu mật bằng chảo gang, khê cháy.", "Chế biến 3 tấn mía mỗi ngày.", "Thu nhập tăng 30%.", months=(3, 10),
    ),
    "hb-truyen-thong": Dossier(
        HB, L, 2021, "T20", "Thông tin, tuyên truyền về khuyến công tỉnh Hòa Bình năm 2021",
        (Cost("Bản tin, tờ rơi song ngữ", "số", 5, 25, 125, "Báo giá in"),),
        (), "", "", "Đồng bào vùng cao cần tài liệu dễ đọc.", "Phát hành 05 số bản tin.",
        "Cơ sở ở 10 xã vùng cao biết chính sách.", ProjectKind.TASK, months=(3, 10),
    ),
}  # fmt: skip
