"""The glossary's data is sound, answers in three languages, and its claims table cannot be fooled."""

import re
import shutil
import unicodedata

import numpy as np
import pytest
import torch
import yaml

import deepgloss as dg
from deepgloss import glossary
from deepgloss.glossary import _cards, _claims, _data

UNWRITTEN = next((slug for slug in glossary.chapters() if not glossary.written(slug)), None)


@pytest.fixture
def shown(monkeypatch):
    """The HTML that cards and tables display."""
    pieces = []
    for module in (_cards, _claims):
        monkeypatch.setattr(module, "display", lambda item: pieces.append(item.data))
    return pieces


def test_the_glossary_has_no_problem():
    assert glossary.problems() == []
    glossary.validate()


def test_it_holds_every_term_and_every_claim():
    assert len(glossary.terms()) == 345
    assert len(glossary.all_claims()) == 465
    assert len(glossary.parts()) == 17
    assert list(glossary.chapters()) == [slug for part in glossary.parts() for slug in part.chapters]


def test_every_name_in_every_language_finds_its_term():
    for entry in glossary.terms():
        for name in [entry["id"], *sum(glossary.names(entry).values(), [])]:
            assert dg.lookup(name) is entry, name


def test_a_lookup_forgives_case_blanks_and_width():
    assert dg.lookup("  ＡＤＡＭ ")["id"] == "adam"
    assert dg.lookup("relu")["id"] == dg.lookup("렐루")["id"] == dg.lookup("ランプ関数")["id"] == "relu"


@pytest.mark.parametrize("name, wanted", [
    ("self attention", "self-attention"), ("SELFATTENTION", "self-attention"), ("self–attention", "self-attention"),
    ("cross entropy", "cross-entropy"), ("leakyrelu", "leaky-relu"), ("Leaky_ReLU", "leaky-relu"),
    ("합성곱신경망", "convolutional-neural-network"), ("합성곱 신경망은", "convolutional-neural-network"),
    ("과적합은", "overfitting"), ("과적합이란", "overfitting"), ("과적합", "overfitting"),
    (unicodedata.normalize("NFD", "과적합은"), "overfitting"), ("畳み込み ニューラルネットワーク", "convolutional-neural-network"),
])
def test_a_lookup_forgives_hyphens_blanks_and_particles(name, wanted):
    assert dg.lookup(name)["id"] == wanted


def test_no_name_is_another_terms_when_written_as_one_word():
    for entry in glossary.terms():
        for name in [entry["id"], *sum(glossary.names(entry).values(), [])]:
            for spelled in (name.replace("-", " "), name.replace(" ", "-"), name.replace(" ", ""), name.upper()):
                assert dg.lookup(spelled) is dg.lookup(name), spelled


@pytest.mark.parametrize("name", ["", " ", "-", "\0", "는", "a" * 10**6, "은" * 10**6, "\ud800"])
def test_what_is_no_name_is_refused_in_few_words(name):
    for ask in (dg.lookup, glossary.needs, glossary.written, dg.term):
        with pytest.raises(KeyError, match="the glossary has no term|the book has no chapter") as caught:
            ask(name)
        assert len(str(caught.value)) < 900


def test_an_unknown_name_is_answered_with_near_ones():
    with pytest.raises(KeyError, match="nearest are .*adam"):
        dg.lookup("adamm")
    with pytest.raises(TypeError, match="string"):
        dg.lookup(3)
    with pytest.raises(KeyError, match="nearest are .*relu"):
        glossary.needs("relux")
    with pytest.raises(KeyError, match="no chapter"):
        glossary.written("nothing")


def test_definitions_are_in_their_languages():
    """A Japanese definition holds kana, a Korean one Hangul, an English one neither.

    Formulas may stand in each: Greek letters, and superscripts, which are modifier letters.
    """
    def scripts(text):
        return {unicodedata.name(letter, "?").split()[0] for letter in text if letter.isalpha()}

    for entry in glossary.terms():
        if "definition" in entry:
            kinds = {language: scripts(text) for language, text in entry["definition"].items()}
            assert "HIRAGANA" in kinds["ja"] and "HANGUL" not in kinds["ja"], entry["id"]
            assert "HANGUL" in kinds["ko"] and "HIRAGANA" not in kinds["ko"], entry["id"]
            assert kinds["en"] <= {"LATIN", "GREEK", "MODIFIER", "SUPERSCRIPT"}, entry["id"]


