from array import array

from hypothesis import given
from hypothesis import strategies as st

from tasks_app.text.speech.cutting import RATE, pieces
from tests.support import tones

SECOND = RATE


@given(st.integers(0, 9 * RATE), st.integers(RATE, 4 * RATE))
def test_nothing_is_missing_and_nothing_twice(length: int, longest: int) -> None:
    found = list(pieces(memoryview(bytes(length)), longest))
    assert [start for start, _end in found] == [0, *(end for _start, end in found)][: len(found)]
    assert sum(end - start for start, end in found) == length
    assert all(0 < end - start <= longest for start, end in found)


def test_the_cut_lies_in_the_pause() -> None:
    loud = tones.tone_for(seconds=4)
    samples = loud + tones.silence(400) + loud
    ((_start, end), _rest) = pieces(samples, 6 * SECOND)
    assert 4.1 <= end / SECOND <= 4.3


def test_a_noisy_pause_is_better_than_none() -> None:
    loud = tones.tone_for(seconds=4)
    murmur = array("h", (1000 if number % 2 else -1000 for number in range(SECOND // 2)))
    ((_start, end), _rest) = pieces(loud + murmur + loud, 6 * SECOND)
    assert 4.1 <= end / SECOND <= 4.4


def test_without_any_pause_it_is_cut_all_the_same() -> None:
    found = list(pieces(tones.tone_for(seconds=5), 2 * SECOND))
    assert len(found) >= 3
    assert found[-1][1] == 5 * SECOND
