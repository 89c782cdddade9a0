"""Reading documents: every kind of file, its pages and offsets, and what cannot be read."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from interview.intake.document import Limits, fold
from interview.intake.read import read_resume
from talentloop.errors import DocumentError
from tests.interview.intake import made

CHINESE = "教育背景\n2014.09-2018.06 华中科技大学 机械工程 本科\n工作经历\n2018.07-至今 工程师"


def written(folder: Path, data: bytes, name: str = "resume") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refusal(path: Path) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_resume(path)
    assert str(path) in caught.value.where
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_chinese_text_is_read_in_each_usual_encoding(tmp_path: Path, encoding: str) -> None:
    found = read_resume(written(tmp_path, CHINESE.encode(encoding)))
    assert (found.kind, found.text) == ("text", CHINESE)


def test_a_pdf_keeps_the_page_that_each_word_stands_on(tmp_path: Path) -> None:
    html = "<p>张三 机械工程师</p><p style='break-before: page'>SolidWorks and 焊接工艺</p>"
    found = read_resume(written(tmp_path, made.pdf(html)))
    start = found.text.index("SolidWorks")
    span = found.span(start, start + 10)
    assert (found.kind, span.quote, span.page, found.page_of(0)) == ("pdf", "SolidWorks", 2, 1)
    assert [page.method for page in found.pages] == ["text", "text"]
    assert "机械工程师" in fold(found.text)


def test_a_word_document_gives_tables_and_text_boxes_in_order_once_each(tmp_path: Path) -> None:
    document = made.word_document(["个人简历"], [["学历", "硕士"], ["专业", "机械工程"]])
    box = f"""<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">
      <mc:AlternateContent><mc:Choice Requires="wps"><w:txbxContent><w:p><w:r><w:t>技能：焊接</w:t></w:r>
      </w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>技能：焊接</w:t></w:r>
      </w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"""
    document.add_paragraph("末尾")._p.append(parse_xml(box))
    hidden = document.add_paragraph().add_run("看不见的关键词")
    hidden.font.hidden = True
    document.save(str(tmp_path / "resume"))
    found = read_resume(tmp_path / "resume")
    assert found.text.split("\n") == [
        "个人简历", "学历\t硕士", "专业\t机械工程", "末尾", "技能：焊接"
    ]  # fmt: skip


def test_html_gives_what_a_reader_sees(tmp_path: Path) -> None:
    page = (
        "<!doctype html><html><head><meta charset=gbk><title>t</title></head><body><h1>简历</h1>"
        "<table><tr><td>学历</td><td>本科</td></tr></table><script>x()</script>"
        "<p style='display:none'>Java Java Java</p><p>熟悉<b>SQL</b>与Python</p></body></html>"
    )
    found = read_resume(written(tmp_path, page.encode("gbk")))
    assert (found.kind, found.text.split("\n")) == (
        "html", ["简历", "学历\t本科", "熟悉SQL与Python"]
    )  # fmt: skip


@made.needs_ocr
def test_scans_and_images_are_recognised_in_both_languages(tmp_path: Path) -> None:
    drawn = made.picture(["学历：本科 专业：机械工程", "Skills: SolidWorks, AutoCAD"])
    scan = read_resume(written(tmp_path, made.image_bytes(drawn, "PDF"), "scan"))
    photo = read_resume(written(tmp_path, made.image_bytes(drawn, "PNG"), "photo"))
    for found in (scan, photo):
        assert found.pages[0].method == "ocr"
        assert (found.pages[0].confidence or 0) > 0.6
        assert "机械工程" in found.text
        assert "SolidWorks" in found.text


@made.needs_ocr
def test_an_image_without_text_is_refused(tmp_path: Path) -> None:
    blank = made.image_bytes(made.picture([]), "PNG")
    assert "No text" in refusal(written(tmp_path, blank)).what


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"\x00" * 90_000_000)
    no_word = io.BytesIO()
    with zipfile.ZipFile(no_word, "w") as package:
        package.writestr("notes.txt", "text")
    cases = {
        "empty": b"",
        "password": made.locked_pdf(),
        "broken": b"%PDF-1.7 and then nothing",
        "unpacks": bomb.getvalue(),
        "broken or": no_word.getvalue(),
        "old word-processor": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64,
        "image file is broken": b"\x89PNG\r\n\x1a\n broken",
        "neither text": bytes(range(256)) * 8,
    }
    for said, data in cases.items():
        assert said in refusal(written(tmp_path, data, said.replace(" ", ""))).what
    cut = io.BytesIO()
    docx.Document().save(cut)
    assert "broken" in refusal(written(tmp_path, cut.getvalue()[:2000])).what
    assert "cannot be read" in refusal(tmp_path / "absent").what


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = made.sparse_file(tmp_path / "huge.pdf", 200 * 1024 * 1024)
    assert "larger than 20 MiB" in refusal(path).what


def test_a_package_that_lies_about_its_sizes_is_counted(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"\x00" * 5_000_000)
    data = out.getvalue()
    place = data.index(b"PK\x01\x02") + 24
    lying = data[:place] + (100).to_bytes(4, "little") + data[place + 4 :]
    with pytest.raises(DocumentError):
        read_resume(written(tmp_path, lying), limits=Limits(max_unpacked_bytes=1_000_000))


def repacked(data: bytes, method: int = zipfile.ZIP_DEFLATED, **changes: bytes) -> bytes:
    """A document's package anew, with other content in the parts whose names end so."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", method) as new:
        for part in old.infolist():
            end = part.filename.rsplit("/", 1)[-1].partition(".")[0].strip("[]")
            new.writestr(part.filename, changes.get(end, old.read(part)))
    return out.getvalue()


def test_a_package_of_another_structure_is_broken_and_nothing_else(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "a header"
    out = io.BytesIO()
    document.save(out)
    whole = out.getvalue()
    body = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    ways = {
        "types": repacked(whole, Content_Types=b"<Types/>"),
        "no-body": repacked(whole, document=body),
        "no-xml": repacked(whole, document=b"not XML"),
        "no-relation": repacked(whole, document=_body_with_a_lost_header(whole)),
        "lzma": repacked(whole, zipfile.ZIP_LZMA),
        "bzip2": repacked(whole, zipfile.ZIP_BZIP2),
    }
    for name, data in ways.items():
        assert "broken" in refusal(written(tmp_path, data, name)).what, name


def _body_with_a_lost_header(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read("word/document.xml")
    assert b"r:id=" in body
    return re.sub(rb'r:id="[^"]*"', b'r:id="rId999"', body)


def test_an_error_can_leave_out_a_file_name_that_is_a_persons(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        read_resume(written(tmp_path, b"", "张三"), name="application 7")
    assert "张三" not in str(caught.value)
    assert caught.value.where == "application 7"
