"""What a PDF holds: vertical text in its order, characters as written, pages that only show something."""

from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.omissions import Omission, OmissionKind, PlaceUnit
from tasks_app.text.extraction.common.result import Extracted
from tests.unit.text.extraction.builders import LIMITS, drawn, merged, pdf, scan, shown, stored, with_entries

COLUMNS = ("本日の会議を開きます。", "議題は「防災計画」です、", "意見を述べてください。")


def read(folder: Path, content: bytes) -> Extracted:
    return file_formats.read(stored(folder, content), ".pdf", LIMITS)


@pytest.mark.parametrize("encoding", ["UniJIS-UCS2-V", "UniJIS-UTF16-V"])
def test_columns_in_a_vertical_font_come_from_right_to_left(tmp_path: Path, encoding: str) -> None:
    page = b"\n".join(shown(text, x=500 - 20 * place) for place, text in enumerate(COLUMNS))
    assert "".join(read(tmp_path, drawn(page, encoding=encoding)).text.split()) == "".join(COLUMNS)


@pytest.mark.parametrize("encoding", ["UniJIS-UTF16-H", "UniJIS-UTF16-V"])
def test_columns_set_character_by_character_are_lines(tmp_path: Path, encoding: str) -> None:
    page = b"\n".join(
        shown(character, x=500 - 20 * place, y=700 - 12 * row)
        for place, text in enumerate(COLUMNS)
        for row, character in enumerate(text)
    )
    assert read(tmp_path, drawn(page, encoding=encoding)).text == "\n".join(COLUMNS) + "\n"


def test_figures_that_lie_on_their_side_stay_in_their_column(tmp_path: Path) -> None:
    pieces = [shown(character, y=700 - 12 * row) for row, character in enumerate("本日は令和年度の予算です")]
    turned = b"q 0 -1 1 0 52 1162 cm BT /F 12 Tf 1 0 0 1 0 0 Tm 512 0 Td <0036> Tj ET Q"  # as browsers write it
    pieces.insert(5, turned)
    assert read(tmp_path, drawn(b"\n".join(pieces))).text == "本日は令和6年度の予算です\n"


def test_a_short_column_of_figures_stays_one(tmp_path: Path) -> None:
    page = b"\n".join(shown(str(number), y=700 - 20 * number) for number in range(9))
    assert read(tmp_path, drawn(page)).text.split() == [str(number) for number in range(9)]


def test_characters_are_as_they_were_written(tmp_path: Path) -> None:
    assert read(tmp_path, pdf("⽇本の⻑い⾒出し︑﹁⼾﹂︒")).text == "日本の長い見出し、「戸」。\n"


def test_pages_that_show_something_without_text_are_unread(tmp_path: Path) -> None:
    garbled = pdf("調査の目的を示す。" * 3).replace(b"/F 3 0 R", b"/F (xxx)")
    content = merged(pdf("調査の目的を示す。", ""), drawn(b"", shown("次")), garbled, scan("horizontal"))
    extracted = read(tmp_path, content)
    assert extracted.unread_pages == [2, 5, 6]
    assert extracted.text.split() == ["調査の目的を示す。", "次"]
    assert len(extracted.pages) == 6


def test_all_pages_may_be_unread(tmp_path: Path) -> None:
    assert read(tmp_path, scan("vertical")).unread_pages == [1]


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [("90msp-RKSJ-H", "cp932"), ("90ms-RKSJ-H", "cp932"), ("EUC-H", "euc_jp"), ("UniJIS-UCS2-HW-H", "utf-16-be")],
)
def test_fonts_with_predefined_encodings_are_read(tmp_path: Path, encoding: str, codec: str) -> None:
    text = "令和八年度の補正予算を可決した。"
    assert read(tmp_path, drawn(shown(text, encoding=codec), encoding=encoding)).text == text + "\n"


def test_nonsense_is_no_text(tmp_path: Path) -> None:
    """Its font calls the characters of Shift_JIS those of Unicode."""
    page = shown("令和八年度の補正予算を可決した。担当は総務課です。", encoding="cp932")
    assert read(tmp_path, drawn(page)) == Extracted(text="\n", pages=[(1, 0, 1)], unread_pages=[1])


