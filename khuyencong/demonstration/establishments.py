"""Rural industrial establishments of the demonstration. All are invented; so are their tax codes."""

from __future__ import annotations

from dataclasses import dataclass

from projects.models import CommuneKind, Industry, LegalForm


@dataclass(frozen=True)
class Made:
    """An invented establishment; ``key`` names it in dossiers.py."""

    key: str
    slug: str
    name: str
    legal_form: LegalForm
    tax_code: str
    representative: str
    industry: Industry
    products: str
    employees: int
    address: str
    commune: str
    commune_kind: CommuneKind = CommuneKind.COMMUNE
    craft_village: bool = False
    women_owned: bool = False
    ethnic_minority_owned: bool = False


_HP, _PT, _TN, _HB = "hai-phong", "phu-tho", "thai-nguyen", "hoa-binh"
_F, _I = LegalForm, Industry

ESTABLISHMENTS = (
    Made("cha-muc", _HP, "Công ty TNHH Chế biến thủy sản Bến Phù Long", _F.ENTERPRISE, "0299100017",
         "Ông Đoàn Văn Hải", _I.FOOD, "chả mực, chả cá, tôm tẩm bột", 46, "Thôn Bắc", "Cát Hải",
         CommuneKind.SPECIAL_ZONE),
    Made("nuoc-mam", _HP, "Công ty cổ phần Nước mắm Vịnh Lan Xanh", _F.ENTERPRISE, "0299100024",
         "Bà Phạm Thị Lụa", _I.FOOD, "nước mắm cá nhâm, mắm tôm", 58, "Tổ dân phố Hòa Hy", "Cát Hải",
         CommuneKind.SPECIAL_ZONE, women_owned=True),
    Made("duc", _HP, "Công ty TNHH Đúc và Gia công kim loại Kiến Phong", _F.ENTERPRISE, "0299100031",
         "Ông Vũ Trọng Kiên", _I.MECHANICAL, "chi tiết đúc gang, thân máy bơm", 72, "Thôn Lão Phong",
         "Kiến Thụy"),
    Made("khuon", _HP, "Công ty TNHH Cơ khí chính xác An Thọ Phát", _F.ENTERPRISE, "0299100048",
         "Ông Lê Quang Hợp", _I.MECHANICAL, "khuôn mẫu, đồ gá, chi tiết máy", 39, "Thôn Trạm Bạc", "An Lão"),
    Made("co-khi-htx", _HP, "Hợp tác xã Cơ khí nông nghiệp Vĩnh Thuận", _F.COOPERATIVE, "0299100055",
         "Ông Đào Xuân Thủy", _I.MECHANICAL, "máy tuốt lúa, khung nhà màng", 21, "Thôn Cộng Hiền", "Vĩnh Bảo"),
    Made("coi", _HP, "Hợp tác xã Chiếu cói Lật Dương Xanh", _F.COOPERATIVE, "0299100062",
         "Bà Nguyễn Thị Mây", _I.HANDICRAFT, "chiếu cói, thảm cói, túi cói", 64, "Thôn Lật Dương", "Tiên Lãng",
         craft_village=True, women_owned=True),
    Made("banh", _HP, "Hộ kinh doanh Bánh đậu xanh Bùi Thị Mận", _F.HOUSEHOLD, "030180012345",
         "Bà Bùi Thị Mận", _I.FOOD, "bánh đậu xanh, bánh khảo", 12, "Thôn Phương Điếm", "Gia Lộc",
         women_owned=True),
    Made("vai", _HP, "Hợp tác xã Chế biến vải thiều Thanh Hà Mới", _F.COOPERATIVE, "0299100079",
         "Ông Tăng Bá Điền", _I.FOOD, "vải sấy, nước vải đóng lon", 27, "Thôn Thúy Lâm", "Thanh Hà"),
    Made("giay", _PT, "Công ty TNHH Giấy và Bao bì Phù Ninh Phát", _F.ENTERPRISE, "2699100018",
         "Ông Nguyễn Hồng Quân", _I.CONSUMER, "giấy kraft, thùng các-tông 5 lớp", 85, "Khu 7", "Phù Ninh"),
    Made("giay-do", _PT, "Hợp tác xã Giấy dó Suối Cỏ Kim Bôi", _F.COOPERATIVE, "2699100025",
         "Bà Bùi Thị Nhiên", _I.HANDICRAFT, "giấy dó, sổ tay, tranh in giấy dó", 18, "Xóm Suối Cỏ", "Kim Bôi",
         craft_village=True, women_owned=True, ethnic_minority_owned=True),
    Made("dua", _PT, "Công ty TNHH Đũa tre xuất khẩu Thanh Sơn Xanh", _F.ENTERPRISE, "2699100032",
         "Ông Hà Văn Tiến", _I.CONSUMER, "đũa tre, đũa gỗ bồ đề, xiên que", 110, "Khu Tân Thịnh", "Thanh Sơn"),
    Made("dua-ho", _PT, "Hộ kinh doanh Đũa gỗ Hà Văn Sìn", _F.HOUSEHOLD, "017185003121",
         "Ông Hà Văn Sìn", _I.HANDICRAFT, "đũa gỗ, muôi gỗ", 9, "Xóm Poom Coọng", "Mai Châu",
         ethnic_minority_owned=True),
    Made("mat-ong", _PT, "Hợp tác xã Mật ong Ấm Thượng Hạ Hòa", _F.COOPERATIVE, "2699100049",
         "Ông Trần Đình Khoát", _I.FOOD, "mật ong nhãn, mật ong bạc hà, sáp ong", 24, "Khu 9", "Hạ Hòa"),
    Made("mat-ong-to", _PT, "Tổ hợp tác Mật ong rừng Tây Thiên", _F.COOPERATIVE_GROUP, "026079007788",
         "Bà Lưu Thị Thìn", _I.FOOD, "mật ong rừng, phấn hoa", 11, "Thôn Đền Thỏng", "Tam Đảo",
         women_owned=True, ethnic_minority_owned=True),
    Made("go", _PT, "Công ty TNHH Đồ gỗ mỹ nghệ Yên Lạc Thành", _F.ENTERPRISE, "2699100056",
         "Ông Phạm Duy Hào", _I.HANDICRAFT, "bàn ghế, tủ thờ, cửa gỗ", 33, "Thôn Vĩnh Đông", "Yên Lạc",
         craft_village=True),
    Made("che-tan-cuong", _TN, "Hợp tác xã Chè Tân Cương Hương Núi", _F.COOPERATIVE, "4699100019",
         "Bà Đào Thị Hảo", _I.FOOD, "chè đinh, chè nõn tôm, chè xanh đóng gói", 31, "Xóm Hồng Thái", "Tân Cương",
         craft_village=True, women_owned=True),
    Made("che-la-bang", _TN, "Hợp tác xã Chè La Bằng Sương Sớm", _F.COOPERATIVE, "4699100026",
         "Ông Lục Văn Bách", _I.FOOD, "chè xanh hữu cơ, chè túi lọc", 26, "Xóm Kẹm", "La Bằng",
         ethnic_minority_owned=True),
    Made("che-dai-tu", _TN, "Công ty TNHH Chế biến chè Đại Từ Thịnh", _F.ENTERPRISE, "4699100033",
         "Ông Trần Thanh Liêm", _I.FOOD, "chè xanh, chè ô long, chè hòa tan", 67, "Xóm Đồng Khuân", "Đại Từ"),
    Made("che-trai-cai", _TN, "Hộ kinh doanh Chè Trại Cài Nguyễn Thị Thơm", _F.HOUSEHOLD, "019181002299",
         "Bà Nguyễn Thị Thơm", _I.FOOD, "chè búp khô", 8, "Xóm Cà Phê 2", "Đồng Hỷ", women_owned=True),
    Made("mien", _TN, "Hợp tác xã Miến dong Côn Minh Na Rì", _F.COOPERATIVE, "4699100040",
         "Bà Nông Thị Thuấn", _I.FOOD, "miến dong, tinh bột dong riềng", 29, "Thôn Chợ A", "Na Rì",
         women_owned=True, ethnic_minority_owned=True),
    Made("co-khi", _TN, "Công ty TNHH Cơ khí Đu Giang Tiên", _F.ENTERPRISE, "4699100057",
         "Ông Vũ Mạnh Cường", _I.MECHANICAL, "máy sao chè, máy vò chè, kết cấu thép", 44, "Xóm Làng Cọ",
         "Phú Lương"),
    Made("van-ep", _TN, "Công ty TNHH Ván ép Chợ Chu Định Hóa", _F.ENTERPRISE, "4699100064",
         "Ông Ma Đình Soạn", _I.CONSUMER, "ván bóc, ván ép từ gỗ keo, bồ đề", 52, "Xóm Dốc Châu", "Định Hóa",
         ethnic_minority_owned=True),
)  # fmt: skip

