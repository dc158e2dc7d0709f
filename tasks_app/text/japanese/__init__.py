"""Japanese text: encodings, sentences, words, bigrams."""
