import base64
import hashlib
import io
import struct
import time
import unicodedata
import zipfile
import zlib

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter

from khuyencong.lib.file_contents import DOCX, JPEG, PDF, PNG, XLSX
from khuyencong.lib.uploads import MAX_NAME, MAX_SIZE, Accepted, Refused, inspect, shown_name

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(writer: PdfWriter | None = None) -> bytes:
    writer = writer or PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with(objects: bytes, dictionary: bytes = b"") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<< " + dictionary + b" >>\nstream\n" + objects + b"\nendstream\nendobj\n%%EOF\n"
    )


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind)
    return out.getvalue()


def relations(*external: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'
        for number, (kind, target) in enumerate(external)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'


def document(more: dict[str, str | bytes] | None = None, main: str = MAIN) -> bytes:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": relations(),
        "word/document.xml": "<w:document>Đề án</w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (parts | (more or {})).items():
            package.writestr(name, content)
    return out.getvalue()


def inspected(data: bytes, name: str = "hồ sơ.pdf") -> Accepted:
    return inspect(ContentFile(data, name))


def refusal(data: bytes, name: str = "hồ sơ.pdf", max_size: int = MAX_SIZE) -> str:
    with pytest.raises(Refused) as refused:
        inspect(ContentFile(data, name), max_size=max_size)
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "kind", "ending"),
    [
        (pdf(), PDF, ".pdf"),
        (document(), DOCX, ".docx"),
        (document(main=SHEET), XLSX, ".xlsx"),
        (picture("JPEG"), JPEG, ".jpg"),
        (picture("PNG"), PNG, ".png"),
    ],
    ids=["pdf", "docx", "xlsx", "jpeg", "png"],
)
@pytest.mark.parametrize("given_name", ["Hồ sơ.pdf", "Hồ sơ.JPEG", "Hồ sơ"])
def test_the_type_and_the_ending_come_from_the_content(
    data: bytes, kind: str, ending: str, given_name: str
) -> None:
    accepted = inspected(data, given_name)
    assert accepted == Accepted("Hồ sơ" + ending, kind, len(data), hashlib.sha256(data).hexdigest())


def test_an_accepted_file_is_left_rewound_for_storing() -> None:
    upload = ContentFile(pdf(), "a.pdf")
    upload.read(10)
    assert inspect(upload).size == len(upload.read())


def test_a_program_named_like_a_picture_is_refused_with_what_why_and_what_to_do() -> None:
    assert refusal(b"MZ\x90\x00", "ảnh.png") == (
        "Không nhận tệp “ảnh.png”: nội dung không phải PDF, Word (.docx), Excel (.xlsx) hay ảnh JPEG, PNG. "
        "Hãy xuất ra PDF rồi tải lại."
    )


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf <!DOCTYPE html><script>alert(1)</script>",
        b"GIF89a",
        b"PK\x05\x06" + bytes(18),
        b"\n%!PS-Adobe",
        b"#!/bin/sh",
    ],
)
def test_pages_scripts_and_other_types_are_refused(data: bytes) -> None:
    assert "nội dung không phải PDF" in refusal(data)


def test_an_empty_file_is_refused() -> None:
    assert "không có nội dung" in refusal(b"")


def test_a_file_may_be_as_large_as_the_limit_and_not_one_byte_larger() -> None:
    data = pdf()
    assert inspect(ContentFile(data, "a.pdf"), max_size=len(data)).size == len(data)
    assert "tệp lớn hơn 0 MB" in refusal(data, max_size=len(data) - 1)


def test_old_office_files_and_those_with_a_password_are_refused() -> None:
    assert "đời cũ (.doc, .xls) hoặc có mật khẩu" in refusal(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512))


# -- PDF ----------------------------------------------------------------------------------------------


def attached() -> PdfWriter:
    writer = PdfWriter()
    writer.add_attachment("a.exe", b"MZ")
    return writer


