"""Words of sentences that the program writes."""

from collections.abc import Iterable


def join_words(words: Iterable[str]) -> str:
    """Return `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