ESTABLISHMENTS_2021 = (
    Made("2021-khuon", _HP, "Công ty TNHH Khuôn mẫu Thủy Sơn Phát", _F.ENTERPRISE, "0299200012",
         "Ông Bùi Hữu Nghĩa", _I.MECHANICAL, "khuôn dập, khuôn nhựa", 41, "Thôn 5, huyện Thủy Nguyên", "Thủy Sơn"),
    Made("2021-duc", _HP, "Công ty TNHH Đúc Mỹ Đồng Hưng", _F.ENTERPRISE, "0299200029",
         "Ông Nguyễn Văn Tấn", _I.MECHANICAL, "chi tiết gang đúc", 55, "Làng nghề Mỹ Đồng, huyện Thủy Nguyên",
         "Mỹ Đồng", craft_village=True),
    Made("2021-bun", _HP, "Hợp tác xã Bánh đa Lạng Côn", _F.COOPERATIVE, "0299200036",
         "Bà Lương Thị Thắm", _I.FOOD, "bánh đa khô, bún khô", 22, "Thôn Lạng Côn, huyện Kiến Thụy", "Đông Phương",
         women_owned=True),
    Made("2021-hai-san", _HP, "Công ty TNHH Hải sản khô Đồ Sơn Vạn", _F.ENTERPRISE, "0299200031",
         "Ông Hoàng Đình Vạn", _I.FOOD, "cá chỉ vàng, mực khô", 36, "Thôn Đông, huyện Kiến Thụy", "Đại Hợp"),
    Made("2021-go", _HP, "Hộ kinh doanh Đồ gỗ Vũ Văn Khuê", _F.HOUSEHOLD, "031076002211",
         "Ông Vũ Văn Khuê", _I.HANDICRAFT, "tủ, giường, cửa gỗ", 10, "Thôn Kha Lâm, huyện An Lão", "Thái Sơn"),
    Made("2021-may", _HP, "Công ty TNHH May Vĩnh Bảo Xanh", _F.ENTERPRISE, "0299200050",
         "Bà Đặng Thị Hường", _I.CONSUMER, "quần áo bảo hộ", 120, "Thôn Linh Đông, huyện Vĩnh Bảo", "Tiền Phong",
         women_owned=True),
    Made("2021-muoi", _HP, "Hợp tác xã Muối sạch Bàng La", _F.COOPERATIVE, "0299200067",
         "Ông Đinh Khắc Sửu", _I.FOOD, "muối tinh, muối ớt", 18, "Thôn Tiểu Bàng, huyện Kiến Thụy", "Tân Thành"),
    Made("2021-cua-nhom", _HB, "Công ty TNHH Cơ khí Lương Sơn Bách", _F.ENTERPRISE, "5499200014",
         "Ông Quách Công Bách", _I.MECHANICAL, "khung thép, cửa nhôm", 34, "Thôn Đồng Sương, huyện Lương Sơn",
         "Thành Lập", ethnic_minority_owned=True),
    Made("2021-cam", _HB, "Hợp tác xã Nước cam Cao Phong Vàng", _F.COOPERATIVE, "5499200021",
         "Bà Bùi Thị Chiên", _I.FOOD, "nước cam cô đặc, tinh dầu vỏ cam", 25, "Xóm Nam Sơn, huyện Cao Phong",
         "Nam Phong", women_owned=True, ethnic_minority_owned=True),
    Made("2021-tre", _HB, "Công ty TNHH Tre luồng Mai Châu Hợp", _F.ENTERPRISE, "5499200038",
         "Ông Hà Công Thấm", _I.CONSUMER, "chiếu tre, ván sàn tre", 62, "Xóm Vạn, huyện Mai Châu", "Vạn Mai",
         ethnic_minority_owned=True),
    Made("2021-det", _HB, "Hợp tác xã Dệt thổ cẩm Chiềng Châu Mới", _F.COOPERATIVE, "5499200045",
         "Bà Vi Thị Oanh", _I.HANDICRAFT, "khăn, túi thổ cẩm", 30, "Xóm Chiềng Châu, huyện Mai Châu", "Chiềng Châu",
         craft_village=True, women_owned=True, ethnic_minority_owned=True),
    Made("2021-mia", _HB, "Hộ kinh doanh Đường phên Bùi Văn Lực", _F.HOUSEHOLD, "017081003344",
         "Ông Bùi Văn Lực", _I.FOOD, "đường phên, mật mía", 8, "Xóm Chiềng, huyện Tân Lạc", "Phong Phú",
         ethnic_minority_owned=True),
)  # fmt: skip

BY_KEY = {made.key: made for made in (*ESTABLISHMENTS, *ESTABLISHMENTS_2021)}
