"""The text of a Word paragraph: runs, fields, ticks, readings, formulas, revisions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.office import formula
from tasks_app.text.extraction.office.documents.word_styles import WordStyles, number, value
from tasks_app.text.extraction.office.office_package import chosen, on, qn
from tasks_app.text.extraction.office.symbols import in_font, symbol

TICKED, UNTICKED = "☑", "☐"
PAGE_FIELDS = ("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION")
"""Fields whose text is right on one page only."""

MAX_FIELD = 2000
"""Characters of a field's instruction that are looked at."""

_BREAKS = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_DRAWINGS = {qn("w:drawing"), qn("w:pict"), qn("w:object")}
_REMOVED = {qn("w:del"), qn("w:moveFrom")}
_LEFT_OUT = {qn("w:pPr"), qn("w:rPr"), qn("w:sdtPr"), qn("w:sdtEndPr"), qn("w:delText"), qn("w:delInstrText")}
_TICK = qn("w14:checkbox")
_FORMULAS = {qn("m:oMath"), qn("m:oMathPara")}


@dataclass
class WordField:
    """A field that has begun; `shows` is false while its instruction is read, and for what is left out of it."""

    instruction: str = ""
    in_result: bool = False
    has_result: bool = False
    choice: str = ""

    @property
    def name(self) -> str:
        return (self.instruction.split() or [""])[0].upper()

    @property
    def shows(self) -> bool:
        return self.in_result and self.name not in PAGE_FIELDS


@dataclass
class ParagraphText:
    """`drawings` and the ids of `comments` are those that the paragraph refers to, in order."""

    text: str = ""
    drawings: list[Any] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


class WordText:
    """Reads the paragraphs of one part in their order: a field may begin in one and end in another."""

    def __init__(self, styles: WordStyles, log: OmissionLog) -> None:
        self._styles = styles
        self._log = log
        self._fields: list[WordField] = []
        self._found = ParagraphText()
        self._hides = False
        self._hidden_before = False

    def of(self, paragraph: Any) -> ParagraphText:
        self._found = ParagraphText()
        self._fields = [one for one in self._fields if one.in_result]  # a field that never ends must not hide the rest
        self._hides = self._styles.hides(self._styles.of_paragraph(paragraph))
        self._hidden_before = False
        self._found.text = "".join(self._inside(paragraph))
        return self._found

    def _inside(self, parent: Any) -> Iterator[str]:
        for child in parent:
            tag = child.tag
            if tag == qn("w:r"):
                yield from self._run(child)
            elif tag in _REMOVED:
                self._log.add(OmissionKind.DELETED_TEXT, int(any(True for _ in child.iter(qn("w:r")))))
            elif tag == qn("w:sdt"):
                yield from self._control(child)
            elif tag == qn("w:fldSimple"):
                yield from self._simple_field(child)
            elif tag in _FORMULAS:
                yield formula.math(child)
            elif tag == qn("mc:AlternateContent"):
                yield from self._inside(chosen(child))
            elif tag not in _LEFT_OUT:
                yield from self._inside(child)

    def _run(self, run: Any) -> Iterator[str]:
        properties = run.find(qn("w:rPr"))
        if self._is_hidden(properties):
            for child in run.iter(qn("w:fldChar")):  # fields begin and end in hidden text too
                self._mark(child)
            if any(True for _ in run.iter(qn("w:t"), qn("w:sym"), qn("w:drawing"))):
                self._log.add(OmissionKind.HIDDEN_TEXT, int(not self._hidden_before))
                self._hidden_before = True
            return
        self._hidden_before = False
        height = "" if properties is None else value(properties, "w:vertAlign")
        font = _font(properties)
        for child in run:
            text = self._in_run(child)
            if child.tag == qn("w:t"):
                text = in_font(text, font)
                text = {"superscript": formula.raised, "subscript": formula.lowered}.get(height, str)(text)
            if text and all(one.shows for one in self._fields):
                yield text
            for one in self._fields:
                one.has_result = one.has_result or (one.in_result and bool(text))

    def _in_run(self, child: Any) -> str:
        tag = child.tag
        if tag == qn("w:t"):
            return child.text or ""
        if tag in _BREAKS:
            return _BREAKS[tag]
        if tag == qn("w:sym"):
            return _symbol(child)
        if tag == qn("w:fldChar"):
            return self._mark(child)
        if tag == qn("w:instrText"):
            if self._fields and len(self._fields[-1].instruction) < MAX_FIELD:
                self._fields[-1].instruction += child.text or ""
        elif tag == qn("w:ruby"):
            self._log.add(OmissionKind.READINGS)
            base = child.find(qn("w:rubyBase"))
            return "" if base is None else "".join(self._inside(base))
        elif tag in _DRAWINGS:
            self._found.drawings.append(child)
        elif tag == qn("w:commentReference"):
            self._found.comments.append(child.get(qn("w:id"), ""))
        elif tag == qn("mc:AlternateContent"):
            return "".join(self._in_run(one) for one in chosen(child))
        elif tag in _FORMULAS:
            return formula.math(child)
        return ""

    def _mark(self, mark: Any) -> str:
        """The beginning, middle or end of a field; what it shows by itself."""
        match mark.get(qn("w:fldCharType")):
            case "begin":
                self._fields.append(WordField(choice=_legacy_field(mark)))
            case "separate" if self._fields:
                self._fields[-1].in_result = True
            case "end" if self._fields:
                ended = self._fields.pop()
                return self._shown(ended)
        return ""

    def _shown(self, ended: WordField) -> str:
        if ended.has_result or ended.name in PAGE_FIELDS:
            return ""
        if ended.name == "EQ":
            self._log.add(OmissionKind.READINGS, int("\\up" in ended.instruction and "\\o" in ended.instruction))
            return formula.equation_field(ended.instruction)
        return ended.choice

    def _simple_field(self, element: Any) -> Iterator[str]:
        ended = WordField(instruction=element.get(qn("w:instr"), "")[:MAX_FIELD])
        text = "".join(self._inside(element))
        if ended.name not in PAGE_FIELDS:
            yield text or self._shown(ended)

    def _control(self, control: Any) -> Iterator[str]:
        content = control.find(qn("w:sdtContent"))
        if content is not None:
            yield from self._inside(content)

    def _is_hidden(self, properties: Any) -> bool:
        if properties is None:
            return self._hides
        own = properties.find(qn("w:vanish"))
        if own is not None:
            return on(own)
        return self._hides or self._styles.hides(value(properties, "w:rStyle"))


