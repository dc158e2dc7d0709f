"""What Word shows is read, whatever it is made of; what it does not show is left out and said."""

from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.omissions import OmissionKind
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.office.documents.word import COMMENT, HEADERS
from tasks_app.text.extraction.office.formula import equation_field
from tests.unit.text.extraction.builders import LIMITS, archive, stored
from tests.unit.text.extraction.hostile import office, parts
from tests.unit.text.extraction.office.word_files import NAMES, field, paragraph, relations, run, word_file


def read(folder: Path, content: bytes) -> Extracted:
    return file_formats.read(stored(folder, content), ".docx", LIMITS)


def omitted(extracted: Extracted) -> dict[str, int]:
    return {one.kind: one.count for one in extracted.omissions}


def tick(checked: int) -> str:
    state = f'<w14:checkbox><w14:checked w14:val="{checked}"/></w14:checkbox>'
    return f"<w:sdt><w:sdtPr>{state}</w:sdtPr><w:sdtContent>{run('☒')}</w:sdtContent></w:sdt>"


def text_box(text: str) -> str:
    return f"<w:txbxContent>{paragraph(run(text))}</w:txbxContent>"


def fraction(top: str, bottom: str) -> str:
    return f"<m:f><m:num>{math_run(top)}</m:num><m:den>{math_run(bottom)}</m:den></m:f>"


def math_run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


RAISED, LOWERED = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
LEGACY = '<w:ffData><w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox></w:ffData>'
CHOICE = (
    '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList></w:ffData>'
)
SHOWN = {
    "ticks": (tick(1) + run("可") + tick(0) + run("否"), "☑可☐否"),
    "symbols": ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run("可"), "☑可"),
    "a symbol typed": (run("þ", '<w:rFonts w:ascii="Wingdings"/>') + run("可"), "☑可"),
    "a word in a symbol font": (run("可否", '<w:rFonts w:ascii="Wingdings"/>'), "可否"),
    "legacy ticks": (field("FORMCHECKBOX", data=LEGACY) + run("旧"), "☐旧"),
    "legacy lists": (run("種別") + field("FORMDROPDOWN", data=CHOICE), "種別乙"),
    "fields": (run("計") + field("REF a \\h", "48") + run("人"), "計48人"),
    "page numbers": (run("頁") + field("PAGE", "7"), "頁"),
    "superscripts": (
        run("10") + run("3", RAISED) + run("m") + run("2", RAISED) + run("CO") + run("2", LOWERED),
        "10³m²CO₂",
    ),
    "superscript words": (run("1") + run("st", RAISED) + run("案") + run("注", RAISED), "1st案注"),
    "fractions": (f"<m:oMath>{fraction('3', '4')}</m:oMath>", "3/4"),
    "nested fractions": (f"<m:oMath>{fraction('a+b', '2')}</m:oMath>", "(a+b)/2"),
    "powers": (
        f"<m:oMath><m:sSup><m:e>{math_run('x')}</m:e><m:sup>{math_run('n+1')}</m:sup></m:sSup></m:oMath>",
        "xⁿ⁺¹",
    ),
    "readings": (f"<w:r><w:ruby><w:rt>{run('つち')}</w:rt><w:rubyBase>{run('土')}</w:rubyBase></w:ruby></w:r>", "土"),
    "a box once": (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing>"
        f"{text_box('枠')}</w:drawing></mc:Choice><mc:Fallback><w:pict>{text_box('枠')}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>",
        "枠",
    ),
    "a box that only the fallback has": (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing/></mc:Choice>"
        f"<mc:Fallback><w:pict>{text_box('枠')}</w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        "枠",
    ),
    "word art": ('<w:r><w:pict><v:shape><v:textpath string="社外秘"/></v:shape></w:pict></w:r>', "社外秘"),
}


@pytest.mark.parametrize("case", SHOWN)
def test_what_is_shown_is_read(tmp_path: Path, case: str) -> None:
    runs, text = SHOWN[case]
    assert read(tmp_path, word_file(paragraph(runs))).text == text


