"""Sequences, pairs of strings, dates."""

import datetime
import locale
import math
import re
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import deepgloss as dg
from deepgloss import data
from deepgloss.data import _dates


class TestSequences:
    def test_sines(self):
        x = data.sine_mixtures(11, 97)
        assert x.shape == (11, 97, 1) and x.dtype == torch.float32
        assert x.device.type == dg.device().type
        assert x.abs().max() <= 1

    def test_one_sine_obeys_its_difference_equation(self):
        # sin(w(t+1)) + sin(w(t−1)) = 2 cos(w) sin(wt), so that the ratio is the same everywhere.
        x = data.sine_mixtures(5, 53, components=1, frequencies=(0.05, 0.05)).squeeze(2).double()
        expected = 2 * math.cos(2 * math.pi * 0.05) * x[:, 1:-1]
        torch.testing.assert_close(x[:, 2:] + x[:, :-2], expected, atol=1e-5, rtol=0)

    def test_sines_with_noise(self):
        clean, noisy = data.sine_mixtures(31, 101), data.sine_mixtures(31, 101, noise=0.2)
        assert abs((noisy - clean).std() - 0.2) < 0.015

    def test_adding_problem(self):
        x, y = data.adding_problem(2003, 11)
        assert x.shape == (2003, 11, 2) and y.shape == (2003,)
        values, markers = x.unbind(2)
        assert markers.unique().tolist() == [0, 1]
        assert (markers[:, :5].sum(1) == 1).all() and (markers[:, 5:].sum(1) == 1).all()
        torch.testing.assert_close((values * markers).sum(1), y)
        assert 0 <= values.min() and values.max() < 1
        # Each place is marked, about equally often in its half.
        assert (markers[:, :5].mean(0) - 1 / 5).abs().max() < 0.05
        assert (markers[:, 5:].mean(0) - 1 / 6).abs().max() < 0.05
        assert abs((y - 1).square().mean() - 1 / 6) < 0.02

    def test_shortest_adding_problem(self):
        x, y = data.adding_problem(3, 2)
        torch.testing.assert_close(x[..., 0].sum(1), y)

    @settings(max_examples=40, deadline=None)
    @given(delay=st.integers(1, 13), length=st.integers(1, 11), symbols=st.integers(2, 9))
    def test_copy_task(self, delay, length, symbols):
        x, y = data.copy_task(7, delay, length=length, symbols=symbols)
        x, y = x.cpu(), y.cpu()
        assert x.shape == y.shape == (7, delay + 2 * length) and x.dtype == torch.int64
        string, blanks, delimiter, silence = x.split([length, delay - 1, 1, length], dim=1)
        assert string.max() < symbols
        assert (blanks == symbols).all() and (silence == symbols).all()
        assert (delimiter == symbols + 1).all()
        assert (y[:, : length + delay] == symbols).all()
        assert torch.equal(y[:, length + delay:], string)

    def test_parity(self):
        bits, running, final = data.parity(17, 13)
        assert bits.shape == (17, 13, 1) and bits.dtype == torch.float32
        assert running.shape == (17, 13) and running.dtype == final.dtype == torch.int64
        for row, steps, last in zip(bits[..., 0].int().tolist(), running.tolist(), final.tolist()):
            odd = 0
            for bit, step in zip(row, steps):
                odd ^= bit
                assert step == odd
            assert last == odd
        assert 0.4 < bits.mean() < 0.6

    @pytest.mark.parametrize("name", ["sine_mixtures", "adding_problem", "copy_task", "parity"])
    def test_seeds(self, name):
        make = getattr(data, name)
        draw = (lambda seed: torch.as_tensor(make(7, seed=seed)) if name == "sine_mixtures"
                else make(7, seed=seed)[0])
        assert torch.equal(draw(1), draw(1)) and not torch.equal(draw(1), draw(2))

    @pytest.mark.parametrize("call, name", [
        (lambda: data.sine_mixtures(0), "count"),
        (lambda: data.sine_mixtures(1, 0), "length"),
        (lambda: data.sine_mixtures(1, frequencies=(0.2, 0.1)), "frequencies"),
        (lambda: data.sine_mixtures(1, frequencies=(0.2, 0.6)), "frequencies"),
        (lambda: data.sine_mixtures(1, components=0), "components"),
        (lambda: data.adding_problem(-3), "count"),
        (lambda: data.adding_problem(3, 1), "length"),
        (lambda: data.copy_task(3, 0), "delay"),
        (lambda: data.copy_task(3, symbols=1), "symbols"),
        (lambda: data.parity(3, 0), "length"),
        (lambda: data.reversed_strings(3, symbols=27), "symbols"),
        (lambda: data.reversed_strings(3, lengths=(5, 4)), "lengths"),
    ])
    def test_bad_values(self, call, name):
        with pytest.raises(ValueError, match=name):
            call()


