"""From reStructuredText's plain form to prose: paragraphs, sentences, words."""

import re
import unicodedata

# Typography that differs between Python versions, as ASCII.
PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...",
                       "ß": "ss", "°": " degrees"})
MARKER = re.compile(r"^(?:[*-]|\d+\.|\[\d+\])\s+")          # of a list item or a footnote
EMPHASIS = re.compile(r"(\*{1,2})(?=\S)([^*]+?)(?<=\S)\1")
FOOTNOTE = re.compile(r"\s*\[\d+\]")
CODE = re.compile(r">>>|::=|^\s*\.\.\. |\+--|\+==|^\s*\|", re.MULTILINE)
SENTENCE = re.compile(r"""[A-Z"'(\d].*[.:!?]['")]*""")
# A period ends no sentence in these; what follows may well begin with a capital.
ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|cf|vs|resp|Dr|St)|\.\.)\.['\")]*$")
BOUNDARY = re.compile(r"""(?<=[.!?])['")]*\s+(?=["'(]*[A-Z])""")
WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def paragraphs(raw: str) -> list[str]:
    """The prose of a text, one line a paragraph, in ASCII.

    Headings, tables, grammar rules and program listings are left out, and so are the marks of
    lists, footnotes and emphasis. A list item counts as a paragraph.
    """
    plain = unicodedata.normalize("NFKD", raw.translate(PLAIN))
    plain = plain.encode("ascii", "ignore").decode("ascii")
    found = []
    for block in re.split(r"\n[ \t]*\n", plain):
        if CODE.search(block):
            continue
        text = " ".join(block.split())
        text = FOOTNOTE.sub("", EMPHASIS.sub(r"\2", MARKER.sub("", text)))
        if SENTENCE.fullmatch(text) and _is_prose(text):
            found.append(text)
    return found


def sentences(paragraph: str) -> list[str]:
    """The sentences of one paragraph; joined by spaces they give it back."""
    found, start = [], 0
    for match in BOUNDARY.finditer(paragraph):
        end = match.start() + len(match.group().rstrip())
        if not ABBREVIATION.search(paragraph[start:end]):
            found.append(paragraph[start:end])
            start = match.end()
    return found + [paragraph[start:]]


def words(text: str) -> list[str]:
    """The words of a text in lower case, without digits and punctuation."""
    return WORD.findall(text.lower())


def _is_prose(text: str) -> bool:
    """True of four words or more, mostly letters: listings have more of everything else."""
    letters = sum(character.isalpha() or character == " " for character in text)
    return len(words(text)) >= 4 and letters >= 0.8 * len(text)
