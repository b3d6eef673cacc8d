"""Classes of Unicode characters for Python's ``re``, which has no ``\\p{L}``, and where words end."""

import re
import unicodedata
from functools import cache

# The property White_Space; Python's \s has the four separators U+001C to U+001F besides.
SPACE = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
# The blocks of ideographs that BERT sets apart; kana and hangul are not among them.
IDEOGRAPHS = ("\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\U00020000-\\U0002a6df"
              "\\U0002a700-\\U0002ceaf\\U0002f800-\\U0002fa1f")
ASCII_MARKS = "!-/:-@\\[-`{-~"


def members(*categories: str) -> str:
    """All characters whose general category begins with one of these, as ranges for ``[…]``."""
    planes = (*range(0x40000), *range(0xE0000, 0x110000))   # between the two, nothing is assigned
    codes = [code for code in planes if unicodedata.category(chr(code)).startswith(categories)]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


@cache
def gpt2_words() -> re.Pattern:
    """How GPT-2 cuts a text into words before any merge; joined, they give the text back.

    The pattern of Radford et al. (2019) is written for the package regex:
    ``'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+``. In Python,
    ``\\w`` is L, N and the underscore, and ``\\d`` only the decimal digits among N; with the other
    numbers spelled out, this is the same pattern. Only the version of Unicode may differ.
    """
    other_numbers = members("Nl", "No")
    letter = f"[^\\W\\d_{other_numbers}]"
    number = f"[\\d{other_numbers}]"
    rest = f"(?:[^\\w{SPACE}]|_)"
    return re.compile(f"'(?:[stmd]|re|ve|ll)| ?{letter}+| ?{number}+| ?{rest}+"
                      f"|[{SPACE}]+(?![^{SPACE}])|[{SPACE}]+")


@cache
def bert_words() -> re.Pattern:
    """How BERT cuts a text: at white space, and around every mark and every ideograph."""
    marks = ASCII_MARKS + members("P")
    return re.compile(f"[{IDEOGRAPHS}]|[{marks}]|[^{SPACE}{IDEOGRAPHS}{marks}]+")


@cache
def controls() -> re.Pattern:
    """Control and format characters, and what stands for lost ones; not tab, line feed and return."""
    return re.compile(f"(?![\\t\\n\\r])[{members('Cc', 'Cf', 'Co')}\\ufffd]")


def without_accents(text: str) -> str:
    """The text decomposed, without its combining marks."""
    plain = unicodedata.normalize("NFD", text)
    return "".join(mark for mark in plain if unicodedata.category(mark) != "Mn")
