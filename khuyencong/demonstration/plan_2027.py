"""Files of the budget year 2027, by a short name that story.py uses."""

from __future__ import annotations

from budgets.models import Programme
from khuyencong.demonstration.dossiers import Cost, Dossier, Part
from projects.models import ProjectKind

N, L = Programme.NATIONAL, Programme.LOCAL
HP, PT, TN = "hai-phong", "phu-tho", "thai-nguyen"

PLAN_2027 = {
    # -- national ---------------------------------------------------------------------------------------
    "nuoc-mam": Dossier(
        HP, N, 2027, "T10", "Hỗ trợ ứng dụng hệ thống chiết rót, đóng nắp tự động trong sản xuất nước mắm",
        (
            Cost("Máy chiết rót, đóng nắp 12 vòi", "máy", 1, 480, 200),
            Cost("Máy dán nhãn, co màng", "máy", 1, 190, 80),
        ),
        (Part("nuoc-mam", 280),), "nước mắm cá nhâm", "hệ thống chiết rót, đóng nắp tự động",
        "Công ty đang chiết chai thủ công, mỗi ngày chỉ được 1.500 chai.",
        "Nâng công suất đóng chai lên 8.000 chai mỗi ngày.",
        "Chi phí nhân công khâu đóng chai giảm 45%, đủ hàng cho hệ thống siêu thị.",
    ),
    "coi-mau": Dossier(
        HP, N, 2027, "T8", "Xây dựng mô hình trình diễn dệt chiếu cói bằng máy tại làng nghề Lật Dương",
        (
            Cost("Máy dệt chiếu cói khổ 1,6 m", "máy", 2, 55, 60),
            Cost("Hội nghị trình diễn, tài liệu", "hội nghị", 1, 50, 40, "Chế độ chi hội nghị"),
        ),
        (Part("coi", 100),), "chiếu cói", "máy dệt chiếu cói",
        "Hợp tác xã đã dệt bằng máy ở một phần công đoạn, năng suất gấp bốn lần dệt tay.",
        "Phổ biến cách tổ chức sản xuất cho 60 hộ trong làng nghề.",
        "Giữ được nghề truyền thống, thu nhập người thợ tăng 1,8 lần.",
    ),
    "vai-lon": Dossier(
        HP, N, 2027, "T10", "Hỗ trợ ứng dụng dây chuyền đóng lon nước vải thiều",
        (
            Cost("Máy ép, lọc dịch quả", "máy", 1, 260, 110),
            Cost("Máy chiết lon, ghép mí bán tự động", "máy", 1, 390, 170),
        ),
        (Part("vai", 280),), "nước vải đóng lon", "dây chuyền đóng lon nước quả",
        "Vào vụ rộ hợp tác xã không tiêu thụ hết vải loại hai, giá có lúc dưới 8.000 đồng mỗi ki-lô-gam.",
        "Chế biến 120 tấn vải loại hai mỗi vụ thành nước vải đóng lon.",
        "Giá trị vải loại hai tăng gấp ba, tạo thêm 15 việc làm theo mùa.",
    ),
    "khuon-mau": Dossier(
        HP, N, 2027, "T10", "Hỗ trợ ứng dụng máy xung điện và máy đo ba chiều trong sản xuất khuôn mẫu",
        (
            Cost("Máy xung điện (EDM)", "máy", 1, 610, 200),
            Cost("Máy đo tọa độ ba chiều (CMM)", "máy", 1, 540, 120),
        ),
        (Part("khuon", 320),), "khuôn mẫu", "máy xung điện và máy đo ba chiều",
        "Công ty phải thuê ngoài khâu xung điện và đo kiểm, mỗi bộ khuôn chậm thêm hai tuần.",
        "Tự chủ toàn bộ khâu gia công và đo kiểm khuôn mẫu.",
        "Rút ngắn thời gian làm một bộ khuôn từ 45 ngày xuống 28 ngày.",
    ),
    "giay-do": Dossier(
        PT, N, 2027, "T10", "Hỗ trợ ứng dụng thiết bị nghiền, seo giấy dó cải tiến",
        (
            Cost("Máy nghiền bột giấy Hà Lan mini", "máy", 1, 165, 70),
            Cost("Bàn seo, giàn ép thủy lực", "bộ", 2, 48, 40),
            Cost("Buồng sấy giấy dùng năng lượng mặt trời", "buồng", 1, 95, 40),
        ),
        (Part("giay-do", 150),), "giấy dó", "thiết bị nghiền, seo giấy cải tiến",
        "Bột dó giã tay mất hai ngày mỗi mẻ, giấy phơi phụ thuộc thời tiết.",
        "Nâng sản lượng từ 8.000 lên 30.000 tờ mỗi tháng mà vẫn giữ cách seo truyền thống.",
        "Nghề giấy dó được giữ gìn, 18 lao động người Mường có việc quanh năm.",
    ),
    "giay-nuoc": Dossier(
        PT, N, 2027, "T10", "Hỗ trợ ứng dụng hệ thống tuần hoàn nước trong sản xuất giấy kraft",
        (
            Cost("Bể tuyển nổi DAF thu hồi bột", "hệ thống", 1, 580, 220),
            Cost("Máy ép bùn khung bản", "máy", 1, 215, 80),
        ),
        (Part("giay", 300),), "giấy kraft", "hệ thống tuần hoàn nước",
        "Mỗi tấn giấy đang dùng 28 m³ nước, bột trôi theo nước thải khoảng 3%.",
        "Giảm lượng nước dùng còn 12 m³ mỗi tấn giấy.",
        "Thu hồi 40 tấn bột giấy mỗi năm, giảm chi phí xử lý nước thải.",
    ),
    "dua-trinh-dien": Dossier(
        PT, N, 2027, "T7", "Xây dựng mô hình trình diễn sấy, hấp đũa bằng hơi bão hòa sử dụng phụ phẩm tre",
        (
            Cost("Nồi hơi đốt phụ phẩm 1 tấn/giờ", "nồi", 1, 690, 200),
            Cost("Buồng hấp, sấy điều khiển PLC", "buồng", 2, 310, 170),
            Cost("Hội nghị trình diễn, tài liệu giới thiệu", "hội nghị", 1, 50, 30, "Chế độ chi hội nghị"),
        ),
        (Part("dua", 400),), "đũa tre", "hệ thống sấy, hấp bằng hơi bão hòa",
        "Các cơ sở đũa trong tỉnh còn hun lưu huỳnh để chống mốc, không đáp ứng yêu cầu của thị trường Nhật Bản, EU.",
        "Thay hun lưu huỳnh bằng hấp, sấy hơi bão hòa, tận dụng toàn bộ phụ phẩm tre làm chất đốt.",
        "Sản phẩm đạt giới hạn SO₂ của EU, tiết kiệm 300 triệu đồng tiền than mỗi năm.",
    ),
    "dua-mai-chau": Dossier(
        PT, N, 2027, "T10", "Hỗ trợ ứng dụng máy tiện đũa gỗ tại Mai Châu",
        (Cost("Máy tiện đũa gỗ liên hoàn", "máy", 2, 85, 80), Cost("Máy khắc laser CO₂", "máy", 1, 70, 30)),
        (Part("dua-ho", 110),), "đũa gỗ", "máy tiện đũa gỗ",
        "Hộ sản xuất tiện đũa bằng máy tự chế, thiếu che chắn an toàn.",
        "Tăng sản lượng lên 40.000 đôi mỗi tháng, khắc tên theo yêu cầu khách du lịch.",
        "Thêm sản phẩm quà tặng cho du lịch cộng đồng Mai Châu.",
    ),
    "che-hoa-tan": Dossier(
        TN, N, 2027, "T10", "Hỗ trợ ứng dụng dây chuyền trích ly, sấy phun trong sản xuất chè hòa tan",
        (
            Cost("Hệ thống trích ly chè hai cấp", "hệ thống", 1, 760, 200),
            Cost("Máy sấy phun 50 kg/giờ", "máy", 1, 820, 250),
        ),
        (Part("che-dai-tu", 450),), "chè hòa tan", "dây chuyền trích ly, sấy phun",
        "Chè vụn, chè cám chiếm 12% sản lượng, chỉ bán làm nguyên liệu giá rẻ.",
        "Chế biến toàn bộ chè vụn thành chè hòa tan, công suất 60 tấn mỗi năm.",
        "Giá trị chè vụn tăng gấp năm lần, thêm 20 việc làm.",
    ),
    "mien-dong": Dossier(
        TN, N, 2027, "T7", "Xây dựng mô hình trình diễn sản xuất miến dong bằng công nghệ ép đùn liên tục",
        (
            Cost("Dây chuyền ép đùn, tráng miến liên tục", "dây chuyền", 1, 1080, 300),
            Cost("Buồng sấy bơm nhiệt", "buồng", 1, 320, 100),
        ),
        (Part("mien", 400),), "miến dong", "dây chuyền ép đùn liên tục",
        "Miến phơi ngoài trời phụ thuộc nắng, khó bảo đảm vệ sinh.",
        "Đạt 1,5 tấn miến mỗi ngày, không phụ thuộc thời tiết.",
        "Tiêu thụ 3.000 tấn củ dong mỗi vụ cho nông dân Na Rì.",
    ),
    "may-che": Dossier(
        TN, N, 2027, "T10", "Hỗ trợ ứng dụng máy cắt laser, máy chấn CNC trong chế tạo máy chế biến chè",
        (Cost("Máy cắt laser 6 kW", "máy", 1, 980, 200), Cost("Máy chấn tôn CNC 100 tấn", "máy", 1, 520, 100)),
        (Part("co-khi", 300),), "máy sao chè, máy vò chè", "máy cắt laser, máy chấn CNC",
        "Xưởng cắt tôn bằng máy thủ công, chi tiết không lắp lẫn được.",
        "Chế tạo 300 máy sao, vò chè mỗi năm với chi tiết lắp lẫn.",
        "Máy chè nội địa hóa 95%, giá giảm 12% so với hàng nhập.",
    ),
    "van-ep": Dossier(
        TN, N, 2027, "T10", "Hỗ trợ ứng dụng máy bóc gỗ không trục và lò sấy ván bóc",
        (Cost("Máy bóc gỗ không trục 1,3 m", "máy", 1, 340, 150), Cost("Lò sấy ván bóc con lăn", "lò", 1, 460, 130)),
        (Part("van-ep", 280),), "ván bóc, ván ép", "máy bóc gỗ không trục và lò sấy",
        "Công ty bóc gỗ bằng máy có trục, lõi bỏ đi còn 8 cm, phơi ván ngoài trời.",
        "Tận dụng gỗ đến lõi 2,5 cm, sấy 40 m³ ván mỗi ngày.",
        "Tỷ lệ thu hồi gỗ tăng từ 68% lên 82%.",
    ),
    # -- local -------------------------------------------------------------------------------------------
    "banh-nhan-hieu": Dossier(
        HP, L, 2027, "T17", "Hỗ trợ xây dựng, đăng ký nhãn hiệu bánh đậu xanh Bùi Thị Mận",
        (Cost("Thiết kế bao bì, bộ nhận diện", "gói", 1, 40, 20), Cost("Đăng ký nhãn hiệu", "nhãn hiệu", 1, 26, 12)),
        (Part("banh", 32),), "bánh đậu xanh", "",
        "Hộ kinh doanh đang dùng bao bì in sẵn, không có tên riêng.",
        "Có nhãn hiệu được bảo hộ và bao bì đạt chuẩn cho kênh siêu thị.",
        "Doanh thu dự kiến tăng 50% sau một năm.",
    ),
    "nong-cu": Dossier(
        HP, L, 2027, "T10", "Hỗ trợ ứng dụng máy uốn ống CNC trong sản xuất khung nhà màng",
        (Cost("Máy uốn ống CNC 3 trục", "máy", 1, 360, 150), Cost("Máy hàn MIG công nghiệp", "máy", 3, 28, 30)),
        (Part("co-khi-htx", 180),), "khung nhà màng", "máy uốn ống CNC",
        "Hợp tác xã uốn ống bằng đồ gá tay, mỗi ngày được 120 vòm.",
        "Đạt 500 vòm mỗi ngày, bán kính đồng đều.",
        "Đáp ứng đơn hàng nhà màng cho các vùng rau của thành phố.",
    ),
    "nuoc-mam-tu-van": Dossier(
        HP, L, 2027, "T19", "Tư vấn xây dựng hệ thống truy xuất nguồn gốc cho cơ sở nước mắm",
        (Cost("Tư vấn, xây dựng hệ thống", "gói", 1, 56, 28), Cost("Tập huấn sử dụng", "lớp", 1, 12, 6)),
        (Part("nuoc-mam", 34),), "nước mắm", "truy xuất nguồn gốc bằng mã QR",
        "Khách hàng siêu thị yêu cầu truy xuất từng lô nhưng công ty còn ghi sổ tay.",
        "Truy xuất được đến từng chượp và ngày đóng chai.",
        "Đủ điều kiện vào ba chuỗi bán lẻ.",
    ),
    "mat-ong-rung": Dossier(
        PT, L, 2027, "T10", "Hỗ trợ ứng dụng máy ly tâm và lọc mật ong rừng",
        (Cost("Máy quay ly tâm 24 cầu", "máy", 2, 34, 30), Cost("Máy lọc, lắng mật inox", "bộ", 1, 62, 30)),
        (Part("mat-ong-to", 60),), "mật ong rừng", "máy ly tâm và lọc mật",
        "Tổ hợp tác vắt mật bằng tay, lẫn sáp và phấn hoa.",
        "Quay, lọc 8 tấn mật mỗi vụ bảo đảm an toàn thực phẩm.",
        "Giá bán tăng 20%, giữ được đàn ong sau khai thác.",
    ),
    "phu-tho-hoi-cho": Dossier(
        PT, L, 2027, "T15", "Hỗ trợ ba cơ sở tham gia Hội chợ Hùng Vương và sản phẩm OCOP",
        (
            Cost("Thuê mặt bằng gian hàng tiêu chuẩn", "gian", 3, 18, 42, "Báo giá của đơn vị tổ chức"),
            Cost("Dàn dựng, trang trí gian hàng chung", "gian", 3, 14, 30),
        ),
        (Part("mat-ong", 24), Part("giay-do", 24), Part("go", 24)), "mật ong, giấy dó, đồ gỗ", "",
        "Các cơ sở ở địa bàn sau sáp nhập chưa có dịp giới thiệu sản phẩm tại trung tâm tỉnh mới.",
        "Giới thiệu sản phẩm đặc trưng của ba vùng trong một gian hàng chung.",
        "Kết nối được với ít nhất năm nhà phân phối.",
    ),
    "go-say": Dossier(
        PT, L, 2027, "T10", "Hỗ trợ ứng dụng lò sấy gỗ hơi nước điều khiển tự động",
        (Cost("Lò sấy gỗ 30 m³ điều khiển tự động", "lò", 1, 390, 180),),
        (Part("go", 180),), "đồ gỗ mỹ nghệ", "lò sấy gỗ điều khiển tự động",
        "Gỗ phơi tự nhiên mất bốn tháng, độ ẩm không đều nên sản phẩm nứt.",
        "Rút thời gian sấy xuống 18 ngày, độ ẩm 10 đến 12%.",
        "Tỷ lệ hàng bảo hành giảm từ 7% xuống 1%.",
    ),
    "che-tui-loc": Dossier(
        TN, L, 2027, "T10", "Hỗ trợ ứng dụng máy đóng gói chè túi lọc tự động",
        (Cost("Máy đóng gói túi lọc hai lớp", "máy", 1, 310, 140), Cost("Máy nghiền, sàng chè", "bộ", 1, 90, 40)),
        (Part("che-la-bang", 180),), "chè túi lọc", "máy đóng gói túi lọc tự động",
        "Hợp tác xã phải đi gia công đóng túi lọc ở Hà Nội, chi phí 180 đồng mỗi túi.",
        "Tự đóng 3 triệu túi lọc mỗi năm.",
        "Giảm 60% chi phí đóng gói, chủ động giao hàng.",
    ),
    "che-truyen-nghe": Dossier(
        TN, L, 2027, "T1", "Truyền nghề chế biến chè đinh, chè nõn tôm cho lao động xã Tân Cương",
        (
            Cost("Thù lao nghệ nhân, thợ giỏi", "lớp", 2, 54, 108, "Định mức đào tạo nghề của tỉnh"),
            Cost("Nguyên liệu thực hành", "lớp", 2, 26, 40),
            Cost("Nhà xưởng, điện, ga", "lớp", 2, 10, 0, "Đơn vị thụ hưởng bảo đảm"),
        ),
        (Part("che-tan-cuong", 148),), "chè đinh, chè nõn tôm", "",
        "Chè đinh có giá gấp mười lần chè thường nhưng cả xã chỉ còn hơn 30 người biết làm.",
        "Truyền nghề cho 70 lao động trong hai lớp.",
        "Sản lượng chè đinh của xã tăng gấp đôi, nghề truyền thống có người nối.",
    ),
    "mien-dong-goi": Dossier(
        TN, L, 2027, "T10", "Hỗ trợ ứng dụng máy cắt, đóng gói miến dong tự động",
        (
            Cost("Máy cắt sợi, cân định lượng", "máy", 1, 180, 80),
            Cost("Máy đóng gói hút chân không", "máy", 1, 120, 50),
        ),
        (Part("mien", 130),), "miến dong", "máy cắt, đóng gói tự động",
        "Khâu cắt, cân, đóng gói làm tay nên khối lượng gói không đều.",
        "Đóng 6.000 gói mỗi ngày, sai số dưới 1%.",
        "Đủ điều kiện vào chuỗi siêu thị, giảm 8 lao động thủ công chuyển sang khâu bán hàng.",
    ),
}  # fmt: skip

