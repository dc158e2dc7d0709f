"""Web pages (.html): their article as a reader would see it. Nothing that a page refers to is fetched."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

from lxml import etree, html

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import ExtractedLine, joined
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.common.titles import as_title
from tasks_app.text.extraction.texts import plain_text
from tasks_app.text.extraction.texts.main_content import article, without_menus
from tasks_app.text.extraction.texts.page_charset import decoded
from tasks_app.text.extraction.texts.page_walk import PageWalk, is_unseen, title_of

ENTITY = re.compile(rb"<!DOCTYPE[^>]*\[\s*<!ENTITY", re.IGNORECASE)


def read(path: Path, limits: ExtractionLimits, charset: str = "") -> Extracted:
    """`charset` is what its server called the encoding; it counts before what the page says of itself (HTML 13.2.3.1).

    Raises Unreadable: not_text, unknown_encoding, no_text, only_frames, damaged, forbidden_declaration,
    too_many_characters.
    """
    found = plain_text.decoded(path, limits, partial(decoded, charset=charset))
    page = _parsed(found.text.encode())
    if page.find(".//frameset") is not None and not "".join(_body_text(page)).strip():
        raise Unreadable("only_frames")
    log = OmissionLog()
    title = title_of(page)
    log.add(OmissionKind.MENUS, without_menus(page))
    lines = list(PageWalk(page, log).lines())
    _remove_unseen(page)
    kept, groups = article(lines, page)
    log.add(OmissionKind.MENUS, groups)
    titled: list[ExtractedLine] = [ExtractedLine(title, level=0)] if title else []
    heading = next((line.text for line in kept if line.level == 1), title)
    return replace(joined([*titled, *kept], limits, log), encoding=found.encoding, title=as_title(heading))


def _parsed(data: bytes) -> html.HtmlElement:
    """The page from UTF-8, whatever it declares about itself. A tree cut off at the usual depth would lose text."""
    if ENTITY.search(data[:4096]):
        raise Unreadable("forbidden_declaration")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        page = html.document_fromstring(data, parser=parser)
    except etree.ParserError as error:  # there is no element in it
        raise Unreadable("no_text") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Unreadable("damaged")
    return page


def _body_text(page: html.HtmlElement) -> list[str]:
    return [body.text_content() for body in page.iter("body") if next(body.iterancestors("noframes"), None) is None]


def _remove_unseen(page: html.HtmlElement) -> None:
    """So that the article is chosen among the words that were read."""
    for element in list(page.iter()):
        if element.tag not in ("head", "html", "body") and element.getparent() is not None and is_unseen(element):
            element.drop_tree()