def test_letters_drawn_twice_are_read_once(tmp_path: Path) -> None:
    title, line = "水道料金改定", "令和八年度の予算"
    letters = [shown(letter, x=50 + 12 * place + shift) for place, letter in enumerate(title) for shift in (0, 0.4)]
    between = shown("毛布", y=640)  # the copy does not follow at once
    page = b"\n".join([*letters, shown(line, y=660), between, shown(line, x=50.5, y=660.3), shown("くく、ーー", y=620)])
    assert read(tmp_path, drawn(page)).text.split() == [title, line, "毛布", "くく、ーー"]


def test_letters_spread_over_a_line_are_words(tmp_path: Path) -> None:
    def spread(text: str, pitch: float, y: int) -> bytes:
        return b"\n".join(shown(letter, x=50 + pitch * place, y=y) for place, letter in enumerate(text))

    rows = [spread("会議録作成要領", 24, 700), spread("防災無線は四割に上る。", 14, 680), shown("会 議 録 案", y=660)]
    row = b"\n".join(shown(day, x=50 + 40 * place, y=640) for place, day in enumerate("月火水木"))
    assert read(tmp_path, drawn(b"\n".join([*rows, row]))).text == (
        "会議録作成要領\n防災無線は四割に上る。\n会議録案\n月 火 水 木\n"
    )


def test_columns_drawn_row_by_row_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = ("委員会は本年度の事業報告を", "審査し、その結果を本会議に", "報告することとした。")
    right = ("次に、来年度の予算について", "町長から説明があり、質疑の", "後、全員一致で可決した。")
    page = b"\n".join(
        shown(text, x=x, y=700 - 18 * place)
        for place, both in enumerate(zip(left, right, strict=True))
        for x, text in zip((60, 320), both, strict=True)
    )
    assert read(tmp_path, drawn(page)).text.split() == [*left, *right]


def test_cells_of_a_table_stay_in_their_row(tmp_path: Path) -> None:
    rows = (("品目", "目標"), ("毛布を備える", "八千二百枚とする。"), ("飲料水を備える", "二万四千本とする。"))
    page = b"\n".join(
        shown(text, x=x, y=700 - 18 * place)
        for place, both in enumerate(rows)
        for x, text in zip((60, 320), both, strict=True)
    )
    assert read(tmp_path, drawn(page)).text == "".join(f"{left} {right}\n" for left, right in rows)


@pytest.mark.parametrize("first", [True, False])
def test_readings_stand_apart_from_their_words(tmp_path: Path, first: bool) -> None:
    pieces = [shown("担当は"), shown("土浦", x=86), shown("係長です。", x=110)]
    pieces.insert(1 if first else 2, shown("つちうら", x=86, y=712.5, size=6))
    assert read(tmp_path, drawn(b"\n".join(pieces))).text == "担当は土浦係長です。\n土浦（つちうら）\n"


@pytest.mark.parametrize("last", [True, False])
def test_readings_of_vertical_text_stand_apart_too(tmp_path: Path, last: bool) -> None:
    column = [shown(letter, x=500, y=700 - 12 * row) for row, letter in enumerate("担当は土浦係長であります。")]
    reading = [shown(letter, x=512.5, y=670 - 6 * row, size=6) for row, letter in enumerate("つちうら")]
    following = [shown(letter, x=470, y=700 - 12 * row) for row, letter in enumerate("次の行を書きます。")]
    page = [*column, *following, *reading] if last else [*column, *reading, *following]
    assert read(tmp_path, drawn(b"\n".join(page))).text == (
        "担当は土浦係長であります。\n次の行を書きます。\n土浦（つちうら）\n"
    )


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_pages_turned_by_mistake_keep_their_order(tmp_path: Path, rotation: int) -> None:
    content = drawn(b"\n".join([shown("一　開会"), shown("二　議事", y=680)]))
    turned = content.replace(b"/MediaBox", b"/Rotate %d /MediaBox" % rotation)
    assert read(tmp_path, turned).text == "一　開会\n二　議事\n"


