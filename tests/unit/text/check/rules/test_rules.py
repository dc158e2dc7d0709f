"""The rules against labelled sentences, and what holds for all of them."""

import re
from itertools import chain

import pytest

from benchmarks.check import DATA, MIN_PRECISION, labelled, score
from tasks_app.text.check.rule import Category, Profile, Rule, Setting, Severity, Term
from tasks_app.text.check.rules import BY_ID, RULES, applicable, hits
from tasks_app.text.japanese.morphology import Analysed

MIN_SENTENCES = 20
MIN_RECALL = 0.8
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
EVERYTHING = frozenset(Category)


def by_id(rule: Rule) -> str:
    return rule.id


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_precise_or_only_informing(rule: Rule) -> None:
    found = score(rule, labelled(DATA / f"{rule.id}.txt"))
    assert min(found.faulty, found.sound) >= MIN_SENTENCES
    assert found.precision >= MIN_PRECISION or rule.severity is Severity.INFO, found.false
    assert found.recall >= MIN_RECALL, found.missed


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_the_labelled_sentences_are_all_different(rule: Rule) -> None:
    data = labelled(DATA / f"{rule.id}.txt")
    assert len({*data.faulty, *data.sound}) == len(data.faulty) + len(data.sound)


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_a_finding_names_its_place_and_fills_its_explanation(rule: Rule) -> None:
    data = labelled(DATA / f"{rule.id}.txt")
    for text in data.faulty:
        for finding in rule.find(Analysed(text), data.setting):
            assert 0 <= finding.start < finding.end <= len(text)
            assert text[finding.start : finding.end].strip()
            assert finding.suggestion != text[finding.start : finding.end]
            assert set(PLACEHOLDER.findall(rule.explanation)) <= finding.details.keys()


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_what_is_suggested_is_not_objected_to_again(rule: Rule) -> None:
    """With every suggestion taken, nothing of the suggested is left to be said."""
    data = labelled(DATA / f"{rule.id}.txt")
    for text in data.faulty:
        suggested = [finding for finding in rule.find(Analysed(text), data.setting) if finding.suggestion]
        mended = text
        for finding in sorted(suggested, key=lambda one: -one.start):
            mended = mended[: finding.start] + finding.suggestion + mended[finding.end :]
        left = [finding for finding in rule.find(Analysed(mended), data.setting) if finding.suggestion]
        assert not left, mended


def test_ids_are_unique_and_fit_their_column() -> None:
    assert len(BY_ID) == len(RULES)
    assert all(len(rule.id) <= 40 for rule in RULES)


def test_what_real_assembly_sentences_often_break_only_informs() -> None:
    assert {BY_ID[name].severity for name in ("sentence_length", "commas", "number_width")} == {Severity.INFO}


def test_english_keeps_japanese_rules_silent() -> None:
    text = "The committee met on 4 April 2026, and the budget (see annex was approved.. It will be be published."
    analysed = Analysed(text)
    assert not analysed.is_japanese
    assert {rule.id for rule, _finding in hits(analysed, Setting(), EVERYTHING)} == {"brackets"}


def test_chinese_keeps_japanese_rules_silent() -> None:
    assert not Analysed("委员会批准了预算。会议结束。").is_japanese


def test_a_few_english_words_leave_a_text_japanese() -> None:
    assert Analysed("DX (Digital Transformation) の推進について説明します。").is_japanese


def test_only_what_was_asked_for_is_looked_for() -> None:
    analysed = Analysed("資料をを見れる。。")
    assert {rule.id for rule, _ in hits(analysed, Setting(), frozenset({Category.TYPO}))} == {"punctuation"}


def test_a_free_text_may_write_numbers_as_it_likes() -> None:
    text = Analysed("工期は6ヶ月です。")
    ids = {profile: {rule.id for rule in applicable(text, Setting(profile=profile), EVERYTHING)} for profile in Profile}
    assert "numbers" in ids[Profile.OFFICIAL] & ids[Profile.ASSEMBLY] & ids[Profile.NOTICE]
    assert "numbers" not in ids[Profile.FREE]


def test_spoken_sentences_may_be_longer() -> None:
    sentence = "本計画は" + "地域の課題を解決し" * 12 + "ます。"
    assert 100 < len(sentence) < 150
    lengths = {
        profile: any(BY_ID["sentence_length"].find(Analysed(sentence), Setting(profile=profile))) for profile in Profile
    }
    assert lengths[Profile.OFFICIAL]
    assert not lengths[Profile.ASSEMBLY]


def test_the_glossary_holds_in_any_language() -> None:
    setting = Setting(terms=(Term("handicapped", "disabled"), Term("master")))
    found = hits(Analysed("The handicapped entrance; a master key; masterful."), setting, EVERYTHING)
    assert [(rule.id, finding.suggestion) for rule, finding in found] == [("terms", "disabled"), ("forbidden", "")]


def test_giving_up_between_rules() -> None:
    class StopChecking(Exception):
        pass

    def stop() -> None:
        raise StopChecking

    with pytest.raises(StopChecking):
        list(hits(Analysed("市民の皆様へ。"), Setting(), EVERYTHING, stop))


def test_all_labelled_texts_at_once_keep_their_places() -> None:
    """A long document of all of them: what is found stands where it says."""
    data = [labelled(path) for path in sorted(DATA.glob("*.txt"))]
    text = "\n".join(chain.from_iterable([*one.faulty, *one.sound] for one in data))
    for rule, finding in hits(Analysed(text), Setting(), EVERYTHING):
        assert text[finding.start : finding.end].strip(), rule.id