def locked() -> PdfWriter:
    writer = PdfWriter()
    writer.encrypt("", "owner", algorithm="RC4-128")
    return writer


PACKED_SCRIPT = zlib.compress(b"5 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (pdf_with(b"", b"/S /JavaScript /JS (app.alert\\(1\\))"), "có mã lệnh"),
        (pdf_with(b"", b"/S /J#61vaScript"), "có mã lệnh"),
        (pdf_with(b"", b"/S/Launch/F(cmd.exe)"), "có mã lệnh"),
        (pdf_with(PACKED_SCRIPT, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"), "có mã lệnh"),
        (pdf_with(PACKED_SCRIPT, b"/Type /Obj#53tm"), "có mã lệnh"),
        (pdf(attached()), "đính kèm bên trong"),
        (pdf(locked()), "có mật khẩu hoặc bị khóa"),
        (pdf_with(zlib.compress(bytes(33 << 20)), b"/Type /ObjStm"), "nén bất thường"),
        (pdf()[:-20], "bị cắt cụt"),
        (pdf() + b"MZ hidden", "dữ liệu thừa ở cuối"),
        (pdf() + document(), "ghép hai loại"),
        (b"%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF", "ghép hai loại"),
    ],
    ids=range(12),
)
def test_a_pdf_that_runs_hides_or_locks_something_is_refused(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


def test_a_pdf_with_plain_object_streams_and_padding_is_taken() -> None:
    data = pdf_with(zlib.compress(b"5 0 << /Type /Page >>"), b"/Type /ObjStm") + bytes(512)
    assert inspected(data).content_type == PDF


def test_a_broken_object_stream_hides_nothing_from_a_reader_either() -> None:
    assert inspected(pdf_with(b"not packed", b"/Type /ObjStm")).content_type == PDF


PLAIN_SCRIPT = b"5 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>"
HEADER = b"/N 1 /First 4 "


def objects_of(*objects: bytes, packed: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 5, and of those in an object stream, if any."""
    parts = [b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 5)]
    if packed:
        stream = zlib.compress(b"9 0 " + packed)
        parts.append(
            b"20 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\r\n" + stream + b"endstream\n"
        )
    return b"%PDF-1.7\n" + b"".join(parts) + b"%%EOF\n"


@pytest.mark.parametrize(
    ("body", "dictionary"),
    [
        (PLAIN_SCRIPT.hex().encode() + b">", b"/Filter /ASCIIHexDecode"),
        (base64.a85encode(PLAIN_SCRIPT) + b"~>", b"/Filter /ASCII85Decode"),
        (b"\x80\x0b", b"/Filter /LZWDecode"),
        (b"\x00(\x80", b"/Filter /RunLengthDecode"),
        (zlib.compress(PLAIN_SCRIPT).hex().encode() + b">", b"/Filter [/ASCIIHexDecode /FlateDecode]"),
        (zlib.compress(zlib.compress(PLAIN_SCRIPT)), b"/Filter [/FlateDecode /FlateDecode]"),
        (zlib.compress(b"5 0 <<>>"), b"/Filter [/Crypt /FlateDecode]"),
        (zlib.compress(b"5 0 <<>>"), b"/Filter /Fl#61teDecode /Filter /ASCIIHexDecode"),
        (zlib.compress(b"5 0 <<>>"), b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >>"),
        (zlib.compress(b"5 0 <<>>"), b"/Filter 7 0 R"),
        (zlib.compress(b"5 0 <<>>")[:-9], b"/Filter /FlateDecode"),
        (PLAIN_SCRIPT.hex().encode() + b">", b"/Note (1 0 obj << /Filter /FlateDecode) /Filter /AHx"),
    ],
)
@pytest.mark.parametrize("kind", [b"/Type /ObjStm ", b"/Type /Nothing ", b""])
def test_objects_that_are_packed_as_no_writer_does_are_refused(
    body: bytes, dictionary: bytes, kind: bytes
) -> None:
    """Readers find an object stream by their index, whatever it calls itself."""
    assert "nén bất thường" in refusal(pdf_with(body, kind + HEADER + dictionary))


@pytest.mark.parametrize(
    "header", [b"/N 1 /First 4 ", b"/N 1 /F#69rst 4 ", b"/First 4 /N 1 /Note (endstream endobj) "]
)
def test_a_script_is_found_beyond_an_end_that_the_file_only_claims(header: bytes) -> None:
    stored = zlib.compress(b"endstream " + PLAIN_SCRIPT, 0)
    assert "có mã lệnh" in refusal(pdf_with(stored, header + b"/Filter /FlateDecode"))


@pytest.mark.parametrize("action", [b"/SubmitForm", b"/ImportData", b"/GoToR", b"/GoToE", b"/Go#54oR"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_pdf_that_sends_data_or_opens_other_files_is_refused(action: bytes, is_packed: bool) -> None:
    link = b"<</Type/Annot/Subtype/Link/A<</S" + action + b"/F(http://example.org/)>>>>"
    data = objects_of(packed=link) if is_packed else objects_of(link)
    assert "tự gửi dữ liệu đi hoặc mở tệp khác" in refusal(data)


URI = b"<</S/URI/URI(http://example.org/)>>"


@pytest.mark.parametrize(
    "data",
    [
        objects_of(b"<</Type/Catalog/OpenAction" + URI + b">>"),
        objects_of(b"<</Type/Catalog/Open#41ction 6 0 R>>", URI),
        objects_of(b"<</Type/Catalog/OpenAction 6 0 R>>", b"<</S/GoTo/D[1 0 R/Fit]/Next[7 0 R]>>", URI),
        objects_of(b"<</Type/Catalog/OpenAction 9 0 R>>", packed=URI),
        objects_of(packed=b"<</Type/Catalog/OpenAction 6 %x\n 0 R>>") + objects_of(b"null", URI),
        objects_of(b"<</Type/Page/AA<</O 6 0 R>>>>", URI),
        objects_of(b"<</Type/Page/AA 6 0 R>>", b"<</O 7 0 R>>", URI),
        objects_of(b"<</Type/Page/AA<</O<</S 7 0 R>>>>>>", b"null", b"/URI"),
    ],
    ids=range(8),
)
def test_a_pdf_that_opens_an_address_by_itself_is_refused(data: bytes) -> None:
    assert "tự mở trang mạng" in refusal(data)


def test_an_action_that_cannot_be_found_is_not_trusted() -> None:
    assert "nén bất thường" in refusal(objects_of(b"<</Type/Catalog/OpenAction 77 0 R>>"))


@pytest.mark.parametrize(
    "data",
    [
        # Word and LibreOffice: a place to open at, links to click, a table of contents, an index with a predictor
        objects_of(
            b"<</Type/Catalog/Outlines 7 0 R/OpenAction[1 0 R/XYZ null null 0]>>",
            b"<</Type/Annot/Subtype/Link/Border[0 0 0]/A<</Type/Action/S/URI/URI(https://moit.gov.vn/)>>>>",
            b"<</First 8 0 R/Last 8 0 R/Count 1>>",
            b"<</Title(\\376\\377 \\(1\\) < > [)/First 8 0 R/N 3/Dest[1 0 R/Fit]>>",
            b"<</Type/XRef/W[1 2 1]/Filter/FlateDecode/DecodeParms<</Columns 4/Predictor 12>>>>stream\nx\nendstream",
        ),
        # TeX: the place to open at in an object stream, links beside it
        objects_of(b"<</Type/Catalog/OpenAction 9 0 R>>", URI, packed=b"<</S/GoTo/D[1 0 R/Fit]>>"),
        # a scanner: a picture, compressed once or twice
        pdf_with(bytes(range(256)) * 40, b"/Subtype /Image /Filter [/FlateDecode /DCTDecode]"),
        pdf_with(b"/AA<<", b"/Subtype /Image /Filter /CCITTFaxDecode /DecodeParms << /K -1 >>"),
        # a font that is called so
        objects_of(b"<</Font<</AA 6 0 R>>>>", b"<</Type/Font/BaseFont/Times/FirstChar 32>>"),
    ],
    ids=["office", "tex", "scanner", "fax", "font"],
)
def test_what_offices_and_scanners_write_is_taken(data: bytes) -> None:
    assert inspected(data).content_type == PDF


@pytest.mark.parametrize("tiring", [b"/First<", b"/AA<<", b"/AA 5 0 R ", b"5 0 obj", b"/First 1>>stream "])
def test_a_pdf_that_is_made_to_tire_is_refused_soon(tiring: bytes) -> None:
    data = b"%PDF-1.7\n/AA 5 0 R\n" + tiring * ((12 << 20) // len(tiring)) + b"\n%%EOF\n"
    start = time.process_time()
    assert "nén bất thường" in refusal(data)
    assert time.process_time() - start < 20


# -- Pictures -----------------------------------------------------------------------------------------


def huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_001, 60_000])
def test_a_picture_that_unpacks_to_too_many_pixels_is_refused(side: int) -> None:
    assert "hơn 100 triệu điểm ảnh" in refusal(huge_png(side, side))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (picture("PNG")[:-8], "bị hỏng"),
        (picture("PNG")[:20], "bị hỏng"),
        (b"\xff\xd8\xff\xe0 no picture", "bị hỏng"),
        (picture("PNG") + b"MZ hidden", "ghép hai loại"),
        (picture("PNG") + document(), "ghép hai loại"),
        (picture("JPEG") + document(), "ghép hai loại"),
        (picture("JPEG")[:4] + b"\x00<script>alert(1)</script>", "ghép hai loại"),
        (picture("JPEG")[:2] + b"\xff\xfe\x00\x08%PDF-1" + picture("JPEG")[2:], "ghép hai loại"),
    ],
    ids=range(8),
)
def test_a_broken_or_double_picture_is_refused(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data, "ảnh.jpg")


def test_what_a_phone_keeps_behind_a_photograph_is_taken() -> None:
    assert inspected(picture("JPEG") + picture("JPEG")).content_type == JPEG


# -- Word and Excel -----------------------------------------------------------------------------------

BILLION_LAUGHS = '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;">]><a>&m;</a>'


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"word/vbaProject.bin": b"\xd0\xcf"}, "có macro"),
        ({"word/embeddings/oleObject1.bin": b"\xd0\xcf"}, "đối tượng nhúng"),
        ({"xl/externalLinks/externalLink1.xml": "<a/>"}, "đối tượng nhúng"),
        ({"word/activeX/activeX1.bin": b"a"}, "đối tượng nhúng"),
        ({"customXml/item1.xml": BILLION_LAUGHS}, "khai báo XML"),
        ({"customXml/item1.xml": ("\ufeff" + BILLION_LAUGHS).encode("utf-16-le")}, "khai báo XML"),
        ({"customXml/item1.xml": BILLION_LAUGHS.encode("utf-16-be")}, "khai báo XML"),
        ({"customXml/item1.xml": "<a/>" + " " * (2 << 16) + "<!DOCTYPE a>"}, "khai báo XML"),
        (
            {"word/_rels/settings.xml.rels": relations(("attachedTemplate", "https://evil.test/a.dotm"))},
            "từ nơi khác",
        ),
        (
            {"word/_rels/settings.xml.rels": relations(("attachedTemplate", "file:///\\\\evil.test\\a"))},
            "từ nơi khác",
        ),
        ({"word/_rels/document.xml.rels": relations(("image", "https://evil.test/a.png"))}, "từ nơi khác"),
        ({"word/_rels/document.xml.rels": "<Relationships"}, "bị hỏng"),
        ({"../../etc/passwd": "x"}, "bị hỏng"),
        ({"/etc/passwd": "x"}, "bị hỏng"),
        ({"word/Document.xml": "twice"}, "bị hỏng"),
        ({f"word/media/{number}": "" for number in range(2000)}, "bị hỏng"),
        ({"word/media/bomb": bytes(41 << 20)}, "quá lớn khi mở ra"),
        ({f"word/media/{number}": bytes(17 << 20) for number in range(5)}, "quá lớn khi mở ra"),
    ],
    ids=range(18),
)
def test_a_document_with_something_hostile_inside_is_refused(
    more: dict[str, str | bytes], sentence: str
) -> None:
    assert sentence in refusal(document(more), "đề án.docx")


def test_a_document_for_macros_is_refused_whatever_its_name() -> None:
    macros = document(main="application/vnd.ms-word.document.macroEnabled.main+xml")
    assert "có macro" in refusal(macros, "đề án.docx")


@pytest.mark.parametrize("main", ["application/java-archive", "application/vnd.oasis.opendocument.text"])
def test_other_packages_are_refused(main: str) -> None:
    assert "nội dung không phải PDF" in refusal(document(main=main), "đề án.docx")


def test_links_and_the_path_of_ones_own_template_are_taken() -> None:
    links = relations(
        ("hyperlink", "https://moit.gov.vn"), ("attachedTemplate", "file:///C:\\Users\\An\\mau.dotx")
    )
    assert inspected(document({"word/_rels/document.xml.rels": links})).content_type == DOCX


def test_a_declared_size_that_lies_does_not_let_a_bomb_through() -> None:
    bomb = document({"word/media/bomb": bytes(41 << 20)})
    small = bomb.replace(struct.pack("<I", 41 << 20), struct.pack("<I", 100))
    assert small != bomb
    assert "bị hỏng" in refusal(small)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (document() + b"MZ", "ghép hai loại"),
        (b"PK\x03\x04" + pdf() + document(), "ghép hai loại"),
        (document()[:200], "bị hỏng"),
        (document().replace(b"word/document.xml", b"word/another_.xml", 1), "bị hỏng"),
    ],
    ids=range(4),
)
def test_a_package_that_reads_differently_from_both_ends_is_refused(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


def test_an_encrypted_part_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(document())) as package:
        directory = package.start_dir
    data = bytearray(document())
    data[directory + 8] |= 1
    assert "có mật khẩu" in refusal(bytes(data))


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]),
)
def test_random_bytes_are_accepted_or_refused_but_never_crash(data: bytes, start: bytes) -> None:
    try:
        assert inspected(start + data).size == len(start + data)
    except Refused as refused:
        assert str(refused).startswith("Không nhận tệp “hồ sơ.pdf”: ")


# -- Names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("Đề án máy cưa.pdf", "Đề án máy cưa.pdf"),
        (unicodedata.normalize("NFD", "Đề án.pdf"), "Đề án.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\An\\dự toán.xlsx", "dự toán.pdf"),
        ("báo\u202efdp.exe", "báofdp.exe.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "ab Set-Cookie_ x.pdf"),
        ("đề\u200b án\u00a0 \u2028một.pdf", "đề án một.pdf"),
        ('"><img src=x>.pdf', "___img src=x_.pdf"),
        ("...", "tep.pdf"),
        ("", "tep.pdf"),
        ("ấ" * 300 + ".pdf", "ấ" * 146 + ".pdf"),
    ],
)
def test_the_shown_name_is_clean(given_name: str, name: str) -> None:
    upload = ContentFile(pdf())
    upload.name = given_name
    assert inspect(upload).name == name


@given(st.text(max_size=400))
def test_no_name_is_too_long_or_holds_what_cannot_be_seen(given_name: str) -> None:
    name = shown_name(given_name, ".pdf")
    assert len(name) <= MAX_NAME
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for char in name)
    assert unicodedata.is_normalized("NFC", name)