def test_a_card_shows_names_and_definition(shown):
    dg.term("adam")
    for text in ("adaptive moment estimation", "勾配の移動平均", "기울기의 이동 평균"):
        assert text in shown[0]
    assert "to come" not in shown[0]
    with pytest.raises(ValueError, match="at least one term"):
        dg.term()


def test_a_card_shows_english_and_folds_the_others_in_their_languages(shown):
    dg.term("adam")
    (folded,) = re.findall(r"(<details.*</details>)", shown[0])
    assert re.findall(r'<details lang="(\w+)"[^>]*><summary[^>]*>([^<]+)</summary>', folded) == [
        (language, " · ".join(glossary.names(dg.lookup("adam"))[language])) for language in ("ja", "ko")
    ]
    assert " open" not in folded and 'lang="en"' not in folded
    assert dg.lookup("adam")["definition"]["en"] in shown[0].replace(folded, "")
    # JupyterLab lays out lists of definitions by styles of its own.
    assert not re.search(r"<(dl|dt|dd|ul|table)\b", shown[0])


def test_a_card_without_a_definition_has_nothing_to_unfold(shown, monkeypatch):
    bare = {key: value for key, value in dg.lookup("adam").items() if key != "definition"}
    monkeypatch.setattr(_cards, "lookup", lambda name: bare)
    dg.term("adam")
    assert "<details" not in shown[0] and re.findall(r'lang="(\w+)"', shown[0]) == ["en", "ja", "ko"]


@pytest.mark.skipif(UNWRITTEN is None, reason="every chapter is written")
def test_a_card_says_when_its_chapter_is_to_come(shown):
    dg.term(next(e["id"] for e in glossary.terms() if e["chapter"] == UNWRITTEN))
    assert "Chapter to come" in shown[0]


ADAM = {"adam-1": True, "adam-2": False, "adam-3": False, "adam-4": False, "adam-5": True,
        "bias-correction-1": True}


def with_controls(evidence):
    """Each outcome beside a control that came out the other way."""
    return {name: (outcome, not outcome) for name, outcome in evidence.items()}


def test_claims_show_every_claim_with_its_verdict(shown):
    dg.claims("adam", with_controls(ADAM))
    dg.claims("adam", with_controls(ADAM) | {
        "adam-1": np.True_, "adam-2": (np.False_, torch.tensor(True)), "adam-5": torch.tensor(True),
    })
    assert re.findall(r'id="claim-([\w-]+)"', shown[0]) == list(ADAM)
    assert shown[0].count('class="dg-fails"') == 2
    assert shown[1] == shown[0]


@pytest.mark.parametrize("change, error, message", [
    ({"adam-1": False}, AssertionError, "adam-1: on record as 'holds', the evidence says False"),
    ({"adam-3": True}, AssertionError, "adam-3: on record as 'fails', the evidence says True"),
    ({"adam-3": (True, False)}, AssertionError, "adam-3: on record as 'fails', the evidence says"),
    ({"adam-1": (True, True)}, AssertionError, "adam-1: the control came out True, as the test"),
    ({"adam-3": (False, np.False_)}, AssertionError, "adam-3: the control came out False"),
    ({"adam-9": True}, AssertionError, "unknown .*adam-9"),
    ({"adam-1": 0.97}, TypeError, "adam-1: evidence must be True or False"),
    ({"adam-1": None}, TypeError, "adam-1"),
    ({"adam-1": (True, 0.03)}, TypeError, "adam-1: evidence must be .*, not 0.03"),
    ({"adam-1": (True, None)}, TypeError, "adam-1: evidence must be .*, not None"),
    ({"adam-1": (True, False, True)}, TypeError, r"adam-1: .* a pair \(outcome, control\), not 3"),
    ({"adam-1": (True,)}, TypeError, "adam-1: evidence must be a pair .*, not 1"),
    ({"adam-1": [True, False]}, TypeError, r"adam-1: evidence must be .*, not \[True, False\]"),
    ({"adam-1": torch.tensor([True, False])}, TypeError, "adam-1: evidence must be"),
    ({"adam-1": np.array([True, False])}, TypeError, "adam-1: evidence must be"),
])
def test_claims_cannot_be_fooled(shown, change, error, message):
    for evidence in (ADAM, with_controls(ADAM)):
        with pytest.raises(error, match=message):
            dg.claims("adam", evidence | change)
    assert not shown