def test_fields_and_notes_stand_where_they_are_on_the_page(tmp_path: Path) -> None:
    page = b"\n".join([shown("申請者氏名", y=700), shown("同意する", x=80, y=670), shown("以上", y=640)])
    value = "若林 秋子".encode("utf-16").hex().encode()
    note = "受付済".encode("utf-16").hex().encode()
    fields = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (n) /V <%s> /Rect [150 695 300 715] >>" % value,
        b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (a) /V /Yes /AS /Yes /Rect [60 668 72 680]"
        b" /AP << /N << /Yes 3 0 R /Off 3 0 R >> >> >>",
        b"<< /Type /Annot /Subtype /FreeText /Contents <%s> /DA (/F 9 Tf) /Rect [400 650 450 662] >>" % note,
        b"<< /Type /Annot /Subtype /FreeText /Contents (hidden) /F 2 /DA (/F 9 Tf) /Rect [400 600 450 612] >>",
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /Ff 8192 /T (p) /V (secret) /Rect [150 600 300 615] >>",
    )
    numbers = b"6 0 R 7 0 R 8 0 R 9 0 R 10 0 R"
    entries = {b"Catalog": b"/AcroForm << /Fields [%s] >>" % numbers, b"Page": b"/Annots [%s]" % numbers}
    content = with_entries(drawn(page), entries, fields)
    assert read(tmp_path, content).text == "申請者氏名 若林 秋子\n☑ 同意する\n受付済\n以上\n"


@pytest.mark.parametrize("policy", [b"/OFF [6 0 R]", b"/BaseState /OFF", b"/BaseState /OFF /ON [7 0 R]"])
def test_layers_that_are_off_are_not_read(tmp_path: Path, policy: bytes) -> None:
    page = b"\n".join(
        [
            shown("本文"),
            b"/OC /L BDC",
            shown("案", y=680),
            b"EMC",
            b"/OC /M BDC",
            shown("注", y=660),
            b"EMC",
            shown("結び", y=640),
        ]
    )
    groups = (
        b"<< /Type /OCG /Name (draft) >>",
        b"<< /Type /OCG /Name (notes) >>",
        b"<< /Type /OCMD /OCGs [6 0 R] /P /AllOff >>",
    )
    entries = {b"Catalog": b"/OCProperties << /OCGs [6 0 R] /D << %s >> >>" % policy}
    content = with_entries(drawn(page), entries, groups).replace(
        b"/Resources <<", b"/Resources << /Properties << /L 6 0 R /M 8 0 R >>"
    )
    extracted = read(tmp_path, content)
    assert extracted.text.split() == ["本文", "注", "結び"]
    assert extracted.omissions == [Omission(kind=OmissionKind.LAYERS, count=1)]


@pytest.mark.parametrize("junk", [b"<html>" + b"x" * 9000, b"a newer version, cut off " * 100])
def test_bytes_after_the_end_do_no_harm(tmp_path: Path, junk: bytes) -> None:
    assert read(tmp_path, pdf("調査の目的") + junk) == read(tmp_path, pdf("調査の目的"))


def test_a_file_cut_off_is_read_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    content = pdf("調査の目的", "今後の進め方")
    without_pages = content.replace(b"/Type /Pages", b"/Type /Other").replace(b"/Type /Catalog", b"/Type /Another")
    for cut in (content[:-200], without_pages[: without_pages.index(b"xref")], content + content[9:200]):
        extracted = read(tmp_path, cut)
        assert extracted.text == "調査の目的\n今後の進め方\n"
        assert extracted.omissions == [Omission(kind=OmissionKind.MISSING_PARTS, count=1)]


def test_pages_that_are_gone_are_said(tmp_path: Path) -> None:
    content = pdf("甲の件について", "乙の件について").replace(b"/Kids [5 0 R 7 0 R]", b"/Kids [5 0 R 8 0 R]")
    extracted = read(tmp_path, content)
    assert extracted.text == "甲の件について\n\n"
    assert extracted.omissions == [
        Omission(kind=OmissionKind.MISSING_PARTS, count=1, unit=PlaceUnit.PAGE, places=["2"])
    ]
