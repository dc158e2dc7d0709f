"""What a meeting left open: questions nobody answered, and what was put off."""

import re
from collections.abc import Iterator, Sequence

from tasks_app.text.documents import keyword_patterns
from tasks_app.text.documents.extractive_summary import MIN_LENGTH, terms
from tasks_app.text.minutes.spoken_sentences import SpokenSentence, of_turn
from tasks_app.text.minutes.turns import Turn

ANSWERING_TURNS = 12
"""An answer comes within so many turns, or before the asker speaks again."""

SHARED_TERMS = 3
"""An answer takes up so many words of the question, or a fourth of them."""

FEWEST_TERMS, VAGUE_TERMS, CLEAR_TERMS = 1, 2, 6
"""Words that a question needs to be one, that are too few to find them again, and that an answer would take up."""

SHORT_ANSWER = 4
"""Sentences; a longer answer takes up what it was asked, in whatever words."""

LAST_SENTENCES = 3
"""At the end of a turn even what sounds rhetorical is a question."""

_RHETORICAL = re.compile("(?:では|じゃ)ない(?:でしょう|です|だろう)?か|のではない|べきではない")
_VOTE_OR_SPEECH = re.compile("討論|賛成の立場|反対の立場|動議")
_CLOSES = re.compile(
    "(?:ほかに|他に)[^。]{0,20}(?:ない(?:よう|もの)|なければ)|ないようですので|(?:質疑|質問)を(?:終|打ち切)|次の(?:議題|案件)"
)
"""The chair ends the discussion."""

_MEMBER = re.compile(".*(?:委員|議員|番)")
_NO_QUESTION = re.compile(
    "(?:よろしいです|よろしいでしょう)か|(?:伺|聞き?)(?:いまし|いたしまし|いてお|きしてお|きしてい|きしてござ)|(?:お答え|御答弁|ご答弁|答弁)(?:を|、)?(?:よろしく|お願い|求め)|(?:何点か|順次|以下|次の点)"
)


def open_questions(found: Sequence[SpokenSentence], turns: Sequence[Turn]) -> Iterator[SpokenSentence]:
    """In the order of the text. Wishes and demands are none."""
    for one in found:
        if _is_open(one, found, turns):
            yield one


def _is_open(sentence: SpokenSentence, found: Sequence[SpokenSentence], turns: Sequence[Turn]) -> bool:
    text = sentence.text
    if len(text) < MIN_LENGTH or keyword_patterns.PROCEDURE.search(text) or keyword_patterns.ANNOUNCEMENT.search(text):
        return False
    if keyword_patterns.DEFERRED.search(text):
        return True
    asks = bool(keyword_patterns.ASKED.search(text)) and not _NO_QUESTION.search(text)
    if sentence.turn < 0:
        following = found[sentence.order + 1 : sentence.order + 2]
        return asks and not any(keyword_patterns.ANSWER.match(one.text) for one in following)
    role = turns[sentence.turn].speaker.role
    if not asks or turns[sentence.turn].speaker.leads or len(terms(text)) < FEWEST_TERMS:
        return False
    if role and not _MEMBER.fullmatch(role) and any(_MEMBER.fullmatch(turn.speaker.role) for turn in turns):
        return False
    if _is_debate(sentence, found):
        return False
    return not _is_answered(sentence, found, turns)


def _is_debate(sentence: SpokenSentence, found: Sequence[SpokenSentence]) -> bool:
    """Whether it persuades instead of asking."""
    own = of_turn(found, sentence.turn)
    if any(_VOTE_OR_SPEECH.search(one.text) for one in own[:LAST_SENTENCES]):
        return True
    return bool(_RHETORICAL.search(sentence.text)) and sentence not in own[-LAST_SENTENCES:]


def _is_answered(question: SpokenSentence, found: Sequence[SpokenSentence], turns: Sequence[Turn]) -> bool:
    """By anyone who speaks next, apart from those who lead and those who ask too.

    If that is short and puts something off, only by somebody who takes up the question's words.
    """
    asker = turns[question.turn].speaker
    wanted = terms(question.text)
    lone = sum(bool(keyword_patterns.ASKED.search(one.text)) for one in of_turn(found, question.turn)) <= 1
    for number in range(question.turn + 1, min(question.turn + 1 + ANSWERING_TURNS, len(turns))):
        own = of_turn(found, number)
        put_off = [one for one in own if keyword_patterns.DEFERRED.search(one.text)]
        if turns[number].speaker == asker:
            return False
        if turns[number].speaker.leads:
            if any(wanted & terms(one.text) for one in put_off) or any(_CLOSES.search(one.text) for one in own):
                return False
            continue
        said = [one for one in own if one not in put_off]
        if put_off and not said:
            return False
        if not said or (_MEMBER.fullmatch(turns[number].speaker.role) and keyword_patterns.ASKED.search(own[-1].text)):
            continue
        if len(own) > SHORT_ANSWER:
            return not any(len(wanted) <= VAGUE_TERMS or wanted & terms(one.text) for one in put_off)
        shared = len(wanted & set().union(*(terms(one.text) for one in said)))
        if put_off or not (lone or shared or len(wanted) < CLEAR_TERMS):
            return shared >= min(SHARED_TERMS, max(1, len(wanted) // 4))
        return True
    return False
