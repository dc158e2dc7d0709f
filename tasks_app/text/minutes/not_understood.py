"""What of a text did not become a turn or a decision, and why: counts for anyone who relies on the result."""

import re
from collections.abc import Mapping, Sequence

from tasks_app.text.minutes.decisions import decisions
from tasks_app.text.minutes.spoken_sentences import spoken_sentences
from tasks_app.text.minutes.turns import MARK, Turn

NO_SPEAKER, NO_NAME, LABEL, DECIDING = "no_speaker", "no_name", "label", "deciding"

_DECIDING = re.compile("可決|否決|採択|承認|同意|決定|議決|了承|合意")
_SENTENCE_END = re.compile("[。．！？!?]$")


def not_understood(text: str, turns: Sequence[Turn]) -> Mapping[str, int]:
    """By reason, those that occur: NO_SPEAKER sentences before the first speaker or in a text without any, NO_NAME
    turns whose label gives only an office, LABEL lines with a speaker's mark that name nobody, and DECIDING sentences
    with a word of deciding that are no decision.
    """
    found = list(spoken_sentences(text, turns))
    settled = {one.sentence.order for one in decisions(found, turns)}
    marked = sum(bool(MARK.match(line.lstrip(" \t\u3000"))) for line in text.split("\n"))
    counts = {
        NO_SPEAKER: sum(one.turn < 0 and bool(_SENTENCE_END.search(one.text)) for one in found),
        NO_NAME: sum(not turn.speaker.name for turn in turns),
        LABEL: marked - sum(bool(MARK.match(text, turn.start)) for turn in turns) if turns else 0,
        DECIDING: sum(bool(_DECIDING.search(one.text)) and one.order not in settled for one in found),
    }
    return {reason: count for reason, count in counts.items() if count > 0}
