"""What a PDF page shows beside its text."""

from ctypes import byref, c_float
from dataclasses import dataclass
from typing import Any

import pypdfium2
from pypdfium2 import raw

MIN_PICTURE = 0.03
"""Share of the page that a picture covers at least; smaller ones are logos, rules and bullets."""

MAX_LOOKED_AT = 3000
"""Objects of one page; drawings have many more."""


@dataclass(frozen=True)
class PageObjects:
    anything: bool
    images_or_forms: bool
    pictures: int


def shown(page: pypdfium2.PdfPage) -> PageObjects:
    objects = [
        raw.FPDFPage_GetObject(page, place) for place in range(min(raw.FPDFPage_CountObjects(page), MAX_LOOKED_AT))
    ]
    kinds = [raw.FPDFPageObj_GetType(found) for found in objects]
    width, height = page.get_size()
    images = [found for found, kind in zip(objects, kinds, strict=True) if kind == raw.FPDF_PAGEOBJ_IMAGE]
    return PageObjects(
        anything=bool(kinds),
        images_or_forms=bool(images) or raw.FPDF_PAGEOBJ_FORM in kinds,
        pictures=sum(_area(image) >= MIN_PICTURE * width * height for image in images),
    )


def _area(image: Any) -> float:
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    raw.FPDFPageObj_GetBounds(image, byref(left), byref(bottom), byref(right), byref(top))
    return (right.value - left.value) * (top.value - bottom.value)