class TestVocabulary:
    @given(st.text("abcé9 ", max_size=20))
    def test_round_trip(self, text):
        vocabulary = data.Vocabulary("abcé9 ")
        ids = vocabulary.encode(text)
        assert all(3 <= i < len(vocabulary) == 9 for i in ids)
        assert vocabulary.decode(torch.tensor([1, *ids, 2, 3, 0])) == text
        assert vocabulary.decode([*ids, 0, 0]) == text

    def test_errors(self):
        with pytest.raises(ValueError, match="differ"):
            data.Vocabulary("aba")
        with pytest.raises(ValueError, match="no 'x'"):
            data.Vocabulary("ab").encode("axb")
        with pytest.raises(ValueError, match=r"0\.\.4, not 5"):
            data.Vocabulary("ab").decode([5])

    def test_equality(self):
        assert data.Vocabulary("ab") == data.Vocabulary("ab") != data.Vocabulary("ba")
        assert len({data.Vocabulary("ab"), data.Vocabulary("ab")}) == 1


def check_tokens(pairs):
    """The four tensors say what the strings say."""
    assert len(pairs) == len(pairs.sources) == len(pairs.targets)
    for ids in (pairs.source_ids, pairs.target_ids, pairs.source_lengths, pairs.target_lengths):
        assert ids.dtype == torch.int64 and ids.device.type == dg.device().type
    sides = [
        (pairs.sources, pairs.source_ids, pairs.source_lengths, pairs.source_vocabulary, []),
        (pairs.targets, pairs.target_ids, pairs.target_lengths, pairs.target_vocabulary, [1]),
    ]
    for strings, ids, lengths, vocabulary, begin in sides:
        assert ids.shape == (len(strings), max(lengths))
        for string, row, length in zip(strings, ids.tolist(), lengths.tolist()):
            tokens = [*begin, *vocabulary.encode(string), 2]
            assert row == tokens + [0] * (len(row) - length) and length == len(tokens)
            assert vocabulary.decode(row) == string


class TestPairs:
    def test_reversed_strings(self):
        pairs = data.reversed_strings(103, lengths=(2, 5), symbols=4, seed=1)
        check_tokens(pairs)
        assert {len(s) for s in pairs.sources} == {2, 3, 4, 5}
        assert set("".join(pairs.sources)) == set("abcd")
        assert all(t == "".join(reversed(s)) for s, t in zip(pairs.sources, pairs.targets))
        assert pairs.sources == data.reversed_strings(103, lengths=(2, 5), symbols=4, seed=1).sources
        assert pairs.source_vocabulary == pairs.target_vocabulary

    def test_tokens_of_dates(self):
        check_tokens(data.dates(53))


ABBREVIATED = {name[:3].lower(): i for i, name in enumerate(_dates.MONTHS, start=1)}


