"""A deck as a PowerPoint file: the placeholders of a template's layouts are filled, nothing is drawn over them."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER as KIND

from tasks_app.text.decks.deck import Layout, Remark, Slide
from tasks_app.text.decks.pptx import default_template, layouts, package
from tasks_app.text.decks.pptx.boxes import Box
from tasks_app.text.decks.pptx.graphics import insert_chart, insert_table
from tasks_app.text.decks.pptx.layouts import Choice
from tasks_app.text.decks.pptx.pages import SlidePage, pages
from tasks_app.text.decks.pptx.typesetting import Fonts, write

FOLLOWING = (KIND.FOOTER, KIND.SLIDE_NUMBER)
"""Placeholders that PowerPoint itself copies from the layout to each slide."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the file says of its own, in the language of the project."""

    sources: str
    continued: str
    shortened: str


@dataclass(frozen=True, kw_only=True)
class RenderedDeck:
    """A .pptx; `pages` contains, for each page in it, which slide of the deck it shows."""

    content: bytes
    pages: list[int]
    remarks: list[Remark] = field(default_factory=list)


def render(slides: Sequence[Slide], words: Words, template: bytes | None = None) -> RenderedDeck:
    """By our own template where none is given. Raises Unreadable: damaged, no_usable_layout."""
    return _Press(words, template).print(slides)


class _Press:
    def __init__(self, words: Words, template: bytes | None) -> None:
        self.words = words
        self.presentation = package.opened(default_template.content() if template is None else template)
        choose = layouts.named if template is None else layouts.choices
        self.choices = choose(self.presentation)
        self.fonts = Fonts(self.presentation)
        self.remarks: list[Remark] = []

    def print(self, slides: Sequence[Slide]) -> RenderedDeck:
        shown: list[int] = []
        for slide in slides:
            choice = self.choices[slide.layout]
            self._note_choice(slide, choice)
            found = pages(slide, choice, self.words.continued)
            self._note_fit(slide, found)
            for page in found:
                self._print_page(slide, page, choice)
                shown.append(slide.number)
        file = BytesIO()
        self.presentation.save(file)
        return RenderedDeck(content=file.getvalue(), pages=shown, remarks=self.remarks)

    def _print_page(self, slide: Slide, page: SlidePage, choice: Choice) -> None:
        sheet = self.presentation.slides.add_slide(choice.layout)
        _follow(sheet, choice.layout)
        by_index = {shape.placeholder_format.idx: shape for shape in sheet.placeholders}
        for index, text in page.texts.items():
            shape = by_index.pop(index)
            face = self.fonts.heading if shape.placeholder_format.type in layouts.TITLES else self.fonts.text
            frame = shape.text_frame
            size = None if text.native else text.size
            for number, line in enumerate(text.lines):
                paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
                write(paragraph, line, face, size, bold=line in text.bold)
        if page.graphic is not None:
            self._insert(page, by_index.pop(page.graphic))
        self._foot(slide, by_index)
        for shape in by_index.values():
            if shape.placeholder_format.type not in FOLLOWING:
                shape._element.getparent().remove(shape._element)
        self._annotate(sheet, slide, page)

    def _insert(self, page: SlidePage, placeholder: Any) -> None:
        if page.table is not None:
            insert_table(placeholder, page.table, page.rows, self.fonts.text)
        elif page.chart is not None:
            insert_chart(placeholder, page.chart, self.fonts.text)

    def _foot(self, slide: Slide, by_index: dict[int, Any]) -> None:
        """The sources in the footer as far as they fit; all of them are in the notes."""
        footer = next((shape for shape in by_index.values() if shape.placeholder_format.type == KIND.FOOTER), None)
        places = list(dict.fromkeys(citation.place for citation in slide.citations))
        if footer is None:
            if places:
                self._note(0, "no_footer")
            return
        if not places:
            footer._element.getparent().remove(footer._element)
            return
        inherited = next(
            one for one in self.choices[slide.layout].layout.placeholders if one.placeholder_format.type == KIND.FOOTER
        )
        fitted = Box.of(inherited).one_page([f"{self.words.sources} {'、'.join(places)}"])
        write(
            footer.text_frame.paragraphs[0], fitted.pages[0][0], self.fonts.text, None if fitted.native else fitted.size
        )

    def _annotate(self, sheet: Any, slide: Slide, page: SlidePage) -> None:
        """Speaker notes, what was shortened in full, and each source with page and quote."""
        lines = [line for line in slide.speaker_notes.split("\n") if line.strip()]
        if page.cut:
            lines += ["", self.words.shortened, *page.cut]
        if slide.citations:
            lines += ["", self.words.sources, *(f"{one.place}「{one.quote}」" for one in slide.citations)]
        frame = sheet.notes_slide.notes_text_frame
        for number, line in enumerate(lines or [slide.title]):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            write(paragraph, line, self.fonts.text)

    def _note_choice(self, slide: Slide, choice: Choice) -> None:
        if choice.suits != slide.layout and slide.layout is not Layout.CLOSING:
            self._note(slide.number, f"without_{slide.layout}")
        kinds = {shape.placeholder_format.type for shape in choice.layout.placeholders}
        if KIND.SLIDE_NUMBER not in kinds:
            self._note(0, "no_slide_number")

    def _note_fit(self, slide: Slide, found: Sequence[SlidePage]) -> None:
        if len(found) > 1:
            self._note(slide.number, "split", pages=len(found))
        if any(page.cut for page in found):
            self._note(slide.number, "shortened")

    def _note(self, slide: int, code: str, **details: int) -> None:
        remark = Remark(slide=slide, code=code, details=dict(details))
        if remark not in self.remarks:
            self.remarks.append(remark)


def _follow(sheet: Any, layout: Any) -> None:
    """Footer and slide number, which python-pptx leaves behind."""
    for shape in layout.placeholders:
        if shape.placeholder_format.type in FOLLOWING:
            copy = deepcopy(shape._element)
            properties = copy.spPr
            for child in list(properties):
                properties.remove(child)  # where and how is inherited
            sheet.shapes._spTree.append(copy)
            copy.nvSpPr.cNvPr.set("id", str(sheet.shapes._next_shape_id))
