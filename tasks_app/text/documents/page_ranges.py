"""Numbers for people to read."""

from collections.abc import Iterable

MAX_RANGES = 20


def ranges(numbers: Iterable[int]) -> str:
    """Rising numbers, those in a row drawn together: "1–3, 7". After the twentieth range an ellipsis."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in found[:MAX_RANGES]]
    return ", ".join([*shown, *("…" for _ in found[MAX_RANGES : MAX_RANGES + 1])])
