"""What a PDF holds beside its pages' own content: the values of form fields, and notes laid on a page."""

from collections.abc import Callable, Iterator
from ctypes import byref, c_ushort, sizeof
from dataclasses import dataclass
from typing import Any

import pypdfium2
from pypdfium2 import raw

TICKED, UNTICKED = "☑", "☐"
HIDDEN = 1 << 1 | 1 << 5
"""Flags of annotations that viewers do not show: hidden, no view (ISO 32000-1, table 165)."""

PASSWORD = 1 << 13
"""Flag of text fields whose value is not for reading (ISO 32000-1, table 228)."""

BUTTONS = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
VALUES = (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
COMMENTS = (
    *(raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE, raw.FPDF_ANNOT_SQUIGGLY),
    *(raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_CARET),
)


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """`box` is (left, low, right, high) in points. `is_field`: it belongs to the line on which it stands.

    `is_comment`: viewers show it only when it is opened.
    """

    text: str
    box: tuple[float, float, float, float]
    is_field: bool = False
    is_comment: bool = False


def annotations(page: pypdfium2.PdfPage) -> Iterator[Annotation]:
    """Those of the page that say something, in the order of the file."""
    for place in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        if not annotation:
            continue
        try:
            if not raw.FPDFAnnot_GetFlags(annotation) & HIDDEN:
                yield from _read(page, annotation)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _read(page: pypdfium2.PdfPage, annotation: Any) -> Iterator[Annotation]:
    subtype = raw.FPDFAnnot_GetSubtype(annotation)
    if subtype == raw.FPDF_ANNOT_WIDGET:
        text = _value(page.formenv, annotation) if page.formenv else ""
    elif subtype == raw.FPDF_ANNOT_FREETEXT or subtype in COMMENTS:
        text = _string(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))
    else:
        return
    if text.strip():
        yield Annotation(
            text=text.strip(),
            box=_box(annotation),
            is_field=subtype == raw.FPDF_ANNOT_WIDGET,
            is_comment=subtype in COMMENTS,
        )


def _value(form: Any, annotation: Any) -> str:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in BUTTONS:
        return TICKED if raw.FPDFAnnot_IsChecked(form, annotation) else UNTICKED
    if kind not in VALUES or raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & PASSWORD:
        return ""
    return _string(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))


def _string(get: Callable[[Any, int], int]) -> str:
    """What a function of PDFium writes as UTF-16 with a NUL at its end; it returns the bytes that it needs."""
    size = get(None, 0)
    if size <= sizeof(c_ushort):
        return ""
    buffer = (c_ushort * (size // sizeof(c_ushort)))()
    get(buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _box(annotation: Any) -> tuple[float, float, float, float]:
    rect = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, byref(rect))
    low, high = sorted((rect.bottom, rect.top))
    left, right = sorted((rect.left, rect.right))
    return left, low, right, high
