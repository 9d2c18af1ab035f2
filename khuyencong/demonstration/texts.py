"""The seven written parts of a demonstration file, by activity. ``{before}``, ``{goal}`` and ``{gain}`` are the
file's own sentences (dossiers.py), ``{law}`` is the decree as it stood; the rest comes from its estimate and
beneficiaries."""

from __future__ import annotations

LAW = "{law}"
DECREE = "Đề án căn cứ Nghị định số 45/2012/NĐ-CP ngày 21 tháng 5 năm 2012 của Chính phủ về khuyến công"
AMENDED = ", được sửa đổi, bổ sung tại Nghị định số 235/2025/NĐ-CP"
AMENDED_IN = 2025
PLACE = "{places}"
WORK = (
    "{implementer} chủ trì, lập kế hoạch, giám sát tiến độ và quyết toán kinh phí. Đơn vị thụ hưởng bố "
    "trí mặt bằng, nhân lực và vốn đối ứng, chịu trách nhiệm về chất lượng phần việc của mình. Sở Công "
    "Thương kiểm tra, xác nhận khối lượng và nghiệm thu cơ sở."
)

TEXTS: dict[str, dict[str, str]] = {
    "T1": {
        "place": PLACE,
        "need": "{before} Phần lớn lao động mới tuyển chưa qua đào tạo nên năng suất thấp, tỷ lệ sản phẩm lỗi cao. "
        + LAW,
        "objectives": "{goal} Ít nhất 80% học viên đạt yêu cầu được cơ sở bố trí việc làm ngay sau khóa học.",
        "scale": (
            "Mở các lớp truyền nghề {product} tại nơi sản xuất, mỗi lớp không quá 35 học viên, thời gian "
            "ba tháng. Tổng kinh phí {total}, trong đó kinh phí khuyến công {support}."
        ),
        "content": (
            "Tuyển sinh trong các xã lân cận, ưu tiên lao động nữ, hộ nghèo và người dân tộc thiểu số. "
            "Giảng dạy theo chương trình đã được phê duyệt (Mẫu 12), lý thuyết 20%, thực hành 80%. Kiểm "
            "tra cuối khóa, cấp giấy chứng nhận và bố trí việc làm."
        ),
        "organisation_of_work": WORK + " Giáo viên là thợ giỏi, nghệ nhân của địa phương.",
        "effects": (
            "{gain} Người lao động có nghề và thu nhập ổn định tại quê hương, không phải đi làm ăn xa. Cơ "
            "sở chủ động nguồn nhân lực để mở rộng sản xuất."
        ),
    },
    "T7": {
        "place": PLACE,
        "need": (
            "{before} Trên địa bàn chưa có cơ sở nào áp dụng công nghệ này, doanh nghiệp cần một mô hình "
            "thật để tham "
            "quan, học tập. " + LAW
        ),
        "objectives": (
            "{goal} Tổ chức một hội nghị trình diễn cho các cơ sở cùng ngành nghề trong tỉnh và khu vực."
        ),
        "scale": (
            "Mô hình gồm {thing}, đồng bộ từ khâu nguyên liệu đến thành phẩm, công nghệ mới so với mặt "
            "bằng chung của địa phương. Tổng mức đầu tư {total}; khuyến công hỗ trợ {support}, phần còn "
            "lại là vốn của đơn vị thụ hưởng."
        ),
        "content": (
            "Hoàn thiện nhà xưởng, lắp đặt {thing}. Chạy thử, hiệu chỉnh, đo kiểm các chỉ tiêu kỹ thuật. "
            "Biên soạn tài liệu giới thiệu, tổ chức hội nghị trình diễn, nghiệm thu và tổng kết mô hình."
        ),
        "organisation_of_work": WORK + " Sau nghiệm thu, mô hình mở cửa đón khách tham quan ít nhất một năm.",
        "effects": (
            "{gain} Mô hình có khả năng nhân rộng cho các cơ sở cùng ngành. Công nghệ mới giảm tiêu hao "
            "năng lượng và nguyên liệu, giảm phát thải ra môi trường."
        ),
    },
    "T8": {
        "place": PLACE,
        "need": (
            "{before} Kết quả sản xuất kinh doanh và bảo vệ môi trường của cơ sở vượt trội so với mặt "
            "bằng chung, "
            "đáng để phổ biến. " + LAW
        ),
        "objectives": (
            "{goal} Giúp các cơ sở khác học tập cách tổ chức sản xuất, quản lý chất lượng và giữ thị trường."
        ),
        "scale": (
            "Mô hình trình diễn tại cơ sở đang hoạt động có hiệu quả, sản phẩm chính là {product}. Kinh "
            "phí khuyến công hỗ trợ {support} cho việc hoàn thiện mô hình, tài liệu và hội nghị trình "
            "diễn; tổng kinh phí {total}."
        ),
        "content": (
            "Bổ sung {thing} phục vụ trình diễn. Biên soạn tờ gấp, phim ngắn giới thiệu mô hình. Tổ chức "
            "hội nghị trình diễn, đón các đoàn tham quan và tổng hợp kết quả."
        ),
        "organisation_of_work": WORK,
        "effects": (
            "{gain} Cơ sở duy trì việc làm thường xuyên cho {employees} lao động. Kinh nghiệm thực tế "
            "được phổ biến trực tiếp giữa những người làm nghề."
        ),
    },
    "T10": {
        "place": PLACE,
        "need": "{before} Vì vậy việc đầu tư {thing} là cần thiết để giữ thị trường. " + LAW,
        "objectives": "Hỗ trợ {count} cơ sở ứng dụng {thing} trong sản xuất {product}. {goal}",
        "scale": (
            "Thiết bị mới 100%, có xuất xứ và chế độ bảo hành rõ ràng, vượt trội so với máy đang dùng. "
            "Tổng kinh phí {total}, trong đó kinh phí khuyến công hỗ trợ {support}, vốn đối ứng của đơn "
            "vị thụ hưởng {counterpart}."
        ),
        "content": (
            "Lựa chọn nhà cung cấp, ký hợp đồng mua thiết bị. Lắp đặt, chạy thử, chuyển giao kỹ thuật vận "
            "hành và an toàn lao động. Nghiệm thu, đưa vào sản xuất, thanh lý hợp đồng và tổng kết đề "
            "án."
        ),
        "organisation_of_work": WORK,
        "effects": (
            "{gain} Cơ sở bảo đảm việc làm thường xuyên cho {employees} lao động. Thiết bị mới tiết kiệm "
            "điện, giảm bụi và phế phẩm, không phát sinh nguồn thải mới."
        ),
    },
    "T15": {
        "place": PLACE,
        "need": (
            "{before} Tham gia hội chợ là cách ít tốn kém nhất để sản phẩm mới gặp nhà phân phối và người "
            "tiêu dùng. " + LAW
        ),
        "objectives": "{goal} Mỗi cơ sở ký được ít nhất một biên bản ghi nhớ hoặc hợp đồng tiêu thụ.",
        "scale": (
            "Hỗ trợ {count} cơ sở thuê, dàn dựng gian hàng tiêu chuẩn 9 m² tại hội chợ trong nước. Tổng "
            "kinh phí {total}, trong đó kinh phí khuyến công {support}."
        ),
        "content": (
            "Thông báo, lựa chọn cơ sở và sản phẩm tham gia. Thuê mặt bằng, dàn dựng gian hàng chung của "
            "tỉnh, vận chuyển sản phẩm. Tổ chức trưng bày, bán hàng, kết nối giao thương và tổng hợp kết "
            "quả."
        ),
        "organisation_of_work": WORK + " Đơn vị tổ chức hội chợ được lựa chọn theo quy định về đấu thầu.",
        "effects": (
            "{gain} Thương hiệu sản phẩm của địa phương được biết đến rộng hơn, đầu ra cho người sản xuất "
            "ổn định hơn."
        ),
    },
    "T17": {
        "place": PLACE,
        "need": "{before} Sản phẩm chưa có nhãn hiệu được bảo hộ nên dễ bị làm giả và khó vào siêu thị. "
        + LAW,
        "objectives": "{goal} Cơ sở làm chủ hệ thống nhận diện và cách quản trị thương hiệu.",
        "scale": (
            "Xây dựng bộ nhận diện, hồ sơ đăng ký nhãn hiệu cho {product}. Tổng kinh phí {total}, khuyến "
            "công hỗ trợ {support}, không quá 50% chi phí."
        ),
        "content": (
            "Khảo sát thị trường, thiết kế lô-gô, bao bì và bộ nhận diện. Tra cứu, lập và nộp đơn đăng ký "
            "nhãn hiệu tại Cục Sở hữu trí tuệ. Tập huấn quản trị thương hiệu, xây dựng chiến lược quảng "
            "bá."
        ),
        "organisation_of_work": WORK,
        "effects": (
            "{gain} Giá bán và uy tín của sản phẩm được nâng lên, người tiêu dùng dễ nhận biết hàng thật."
        ),
    },
    "T19": {
        "place": PLACE,
        "need": "{before} Cơ sở thiếu cán bộ chuyên môn nên cần tư vấn từ bên ngoài. " + LAW,
        "objectives": "{goal} Sau tư vấn, cơ sở tự vận hành được quy trình mới.",
        "scale": (
            "Tư vấn trọn gói cho {count} cơ sở về {thing}. Tổng kinh phí {total}, khuyến công hỗ trợ "
            "{support}."
        ),
        "content": (
            "Khảo sát hiện trạng, xác định vấn đề ưu tiên. Chuyên gia hướng dẫn tại chỗ, xây dựng quy "
            "trình và biểu mẫu. Đánh giá sau ba tháng áp dụng, nghiệm thu sản phẩm tư vấn."
        ),
        "organisation_of_work": WORK + " Đơn vị tư vấn có đủ năng lực, được chọn theo quy định.",
        "effects": "{gain} Quy trình mới giảm lãng phí nguyên liệu và nâng tính ổn định của chất lượng.",
    },
    "T20": {
        "place": "Toàn tỉnh, thành phố",
        "need": "{before} Thông tin kịp thời giúp cơ sở tiếp cận đúng chính sách hỗ trợ. " + LAW,
        "objectives": "{goal}",
        "scale": "Thực hiện trong năm kế hoạch, kinh phí khuyến công {support}, không có vốn đối ứng.",
        "content": (
            "Sản xuất và phát sóng chuyên mục khuyến công trên truyền hình địa phương. Biên tập, in và "
            "phát hành bản tin. Duy trì chuyên trang trên trang thông tin điện tử của Sở Công Thương."
        ),
        "organisation_of_work": (
            "{implementer} lập đề cương, lựa chọn đơn vị truyền thông theo quy định và nghiệm thu từng "
            "sản phẩm. Sở Công Thương duyệt nội dung trước khi phát hành."
        ),
        "effects": "{gain}",
    },
    "T30": {
        "place": "Hà Nội, Đà Nẵng và Thành phố Hồ Chí Minh",
        "need": "Cán bộ khuyến công nhiều nơi mới nhận việc sau sắp xếp tổ chức. " + LAW,
        "objectives": "{goal}",
        "scale": "Ba lớp, mỗi lớp 60 học viên, hai ngày. Tổng kinh phí {total} từ nguồn khuyến công quốc gia.",
        "content": (
            "Hướng dẫn lập hồ sơ, dự toán; thẩm định; nghiệm thu và quyết toán; thực hành trên hồ sơ mẫu, giải đáp "
            "vướng mắc của địa phương."
        ),
        "organisation_of_work": "{implementer} tổ chức lớp, mời báo cáo viên, cấp tài liệu và tổng hợp kết quả.",
        "effects": "{gain}",
    },
}