DIRECT_2027 = {
    "may-chung": Dossier(
        HP,
        N,
        2027,
        "T10",
        "Hỗ trợ ứng dụng thiết bị tiết kiệm năng lượng trong gia công cơ khí và chế biến chè",
        (
            Cost("Máy nén khí trục vít biến tần", "máy", 1, 520, 220),
            Cost("Máy sao chè dùng năng lượng sinh khối", "máy", 1, 460, 200),
        ),
        (Part("khuon", 220), Part("che-tan-cuong", 200)),
        "cơ khí và chè",
        "thiết bị tiết kiệm năng lượng",
        "Hai cơ sở dùng thiết bị cũ, điện năng và củi chiếm trên một phần tư giá thành.",
        "Giảm 20% năng lượng cho một đơn vị sản phẩm ở mỗi cơ sở.",
        "Mô hình được phổ biến cho các cơ sở cùng ngành của hai tỉnh.",
    ),
    "khuon-mau-so": Dossier(
        HP,
        N,
        2027,
        "T10",
        "Hỗ trợ ứng dụng phần mềm và máy quét ba chiều trong thiết kế khuôn mẫu",
        (Cost("Máy quét ba chiều cầm tay", "máy", 1, 390, 150),),
        (Part("khuon", 150),),
        "khuôn mẫu",
        "máy quét ba chiều",
        "Công ty đo mẫu bằng tay, mỗi mẫu mất hai ngày.",
        "Rút thời gian lấy mẫu xuống hai giờ.",
        "Nhận được đơn hàng phục chế khuôn trước nay phải từ chối.",
    ),
    "tap-huan": Dossier(
        "",
        N,
        2027,
        "T30",
        "Tập huấn nghiệp vụ khuyến công cho cán bộ các tỉnh, thành phố",
        (Cost("Tổ chức lớp tập huấn", "lớp", 3, 95, 285, "Chế độ chi hội nghị, tập huấn"),),
        kind=ProjectKind.TASK,
        goal="Tập huấn 180 lượt cán bộ khuyến công về lập hồ sơ, nghiệm thu và quyết toán.",
        gain="Hồ sơ đăng ký của các địa phương đúng mẫu ngay từ lần gửi đầu.",
    ),
}
"""Files of units that belong to no province, and of the agency itself."""
