"""Files of the budget year 2026, by a short name that story.py uses."""

from __future__ import annotations

from budgets.models import Programme
from khuyencong.demonstration.dossiers import Cost, Dossier, Part
from projects.models import ProjectKind

N, L = Programme.NATIONAL, Programme.LOCAL
HP, PT, TN = "hai-phong", "phu-tho", "thai-nguyen"

PLAN_2026 = {
    # -- national ---------------------------------------------------------------------------------------
    "cha-muc": Dossier(
        HP, N, 2026, "T10", "Hỗ trợ ứng dụng dây chuyền quết và hấp tự động trong sản xuất chả mực",
        (
            Cost("Máy quết chả chân không 60 lít", "máy", 2, 145, 100),
            Cost("Tủ hấp băng tải inox 304", "máy", 1, 310, 130),
            Cost("Tủ cấp đông nhanh 200 kg/mẻ", "máy", 1, 265, 70),
        ),
        (Part("cha-muc", 300),), "chả mực, chả cá", "dây chuyền quết và hấp tự động",
        "Công ty đang quết chả bằng cối đá, mỗi ca chỉ được 180 kg, nhiệt độ nguyên liệu khó kiểm soát.",
        "Nâng công suất từ 180 kg lên 600 kg mỗi ca, bảo đảm an toàn thực phẩm theo HACCP.",
        "Doanh thu tăng khoảng 35%, chi phí điện trên một tấn sản phẩm giảm 12%.",
    ),
    "co-khi-nhom": Dossier(
        HP, N, 2026, "T10", "Hỗ trợ ứng dụng máy gia công CNC cho ba cơ sở cơ khí nông thôn",
        (
            Cost("Trung tâm gia công CNC đứng 3 trục", "máy", 1, 980, 250),
            Cost("Máy tiện CNC", "máy", 1, 640, 200),
            Cost("Máy cắt laser sợi quang 3 kW", "máy", 1, 520, 150),
        ),
        (Part("duc", 250), Part("khuon", 200), Part("co-khi-htx", 150)),
        "chi tiết máy, khuôn mẫu", "máy gia công CNC",
        "Ba cơ sở gia công bằng máy vạn năng đã dùng trên 15 năm, sai số lớn, không nhận được đơn hàng phụ trợ.",
        "Đạt cấp chính xác IT7, đủ điều kiện cung ứng chi tiết cho doanh nghiệp lắp ráp.",
        "Năng suất tăng gấp ba, tỷ lệ phế phẩm giảm từ 6% xuống 1,5%.",
    ),
    "duc-mau": Dossier(
        HP, N, 2026, "T7", "Xây dựng mô hình trình diễn đúc mẫu cháy trong sản xuất thân máy bơm",
        (
            Cost("Dây chuyền tạo mẫu xốp EPS", "dây chuyền", 1, 1150, 320),
            Cost("Hệ thống rung chèn cát, hút chân không", "hệ thống", 1, 890, 270),
            Cost("Lò nung trung tần 500 kg", "lò", 1, 720, 160),
            Cost("Hội nghị trình diễn, tài liệu giới thiệu", "hội nghị", 1, 60, 50, "Chế độ chi hội nghị"),
        ),
        (Part("duc", 800),), "thân máy bơm", "dây chuyền đúc mẫu cháy",
        "Nghề đúc ở Kiến Thụy chủ yếu dùng khuôn cát tươi, bụi nhiều và lượng dư gia công lớn.",
        "Làm chủ công nghệ đúc mẫu cháy, giảm lượng dư gia công từ 4 mm xuống 1 mm.",
        "Tiêu hao gang giảm 15%, nồng độ bụi trong xưởng giảm trên 60%.",
    ),
    "giay-kraft": Dossier(
        PT, N, 2026, "T10", "Hỗ trợ ứng dụng dây chuyền dán thùng tự động trong sản xuất bao bì giấy",
        (
            Cost("Máy dán thùng tự động 5 lớp", "máy", 1, 560, 220),
            Cost("Máy bế phẳng bán tự động", "máy", 1, 240, 80),
        ),
        (Part("giay", 300),), "thùng các-tông", "dây chuyền dán thùng tự động",
        "Công ty dán thùng thủ công bằng 24 lao động, chậm giao hàng vào mùa cao điểm.",
        "Đạt 12.000 thùng mỗi ca với 6 lao động vận hành.",
        "Giá thành giảm 9%, lao động dôi dư được chuyển sang khâu in và kiểm tra chất lượng.",
    ),
    "dan-lat": Dossier(
        PT, N, 2026, "T1", "Truyền nghề vót và hoàn thiện đũa tre, đan lát cho lao động nông thôn Thanh Sơn",
        (
            Cost("Thù lao giáo viên, thợ giỏi", "lớp", 3, 62, 186, "Định mức đào tạo nghề dưới 3 tháng của tỉnh"),
            Cost("Nguyên liệu, dụng cụ thực hành", "lớp", 3, 38, 114, "Báo giá, định mức tiêu hao"),
            Cost("Hỗ trợ tiền ăn, đi lại cho học viên", "người", 105, 1, 105, "Quyết định của UBND tỉnh"),
            Cost("Thuê nhà xưởng, điện nước", "lớp", 3, 12, 0, "Đơn vị thụ hưởng bảo đảm"),
        ),
        (Part("dua", 405),), "đũa tre, hàng đan lát", "",
        "Công ty cần thêm trên 100 lao động lành nghề để thực hiện hợp đồng xuất khẩu sang Nhật Bản.",
        "Truyền nghề cho 105 lao động trong ba lớp.",
        "Thu nhập bình quân của người học đạt từ 6,5 triệu đồng mỗi tháng.",
    ),
    "mat-ong": Dossier(
        PT, N, 2026, "T10", "Hỗ trợ ứng dụng hệ thống hạ thủy phần và chiết rót mật ong",
        (
            Cost("Máy hạ thủy phần mật ong 500 lít/mẻ", "máy", 1, 385, 190),
            Cost("Máy chiết rót, đóng nắp 6 vòi", "máy", 1, 210, 90),
        ),
        (Part("mat-ong", 280),), "mật ong nhãn", "hệ thống hạ thủy phần và chiết rót",
        "Mật ong của hợp tác xã có thủy phần trên 23%, dễ lên men nên chỉ bán thô.",
        "Đưa thủy phần về dưới 20%, đóng chai theo tiêu chuẩn xuất khẩu.",
        "Giá bán tăng 25%, sản lượng mật đóng chai đạt 60 tấn mỗi năm.",
    ),
    "che-tan-cuong": Dossier(
        TN, N, 2026, "T10", "Hỗ trợ ứng dụng dây chuyền sao, vò chè bằng ga tự động tại Tân Cương",
        (
            Cost("Máy sao chè ga điều khiển nhiệt tự động", "máy", 4, 72, 160),
            Cost("Máy vò chè mâm inox phi 55", "máy", 3, 46, 60),
            Cost("Máy hút chân không, đóng gói", "máy", 1, 128, 50),
        ),
        (Part("che-tan-cuong", 270),), "chè xanh, chè đinh", "dây chuyền sao, vò chè bằng ga",
        "Hợp tác xã còn sao chè bằng tôn quay đốt củi, chất lượng phụ thuộc tay nghề từng người.",
        "Chế biến 1,2 tấn chè búp tươi mỗi ngày, chất lượng đồng đều giữa các mẻ.",
        "Giá bán chè tăng 15 đến 20%, bỏ hẳn việc đốt củi.",
    ),
    "che-la-bang": Dossier(
        TN, N, 2026, "T8", "Xây dựng mô hình trình diễn chế biến chè hữu cơ La Bằng",
        (
            Cost("Thiết bị đo, kiểm soát độ ẩm chè", "bộ", 1, 68, 40),
            Cost("Biên soạn tài liệu, phim giới thiệu mô hình", "gói", 1, 45, 30),
            Cost("Hội nghị trình diễn 80 đại biểu", "hội nghị", 1, 47, 30, "Chế độ chi hội nghị"),
        ),
        (Part("che-la-bang", 100),), "chè xanh hữu cơ", "thiết bị đo và kiểm soát độ ẩm",
        "Hợp tác xã đã có 12 ha chè được chứng nhận hữu cơ, doanh thu bình quân đạt 520 triệu đồng mỗi héc-ta.",
        "Giới thiệu mô hình cho ít nhất 80 đại biểu của các làng nghề chè.",
        "Thêm 5 hợp tác xã trong vùng áp dụng quy trình sản xuất hữu cơ.",
    ),
    # -- local -------------------------------------------------------------------------------------------
    "coi-hoi-cho": Dossier(
        HP, L, 2026, "T15", "Hỗ trợ hai cơ sở tham gia Hội chợ hàng công nghiệp nông thôn tiêu biểu khu vực phía Bắc",
        (
            Cost("Thuê mặt bằng gian hàng tiêu chuẩn", "gian", 2, 22, 36, "Báo giá của đơn vị tổ chức"),
            Cost("Dàn dựng gian hàng, vận chuyển", "gian", 2, 18, 24),
        ),
        (Part("coi", 30), Part("banh", 30)), "chiếu cói, bánh đậu xanh", "",
        "Sản phẩm của hai cơ sở mới tiêu thụ ở chợ và cửa hàng trong thành phố.",
        "Giới thiệu 20 mẫu sản phẩm mới với khách hàng ngoài thành phố.",
        "Mỗi cơ sở có thêm ít nhất hai đại lý phân phối.",
    ),
    "truyen-thong": Dossier(
        HP, L, 2026, "T20", "Thông tin, tuyên truyền về hoạt động khuyến công thành phố Hải Phòng năm 2026",
        (
            Cost("Chuyên mục truyền hình 15 phút", "chuyên mục", 4, 30, 120, "Đơn giá của đài truyền hình"),
            Cost("Bản tin khuyến công", "số", 4, 20, 80, "Báo giá in"),
        ),
        (), "", "",
        "Nhiều cơ sở sau khi sắp xếp đơn vị hành chính chưa biết đầu mối và thủ tục đề nghị hỗ trợ.",
        "Phát sóng 04 chuyên mục, phát hành 04 số bản tin với 2.000 bản.",
        "Số cơ sở gửi nhu cầu hỗ trợ năm sau dự kiến tăng 30%.",
        ProjectKind.TASK,
    ),
    "vai-say": Dossier(
        HP, L, 2026, "T10", "Hỗ trợ ứng dụng máy sấy lạnh trong chế biến vải thiều",
        (Cost("Máy sấy lạnh 500 kg/mẻ", "máy", 1, 420, 180), Cost("Băng tải rửa, phân loại", "bộ", 1, 95, 20)),
        (Part("vai", 200),), "vải thiều sấy", "máy sấy lạnh",
        "Vải thiều sấy bằng lò than bị sẫm màu, mỗi vụ hợp tác xã chỉ sấy được 15 tấn.",
        "Sấy 40 tấn quả tươi mỗi vụ, giữ màu và hương tự nhiên.",
        "Giá vải sấy tăng 40%, giảm áp lực tiêu thụ quả tươi khi vào vụ rộ.",
    ),
    "dua-tre": Dossier(
        PT, L, 2026, "T10", "Hỗ trợ ứng dụng máy vót và đánh bóng đũa tự động",
        (Cost("Máy vót đũa tự động", "máy", 2, 110, 100), Cost("Thùng đánh bóng 300 kg", "thùng", 2, 45, 40)),
        (Part("dua", 140),), "đũa tre xuất khẩu", "máy vót và đánh bóng đũa tự động",
        "Khâu vót và đánh bóng còn làm bán thủ công, tỷ lệ đũa cong và dăm trên 8%.",
        "Đạt 1,5 triệu đôi đũa mỗi tháng theo tiêu chuẩn của khách hàng Nhật Bản.",
        "Tỷ lệ loại giảm còn 2%, tiết kiệm khoảng 6 tấn nguyên liệu mỗi tháng.",
    ),
    "giam-sat": Dossier(
        PT, L, 2026, "T31", "Kiểm tra, giám sát và thù lao cộng tác viên khuyến công tỉnh Phú Thọ năm 2026",
        (
            Cost("Thù lao cộng tác viên", "người", 40, 2.4, 96, "Nghị quyết của HĐND tỉnh"),
            Cost("Chi kiểm tra, giám sát đề án", "chuyến", 24, 1, 24, "Chế độ công tác phí"),
        ),
        kind=ProjectKind.ESTIMATE,
    ),
    "go-thuong-hieu": Dossier(
        PT, L, 2026, "T17", "Hỗ trợ xây dựng, đăng ký nhãn hiệu đồ gỗ mỹ nghệ Yên Lạc",
        (
            Cost("Thiết kế bộ nhận diện thương hiệu", "gói", 1, 42, 20),
            Cost("Tra cứu, đăng ký nhãn hiệu", "nhãn hiệu", 1, 28, 15),
        ),
        (Part("go", 35),), "đồ gỗ mỹ nghệ", "",
        "Đồ gỗ của làng nghề bán qua thương lái, không mang tên người làm ra.",
        "Được cấp giấy chứng nhận đăng ký nhãn hiệu và có bộ nhận diện thống nhất.",
        "Doanh nghiệp ký trực tiếp được với ba chuỗi cửa hàng nội thất.",
    ),
    "che-dong-hy": Dossier(
        TN, L, 2026, "T10", "Hỗ trợ ứng dụng máy sao chè cải tiến cho hai cơ sở chè tại Đồng Hỷ và Đại Từ",
        (
            Cost("Máy sao chè tôn inox cải tiến", "máy", 4, 38, 70),
            Cost("Máy hút chân không công nghiệp", "máy", 2, 52, 50),
        ),
        (Part("che-trai-cai", 60), Part("che-dai-tu", 60)), "chè búp khô", "máy sao chè cải tiến",
        "Hai cơ sở sao chè bằng tôn gang cũ, tốn chất đốt và khó giữ hương.",
        "Tăng công suất chế biến gấp đôi, giảm 30% chất đốt.",
        "Giá bán tăng từ 10 đến 15%, người lao động làm việc trong điều kiện ít khói bụi.",
    ),
    "che-nhan-hieu": Dossier(
        TN, L, 2026, "T17", "Hỗ trợ xây dựng bộ nhận diện và nhãn hiệu chè Tân Cương Hương Núi",
        (Cost("Thiết kế bao bì, bộ nhận diện", "gói", 1, 44, 20), Cost("Đăng ký nhãn hiệu", "nhãn hiệu", 1, 26, 15)),
        (Part("che-tan-cuong", 35),), "chè Tân Cương", "",
        "Chè của hợp tác xã bán trong bao bì chung của làng nghề, người mua không phân biệt được nhà sản xuất.",
        "Hoàn thành bộ nhận diện và được cấp giấy chứng nhận nhãn hiệu.",
        "Sản phẩm vào được hai hệ thống siêu thị và sàn thương mại điện tử.",
    ),
    "co-khi-tu-van": Dossier(
        TN, L, 2026, "T19", "Tư vấn áp dụng 5S và Kaizen cho cơ sở cơ khí chế tạo máy chè",
        (
            Cost("Tư vấn khảo sát, xây dựng quy trình", "gói", 1, 48, 24),
            Cost("Hướng dẫn áp dụng tại xưởng", "đợt", 3, 8, 11),
        ),
        (Part("co-khi", 35),), "máy sao chè, máy vò chè", "áp dụng 5S và Kaizen trong sản xuất",
        "Xưởng bố trí chưa hợp lý, thời gian chờ giữa các công đoạn chiếm gần 30%.",
        "Rút ngắn thời gian sản xuất một máy sao chè từ 12 ngày xuống 8 ngày.",
        "Tồn kho vật tư giảm 20%, giao hàng đúng hạn đạt 95%.",
    ),
}  # fmt: skip

TASKS_2026 = {
    "tap-huan-2026": Dossier(
        "", N, 2026, "T30", "Tập huấn công tác khuyến công cho cán bộ cấp xã năm 2026",
        (Cost("Tổ chức lớp tập huấn", "lớp", 2, 90, 180, "Chế độ chi hội nghị, tập huấn"),),
        kind=ProjectKind.TASK, goal="Tập huấn 120 lượt cán bộ cấp xã về công tác khuyến công.",
        gain="Cán bộ cấp xã hướng dẫn được cơ sở lập hồ sơ đề nghị hỗ trợ.",
    ),
    "nghiem-thu-2026": Dossier(
        "", N, 2026, "T30", "Tập huấn kiểm tra, nghiệm thu đề án khuyến công năm 2026",
        (Cost("Tổ chức lớp tập huấn", "lớp", 2, 60, 120, "Chế độ chi hội nghị, tập huấn"),),
        kind=ProjectKind.TASK, goal="Tập huấn 80 lượt cán bộ kiểm tra, nghiệm thu của các Sở Công Thương.",
        gain="Sai sót trong hồ sơ nghiệm thu được khắc phục trước khi quyết toán.",
    ),
}  # fmt: skip
"""Tasks of the agency itself, settled by the ministry's finance department."""
