"""How many tokens a text will have for a model, without its vocabulary."""

ASCII_PER_TOKEN = 4
"""Characters of plain English per token; every other character is counted as one, which for Japanese is on the
safe side of what common vocabularies take (0.7 to 1.0)."""


def estimate(text: str) -> int:
    """Rather too many than too few."""
    plain = sum(character.isascii() for character in text)
    return len(text) - plain + -(-plain // ASCII_PER_TOKEN)