def read(text):
    """A date as a person reads it: the year has four digits, a name is the month."""
    names = [w[:3] for w in re.findall(r"[a-z]{3,}", text.lower()) if w[:3] in ABBREVIATED]
    if re.fullmatch(r"\d{8}", text):
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    year = next(n for n in numbers if n >= 1000)
    rest = [n for n in numbers if n < 1000]
    if names:
        month, (day,) = ABBREVIATED[names[-1]], rest
    elif numbers[0] == year:
        month, day = rest
    else:
        day, month = sorted(rest, reverse=True)
        assert day > 12 or day == month
    return datetime.date(year, month, day)


class TestDates:
    def test_every_pair_means_the_same_day(self):
        pairs = data.dates(5003)
        for source, target in zip(pairs.sources, pairs.targets):
            assert read(source).isoformat() == target

    def test_weekdays_are_right(self):
        days = {name.lower(): i for i, name in enumerate(_dates.WEEKDAYS)}
        short = {name[:3]: i for name, i in days.items()}
        seen = 0
        for source, target in zip(*(lambda p: (p.sources, p.targets))(data.dates(2003))):
            word = re.match(r"[a-z]+", source.lower())
            number = word and days.get(word.group(), short.get(word.group()))
            if number is not None:
                seen += 1
                assert datetime.date.fromisoformat(target).weekday() == number
        assert seen > 200

    def test_every_format_and_case_occurs(self):
        shapes = set()
        sources = data.dates(4001).sources
        for source in sources:
            shape = re.sub(r"\d+(?=st|nd|rd|th)", "1", source.lower())
            shapes.add(re.sub(r"\d", "9", re.sub(r"[a-z]{4,}", "name", shape)))
        assert len(shapes) >= 16
        assert any(s.isupper() for s in sources) and any(s.islower() for s in sources)
        assert any("March" in s for s in sources)

    def test_ordinals(self):
        assert [_dates._ordinal(d) for d in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 30, 31)] == [
            "st", "nd", "rd", "th", "th", "th", "th", "st", "nd", "rd", "th", "st"]

    def test_splits_share_no_day(self):
        days = {
            split: {day for seed in (0, 1) for day in data.dates(4001, split=split, seed=seed,
                                                                 years=(1990, 1999)).targets}
            for split in ("train", "validation", "test")
        }
        assert not days["train"] & days["test"]
        assert not days["train"] & days["validation"]
        assert not days["validation"] & days["test"]
        assert 2400 < len(days["train"]) < 3000 and 330 < len(days["test"]) < 400

    def test_a_day_stays_in_its_pool_for_other_years(self):
        wide = {d for d in _dates._pool(1950, 2050)[2] if 1990 <= d.year <= 1999}
        assert wide == set(_dates._pool(1990, 1999)[2])
        total = sum(map(len, _dates._pool(1990, 1999)))
        assert total == (datetime.date(2000, 1, 1) - datetime.date(1990, 1, 1)).days

    def test_longer_sets_continue_shorter_ones(self):
        assert data.dates(101, seed=3).sources[:17] == data.dates(17, seed=3).sources
        assert data.dates(17, seed=3).sources != data.dates(17, seed=4).sources

    def test_years(self):
        assert {t[:4] for t in data.dates(97, years=(2020, 2021)).targets} == {"2020", "2021"}

    def test_locale_does_not_matter(self, monkeypatch):
        expected = data.dates(101).sources
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            try:
                assert data.dates(101).sources == expected
            finally:
                locale.setlocale(locale.LC_TIME, "C")
        assert "strftime(" not in Path(_dates.__file__).read_text(encoding="utf-8")

    @pytest.mark.parametrize("arguments, name", [
        ({"count": 0}, "count"), ({"years": (2000, 1999)}, "years"), ({"years": (999, 1999)}, "years"),
        ({"split": "dev"}, "split"), ({"seed": -1}, "seed"),
    ])
    def test_bad_values(self, arguments, name):
        with pytest.raises(ValueError, match=name):
            data.dates(**({"count": 3} | arguments))