def test_claims_must_be_complete():
    with pytest.raises(AssertionError, match="missing .*adam-1"):
        dg.claims("adam", {name: value for name, value in ADAM.items() if name != "adam-1"})
    with pytest.raises(KeyError, match="no chapter"):
        dg.claims("addam", ADAM)


@pytest.fixture
def copy(tmp_path):
    """A copy of the glossary's files, and a function that changes one of them."""
    for path in _data.DIRECTORY.glob("*.yml"):
        shutil.copy(path, tmp_path)

    def change(part, edit):
        path = tmp_path / f"{part}.yml"
        content = _data.read_yaml(path)
        edit({entry["id"]: entry for entry in content["terms"] + content["claims"]})
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return glossary.problems(tmp_path)

    return change


@pytest.mark.parametrize("edit, message", [
    (lambda e: e["adam"].pop("ja"), "optimization.yml: adam: ja: missing"),
    (lambda e: e["adam"].update(ja=[]), "adam: ja: a term needs at least one name"),
    (lambda e: e["adam"].update(ko="아담"), "adam: ko: '아담' is a str, not a list"),
    (lambda e: e["adam"].update(en=" Adam"), "adam: en: ' Adam' is empty or has blanks"),
    (lambda e: e["adam"].update(aka=["x", ""]), "adam: aka: every item"),
    (lambda e: e["adam"].update(level="chapter"), "adam: level: 'chapter' is none of"),
    (lambda e: e["adam"].update(colour="red"), "adam: colour: unknown field"),
    (lambda e: e["adam"].update(chapter="relu"), "adam: chapter: 'relu' is not a chapter"),
    (lambda e: e["adam"]["definition"].pop("ko"), "adam: definition.ko: missing"),
    (lambda e: e["adam"]["definition"].update(fr="x"), "adam: definition.fr: unknown language"),
    (lambda e: e["adam"].pop("needs"), "adam: needs: missing"),
    (lambda e: e["adam"].update(needs=["momentun"]), "adam: needs: no term 'momentun'"),
    (lambda e: e["momentum"].update(needs=["adam"]), "momentum: needs: 'adam' does not stand earlier"),
    (lambda e: e["adam"].update(needs=["adam"]), "adam: needs: 'adam' does not stand earlier"),
    (lambda e: e["adam-3"].pop("instead"), "adam-3: instead: missing"),
    (lambda e: e["adam-3"].update(verdict="wrong"), "adam-3: verdict: 'wrong' is none of"),
    (lambda e: e["adam-3"].update(term="adan"), "adam-3: term: no term 'adan'"),
    (lambda e: e["adam-3"].update(term="momentum"), "adam-3: chapter: its term 'momentum' belongs to"),
    (lambda e: e["adam-3"].update(id="adam-2"), "adam-2: id: stands twice"),
    (lambda e: e["adam"].update(id="Adam W"), "id: 'Adam W' is not made of"),
])
def test_a_problem_names_file_entry_and_field(copy, edit, message):
    assert copy("optimization", lambda entries: None) == []
    assert any(message in line for line in copy("optimization", edit))


def test_validate_raises_with_every_problem(copy, tmp_path):
    copy("optimization", lambda e: (e["adam"].pop("ja"), e["momentum"].pop("ko")))
    with pytest.raises(ValueError, match="adam: ja(.|\n)*momentum: ko|momentum: ko(.|\n)*adam: ja"):
        glossary.validate(tmp_path)


def test_a_key_that_stands_twice_is_a_problem(copy, tmp_path):
    path = tmp_path / "optimization.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    en: Adam\n", "    en: Adam\n    en: Adem\n"), encoding="utf-8")
    assert any("stands twice" in line for line in glossary.problems(tmp_path))


def test_a_file_that_is_missing_is_a_problem(copy, tmp_path):
    (tmp_path / "optimization.yml").unlink()
    assert glossary.problems(tmp_path) == ["parts.yml: optimization: optimization.yml does not exist"]
