"""Numbers that Word writes by itself are part of the text."""

from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.office.counting import counted
from tests.unit.text.extraction.builders import LIMITS, stored
from tests.unit.text.extraction.office.word_files import item, level, numbered, paragraph, run, word_file


def read(folder: Path, body: str, numbering: str, styles: str = "") -> list[str]:
    content = word_file(body, numbering=numbering, styles=styles)
    return file_formats.read(stored(folder, content), ".docx", LIMITS).text.split("\n\n")


def abstract(list_id: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{list_id}">{"".join(levels)}</w:abstractNum>'


def num(num_id: int, list_id: int, override: str = "") -> str:
    return f'<w:num w:numId="{num_id}"><w:abstractNumId w:val="{list_id}"/>{override}</w:num>'


COUNTED = {
    "decimal": (12, "12"),
    "decimalFullWidth": (12, "１２"),
    "decimalZero": (3, "03"),
    "decimalEnclosedCircle": (21, "㉑"),
    "decimalEnclosedParen": (3, "⑶"),
    "japaneseCounting": (123, "百二十三"),
    "japaneseDigitalTenThousand": (20, "二〇"),
    "japaneseLegal": (12, "壱拾弐"),
    "ideographTraditional": (3, "丙"),
    "ideographZodiac": (3, "寅"),
    "aiueo": (2, "ｲ"),
    "aiueoFullWidth": (46, "ン"),
    "irohaFullWidth": (3, "ハ"),
    "upperRoman": (1994, "MCMXCIV"),
    "lowerRoman": (4, "iv"),
    "lowerLetter": (28, "bb"),
    "ordinal": (22, "22nd"),
    "ordinalText": (42, "Forty-second"),
    "cardinalText": (115, "One hundred fifteen"),
    "3 digits": (7, "007"),
    "an unknown one": (5, "5"),
    "none": (1, "1"),
}


@pytest.mark.parametrize("style", COUNTED)
def test_numbers_in_every_style(style: str) -> None:
    number, written = COUNTED[style]
    assert counted(number, style) == written


def test_nothing_grows_with_an_absurd_number() -> None:
    assert all(len(counted(999_999_999, style)) < 40 for style in COUNTED)


def test_levels_restart_below_others_and_legal_ones_are_decimal(tmp_path: Path) -> None:
    numbering = abstract(
        1,
        level(0, "japaneseCounting", "第%1章"),
        level(1, "decimalFullWidth", "第%2条", '<w:lvlRestart w:val="0"/>'),
        level(2, "decimal", "%1.%2.%3", "<w:isLgl/>"),
        level(3, "aiueoFullWidth", "（%4）", '<w:suff w:val="nothing"/>'),
    ) + num(5, 1)
    body = "".join(item(5, at) for at in (0, 1, 2, 3, 3, 1, 0, 1, 2))
    assert read(tmp_path, body, numbering) == [
        *(
            "第一章 項",
            "第１条 項",
            "1.1.1 項",
            "（ア）項",
            "（イ）項",
            "第２条 項",
            "第二章 項",
            "第３条 項",
            "2.3.1 項",
        )
    ]


def test_lists_go_on_across_uses_unless_they_are_started_again(tmp_path: Path) -> None:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "decimal", "手順%1")}</w:lvlOverride>'
    numbering = abstract(1, level(0, "decimal", "%1."), level(1, "decimal", "%1-%2"))
    numbering += num(1, 1) + num(2, 1) + num(3, 1, again) + num(4, 1, own)
    body = item(1) + item(2) + item(3) + item(3) + item(4) + item(1, 1) + item(9) + item(0)
    assert read(tmp_path, body, numbering) == ["1. 項", "2. 項", "7. 項", "8. 項", "手順9 項", "9-1 項", "項", "項"]


def test_numbers_by_style_of_deleted_paragraphs_and_bullets(tmp_path: Path) -> None:
    styles = (
        f'<w:style w:type="paragraph" w:styleId="Base"><w:pPr>{numbered(1)}</w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Sub"><w:basedOn w:val="Base"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Plain"><w:basedOn w:val="Base"/>'
        f"<w:pPr>{numbered(0)}</w:pPr></w:style>"
    )
    bullet = level(1, "bullet", "\uf0d8", '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>')
    numbering = abstract(1, level(0, "decimal", "%1)", '<w:pStyle w:val="Base"/>'), bullet) + num(1, 1)
    body = "".join(
        paragraph(run(name), properties=f'<w:pStyle w:val="{name}"/>{more}')
        for name, more in (("Base", ""), ("Sub", ""), ("Sub", "<w:rPr><w:del/></w:rPr>"), ("Sub", ""), ("Plain", ""))
    )
    assert read(tmp_path, body + item(1, 1), numbering, styles) == ["1) Base", "2) Sub", "3) SubSub", "Plain", "➢ 項"]