@pytest.mark.parametrize(
    ("instruction", "text"),
    [
        (r'EQ \* jc2 \* "Font:ＭＳ 明朝" \* hps10 \o\ad(\s\up 9(つちうら),土浦)', "土浦"),
        (r"EQ \o\ac(○,印)", "印"),
        (r"EQ \o\ac(○,5)", "⑤"),
        (r"EQ \f(3,4)", "3/4"),
        (r"eq \f(1,1+x)", "1/(1+x)"),
        (r"EQ 10\s\up 5(3)", "10³"),
        (r"EQ \r(3,8)", "³√8"),
        (r"EQ \x(枠\,内)", "枠,内"),
    ],
)
def test_equation_fields(instruction: str, text: str) -> None:
    assert equation_field(instruction) == text


def test_an_endless_equation_field_ends() -> None:
    assert equation_field("EQ " + r"\f(1," * 5000)


def test_ticks_around_paragraphs_and_cells(tmp_path: Path) -> None:
    inner = f"<w:tc>{paragraph(run('☒'))}</w:tc>"
    control = '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr><w:sdtContent>{}'
    end = "</w:sdtContent></w:sdt>"
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>'
    body = control.format(0, paragraph(symbol, run("否"))) + end
    body += f"<w:tbl><w:tr>{control.format(1, inner)}{end}<w:tc>{paragraph(run('可'))}</w:tc></w:tr></w:tbl>"
    assert read(tmp_path, word_file(body)).text == "☐否\n\n☑ | 可"


def test_hidden_and_deleted_text_is_left_out_and_said(tmp_path: Path) -> None:
    styles = '<w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>'
    hidden = run("隠し", "<w:vanish/>") + run("た", '<w:rStyle w:val="H"/>')
    body = paragraph(run("見える"), hidden, run("文", '<w:vanish w:val="0"/>')) + paragraph(
        run("隠した行"), properties='<w:pStyle w:val="H"/>'
    )
    body += paragraph(run("前"), f"<w:del>{run('消')}</w:del>", properties="<w:rPr><w:del/></w:rPr>") + paragraph(
        run("後")
    )
    extracted = read(tmp_path, word_file(body, styles=styles))
    assert extracted.text == "見える文\n\n前後"
    assert omitted(extracted) == {OmissionKind.HIDDEN_TEXT: 2, OmissionKind.DELETED_TEXT: 1}


def test_comments_notes_headers_and_footers_come_once(tmp_path: Path) -> None:
    body = paragraph(run("本文"), '<w:r><w:commentReference w:id="4"/></w:r>')
    note = f'<w:footnote w:type="separator" w:id="0"/><w:footnote w:id="2">{paragraph(run("注の文"))}</w:footnote>'
    head = f"<w:hdr {NAMES}>{paragraph(run('市の計画'))}{paragraph(field('PAGE', '3'))}</w:hdr>".encode()
    related = {f"h{n}": (f"{kind}/{kind}{n}.xml", head) for n, kind in enumerate(("header", "header", "footer"))}
    comment = f'<w:comment w:id="4">{paragraph(run("査定前"))}</w:comment>'
    text = read(tmp_path, word_file(body, related, footnotes=note, comments=comment)).text
    assert text == f"本文\n\n{COMMENT} 査定前\n\n注の文\n\n{HEADERS}\n\n市の計画"


def test_comments_in_a_circle_and_fields_without_an_end(tmp_path: Path) -> None:
    reference = '<w:r><w:commentReference w:id="1"/></w:r>'
    comment = f'<w:comment w:id="1">{paragraph(run("甲"), reference)}</w:comment>'
    comment += f'<w:comment w:id="2">{paragraph(run("乙"))}</w:comment>'
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF</w:instrText></w:r>'
    body = paragraph(run("前"), begin, reference) + paragraph(run("後"))
    text = read(tmp_path, word_file(body, comments=comment)).text
    assert text == f"前\n\n{COMMENT} 甲\n\n後\n\n{COMMENT} 乙"


