from tasks_app.text.documents.page_ranges import MAX_RANGES, ranges


def test_numbers_in_a_row_are_drawn_together() -> None:
    assert ranges([]) == ""
    assert ranges([4]) == "4"
    assert ranges([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"


def test_many_ranges_are_cut_short() -> None:
    full = ranges(range(1, 2 * MAX_RANGES, 2))
    assert full.endswith(", 39")
    assert ranges(range(1, 2 * MAX_RANGES + 2, 2)) == f"{full}, …"