def set_ticks(root: Any) -> None:
    """Let content controls that are tick boxes show whether they are ticked, whatever character they show."""
    for box in root.iter(_TICK):
        state = box.find(qn("w14:checked"))
        is_ticked = state is not None and state.get(qn("w14:val"), "1") in ("1", "true", "on")
        control = next(box.iterancestors(qn("w:sdt")), None)
        content = None if control is None else control.find(qn("w:sdtContent"))
        marks = [] if content is None else [*content.iter(qn("w:t"), qn("w:sym"))]
        if marks:
            mark = marks[0].makeelement(qn("w:t"))
            mark.text = TICKED if is_ticked else UNTICKED
            marks[0].getparent().replace(marks[0], mark)


def _symbol(element: Any) -> str:
    code = element.get(qn("w:char"), "")
    try:
        return symbol(int(code[:8], 16), element.get(qn("w:font"), ""))
    except ValueError:
        return ""


def _font(properties: Any) -> str:
    fonts = None if properties is None else properties.find(qn("w:rFonts"))
    return "" if fonts is None else fonts.get(qn("w:ascii"), fonts.get(qn("w:hAnsi"), ""))


def _legacy_field(mark: Any) -> str:
    """What a form field of Word 97 shows by itself: a tick, or the chosen entry of a list."""
    data = mark.find(qn("w:ffData"))
    box = None if data is None else data.find(qn("w:checkBox"))
    if box is not None:
        state = box.find(qn("w:checked"))
        return TICKED if on(box.find(qn("w:default")) if state is None else state) else UNTICKED
    choices = None if data is None else data.find(qn("w:ddList"))
    if choices is None:
        return ""
    entries = [one.get(qn("w:val"), "") for one in choices.findall(qn("w:listEntry"))]
    at = number(choices, "w:result", number(choices, "w:default", 0))
    return entries[at] if 0 <= at < len(entries) else ""