def test_charts_and_pictures(tmp_path: Path) -> None:
    points = '<c:ptCount val="2"/><c:pt idx="0"><c:v>0.446</c:v></c:pt><c:pt idx="1"><c:v>0.5</c:v></c:pt>'
    chart = (
        f"<c:chartSpace {NAMES}><c:ser><c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>率</c:v></c:pt></c:strCache>"
        f"</c:strRef></c:tx><c:val><c:numRef><c:numCache><c:formatCode>0.0%</c:formatCode>{points}</c:numCache>"
        "</c:numRef></c:val></c:ser></c:chartSpace>"
    ).encode()
    alternatives = (
        '<wp:docPr descr="庁舎の写真"/><wp:docPr descr="図：自動的に生成された説明"/><wp:docPr descr="a.png"/>'
    )
    shapes = alternatives + '<c:chart r:id="x"/><c:chart r:id="gone"/><dgm:relIds r:dm="gone"/><pic:pic/>'
    formula = '<w:object><v:imagedata/><o:OLEObject ProgID="Equation.3"/></w:object>'
    body = paragraph(f"<w:r><w:drawing>{shapes}</w:drawing>{formula}</w:r>")
    extracted = read(tmp_path, word_file(body, {"x": ("chart/chart1.xml", chart)}))
    assert extracted.text == "庁舎の写真\n\n率 | 44.6% | 50.0%"
    assert omitted(extracted) == dict.fromkeys(("charts", "diagrams", "pictures", "formulas"), 1)


CHUNKS = {
    "html": ("a.html", "<h1>題</h1><p>本<br>文<table><tr><td>甲<td>乙</table><script>x</script>".encode()),
    "mht": (
        "a.mht",
        "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<h1>題</h1>本<br>文"
        "<table><tr><td>甲<td>乙</table>".encode(),
    ),
    "docx": ("a.docx", office("docx", "題\n本文")),
    "txt": ("a.txt", "題\n本文".encode("cp932")),
}


@pytest.mark.parametrize("kind", CHUNKS)
def test_files_shown_as_part_of_the_document(tmp_path: Path, kind: str) -> None:
    name, content = CHUNKS[kind]
    extracted = read(tmp_path, word_file('<w:altChunk r:id="k"/>', {"k": (f"aFChunk/{name}", content)}))
    words = "題 本 文 甲 | 乙" if kind in ("html", "mht") else "題 本文"
    assert " ".join(extracted.text.split()) == words


def test_a_chunk_in_a_chunk_ends_and_a_bomb_in_one_is_refused(tmp_path: Path) -> None:
    body = paragraph(run("層")) + '<w:altChunk r:id="k"/>'
    content = word_file(paragraph(run("底")))
    for _ in range(5):
        content = word_file(body, {"k": ("aFChunk/a.docx", content)})
    extracted = read(tmp_path, content)
    assert extracted.text.split() == ["層"] * 3
    assert omitted(extracted) == {OmissionKind.ATTACHMENTS: 1}
    bomb = archive({"word/document.xml": bytes(6 * 1024**2)})
    with pytest.raises(Unreadable) as refusal:
        read(tmp_path, word_file(body, {"k": ("aFChunk/a.docx", bomb)}))
    assert refusal.value.code == "archive_too_large"


def test_strict_files_and_relations_that_lead_nowhere(tmp_path: Path) -> None:
    content = parts(office("docx", "本文"))
    strict = {
        name: data.replace(
            b"schemas.openxmlformats.org/wordprocessingml/2006/", b"purl.oclc.org/ooxml/wordprocessingml/"
        ).replace(b"schemas.openxmlformats.org/officeDocument/2006/", b"purl.oclc.org/ooxml/officeDocument/")
        for name, data in content.items()
    }
    assert strict["word/document.xml"] != content["word/document.xml"]
    assert read(tmp_path, archive(strict)).text == "本文"
    rows = "".join(
        f'<Relationship Id="x{n}" Type="http://x/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            (("image", "NULL"), ("numbering", "gone.xml"), ("header", ""), ("styles", ""))
        )
    )
    assert read(tmp_path, archive({**content, "word/_rels/document.xml.rels": relations(rows)})).text == "本文"


def test_endless_nesting_does_no_harm(tmp_path: Path) -> None:
    math = "<m:f><m:num>" * 80 + math_run("x") + "</m:num></m:f>" * 80
    assert "x" in read(tmp_path, word_file(paragraph(f"<m:oMath>{math}</m:oMath>"))).text
