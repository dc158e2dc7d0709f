"""Layers (optional content) that are switched off: what viewers do not show is not read."""

from collections.abc import Collection
from io import BytesIO
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject, NameObject, StreamObject

SHOWING = frozenset((b"Tj", b"TJ", b"'", b'"', b"Do", b"INLINE IMAGE", b"sh"))
"""Operators that show something; the others stay, for what follows the layer depends on them."""


def without_hidden(reader: pypdf.PdfReader) -> tuple[bytes | None, int]:
    """The file without what its layers hide, and how many are off; None where it has no such layer."""
    hidden = _hidden_groups(reader)
    if not hidden:
        return None, 0
    writer = pypdf.PdfWriter(clone_from=reader)
    hidden = _hidden_groups(writer)
    done: set[int] = set()
    for page in writer.pages:
        _filter_page(page, hidden, writer, done)
    target = BytesIO()
    writer.write(target)
    return target.getvalue(), len(hidden)


def _hidden_groups(document: Any) -> set[int]:
    """Object numbers of the groups that are off in the default configuration (ISO 32000-1, 8.11.4)."""
    properties = _dictionary(document.root_object.get("/OCProperties"))
    default = _dictionary(properties.get("/D"))
    hidden = set(_numbers(properties.get("/OCGs"))) if default.get("/BaseState") == "/OFF" else set()
    return (hidden | set(_numbers(default.get("/OFF")))) - (set(_numbers(default.get("/ON"))) & hidden)


def _filter_page(page: pypdf.PageObject, hidden: Collection[int], writer: pypdf.PdfWriter, done: set[int]) -> None:
    resources = _dictionary(page.get("/Resources"))
    content = page.get_contents()
    if content is not None and _filter_forms(resources, hidden, writer, done):
        content.operations = _shown(content.operations, resources, hidden)
        page[NameObject("/Contents")] = writer._add_object(content)
    notes = page.get("/Annots")
    if notes is not None:
        listed = notes.get_object()
        listed = listed if isinstance(listed, ArrayObject) else ArrayObject()
        shown = [note for note in listed if not _is_hidden(_raw(_dictionary(note), "/OC"), hidden)]
        page[NameObject("/Annots")] = ArrayObject(shown)


def _filter_forms(
    resources: DictionaryObject, hidden: Collection[int], writer: pypdf.PdfWriter, done: set[int]
) -> bool:
    """Filter what the form XObjects of some content show. Whether that content can name a layer itself."""
    objects = _dictionary(resources.get("/XObject"))
    names_layer = "/Properties" in resources
    for name in objects:
        form = objects[name]
        names_layer |= isinstance(form, DictionaryObject) and "/OC" in form
        number = getattr(form, "indirect_reference", None)
        if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form" or number is None:
            continue
        if number.idnum in done:
            continue
        done.add(number.idnum)
        inner = _dictionary(form.get("/Resources"))
        if _filter_forms(inner, hidden, writer, done):
            content = ContentStream(form, writer)
            content.operations = _shown(content.operations, inner, hidden)
            form.set_data(content.get_data())
    return names_layer


def _shown(operations: Any, resources: DictionaryObject, hidden: Collection[int]) -> list[Any]:
    properties = _dictionary(resources.get("/Properties"))
    objects = _dictionary(resources.get("/XObject"))
    kept = []
    marks: list[bool] = []
    for operands, operator in operations:
        if operator in (b"BDC", b"BMC"):
            is_layer = operator == b"BDC" and operands[0] == "/OC" and isinstance(operands[1], NameObject)
            marks.append(is_layer and _is_hidden(_raw(properties, operands[1]), hidden))
        elif operator == b"EMC" and marks:
            marks.pop()
        elif operator in SHOWING:
            draws_hidden = operator == b"Do" and _is_hidden(_raw(_dictionary(objects.get(operands[0])), "/OC"), hidden)
            if any(marks) or draws_hidden:
                continue
        kept.append((operands, operator))
    return kept


def _is_hidden(layer: Any, hidden: Collection[int]) -> bool:
    """Whether a group is off, or what a membership dictionary asks of its groups is not so (ISO 32000-1, table 99)."""
    if isinstance(layer, IndirectObject) and layer.idnum in hidden:
        return True
    membership = _dictionary(layer)
    if membership.get("/Type") != "/OCMD":
        return False
    groups = _raw(membership, "/OCGs")
    off = [number in hidden for number in ([groups.idnum] if _is_group(groups) else _numbers(groups))]
    if not off:
        return False
    match membership.get("/P", "/AnyOn"):
        case "/AllOn":
            return any(off)
        case "/AnyOff":
            return not any(off)
        case "/AllOff":
            return not all(off)
        case _:
            return all(off)


def _is_group(found: Any) -> bool:
    return isinstance(found, IndirectObject) and isinstance(found.get_object(), DictionaryObject)


def _raw(parent: DictionaryObject, name: str) -> Any:
    """What stands under a name, a reference as such."""
    return dict.get(parent, NameObject(name))


def _dictionary(found: Any) -> DictionaryObject:
    value = None if found is None else found.get_object()
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def _numbers(found: Any) -> list[int]:
    value = None if found is None else found.get_object()
    members = value if isinstance(value, ArrayObject) else ()
    return [member.idnum for member in members if isinstance(member, IndirectObject)]
