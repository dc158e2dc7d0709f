"""Word files written part by part: what python-docx cannot write."""

from collections.abc import Mapping

from tests.unit.text.extraction.builders import archive

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def word_file(body: str, related: Mapping[str, tuple[str, bytes]] | None = None, **parts: str) -> bytes:
    """`related` are other parts by relation id: (kind/name, content). `parts` are XML by kind, such as `numbering`."""
    others = {
        name: (f"{name}/{name}.xml", f"<w:{name} {NAMES}>{xml}</w:{name}>".encode()) for name, xml in parts.items()
    }
    others |= related or {}
    rows = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{path.split("/")[0]}" Target="{path.split("/")[1]}"/>'
        for key, (path, _content) in others.items()
    )
    main = f'<Relationship Id="m" Type="{RELATIONS}/officeDocument" Target="/word/document.xml"/>'
    return archive(
        {
            "_rels/.rels": relations(main),
            "word/_rels/document.xml.rels": relations(rows),
            "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>".encode(),
            **{f"word/{path.split('/')[1]}": content for path, content in others.values()},
        }
    )


def relations(rows: str) -> bytes:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'.encode()


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(instruction: str, result: str = "", data: str = "") -> str:
    end = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}' if result else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>{end}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def item(num: int, level: int = 0, text: str = "項") -> str:
    return paragraph(run(text), properties=numbered(num, level))


def numbered(num: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'


def level(at: int, style: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )
