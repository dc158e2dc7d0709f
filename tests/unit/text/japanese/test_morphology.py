"""Morphemes keep their exact places, however long the text."""

from tasks_app.text.japanese.morphology import MAX_CHARACTERS, Analysed, inflection_of


def test_morphemes_cover_each_sentence_exactly() -> None:
    text = "　令和８年度の予算を、議決した。\n\n🏛️市役所で𠮷田さんが受け付けます。"
    analysed = Analysed(text)
    for sentence in analysed.sentences:
        assert "".join(word.surface for word in sentence.morphemes) == text[sentence.start : sentence.end]
    assert all(text[word.start : word.end] == word.surface for word in analysed.morphemes)


def test_a_sentence_longer_than_the_tokenizer_takes() -> None:
    text = "市民の声を聞く" * (MAX_CHARACTERS // 2)
    (sentence,) = Analysed(text).sentences
    assert sentence.morphemes[-1].end == len(text)
    assert "".join(word.surface for word in sentence.morphemes) == text


def test_how_verbs_inflect() -> None:
    assert inflection_of("見る").startswith("上一段")
    assert inflection_of("走る").startswith("五段")
    assert inflection_of("資料") == ""
