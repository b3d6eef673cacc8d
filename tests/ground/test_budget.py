"""The two numbers that replicate a run: a shift of all seeds, and a factor on the training."""

import random

import numpy as np
import pytest
import torch
from torch import nn

import deepgloss as dg
from deepgloss.data import _digits


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    for name in ("DEEPGLOSS_SHIFT", "DEEPGLOSS_BUDGET"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("text, n, wanted", [
    (None, 7, 7), ("", 7, 7), ("4", 7, 28), (" 4 ", 7, 28), ("0.1", 70, 7), ("0.1", 71, 8), ("1/4", 3, 1),
    ("2.5", 3, 8), ("4", 0, 0),
])
def test_budget_multiplies_and_rounds_up(monkeypatch, text, n, wanted):
    if text is not None:
        monkeypatch.setenv("DEEPGLOSS_BUDGET", text)
    got = dg.budget(n)
    assert got == wanted and type(got) is int


@pytest.mark.parametrize("text", ["0", "-1", "four", "nan", "1/0", "inf"])
def test_a_budget_that_is_none_is_an_error(monkeypatch, text):
    monkeypatch.setenv("DEEPGLOSS_BUDGET", text)
    with pytest.raises(ValueError, match=f"DEEPGLOSS_BUDGET must be a number greater than 0.*{text!r}"):
        dg.budget(3)


@pytest.mark.parametrize("wrong, error", [(1.5, TypeError), ("3", TypeError), (True, TypeError), (-1, ValueError)])
def test_only_whole_numbers_are_multiplied(wrong, error):
    with pytest.raises(error, match="n must be an integer of at least 0"):
        dg.budget(wrong)


def test_a_shift_moves_every_generator(monkeypatch):
    def draw(seed):
        own = dg.seed(seed)
        return random.random(), np.random.rand(), torch.rand(1).item(), torch.rand(1, generator=own).item()

    plain = [draw(seed) for seed in (7, 1007)]
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "1000")
    assert draw(7) == plain[1] != plain[0]
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "-1000")
    assert draw(1007) == plain[0]
    assert dg.seed(0).initial_seed() == 2**32 - 1000


def test_seeds_that_differ_still_differ_when_moved(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "1000")
    seeds = [0, 1, 1000, 2000, 2**32 - 1000, 2**32 - 1]
    assert len({dg.seed(seed).initial_seed() for seed in seeds}) == len(seeds)


@pytest.mark.parametrize("text", ["1.5", "many", "1e3"])
def test_a_shift_that_is_no_integer_is_an_error(monkeypatch, text):
    monkeypatch.setenv("DEEPGLOSS_SHIFT", text)
    before = torch.get_rng_state()
    for call in (dg.seed, dg.data.moons):
        with pytest.raises(ValueError, match=f"DEEPGLOSS_SHIFT must be an integer.*{text!r}"):
            call()
    assert torch.equal(torch.get_rng_state(), before)


DRAWN = {
    "adding_problem": lambda seed: dg.data.adding_problem(3, 5, seed=seed)[0],
    "checkerboard": lambda seed: dg.data.checkerboard(3, seed=seed)[0],
    "copy_task": lambda seed: dg.data.copy_task(3, 5, seed=seed)[0],
    "dates": lambda seed: dg.data.dates(3, seed=seed).sources,
    "digit_scenes": lambda seed: dg.data.digit_scenes(2, seed=seed).images,
    "digits": lambda seed: dg.data.digits(seed=seed).test_y,
    "blobs": lambda seed: dg.data.blobs(7, seed=seed)[0],
    "circles": lambda seed: dg.data.circles(7, seed=seed)[0],
    "moons": lambda seed: dg.data.moons(7, seed=seed)[0],
    "parity": lambda seed: dg.data.parity(3, 7, seed=seed).bits,
    "reversed_strings": lambda seed: dg.data.reversed_strings(3, seed=seed).sources,
    "sine_mixtures": lambda seed: dg.data.sine_mixtures(3, 7, seed=seed),
    "spirals": lambda seed: dg.data.spirals(7, seed=seed)[0],
    "xor": lambda seed: dg.data.xor(7, seed=seed)[0],
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_shift_moves_every_data_set_once(monkeypatch, name):
    def drawn(seed):
        made = DRAWN[name](seed)
        return made.tolist() if isinstance(made, torch.Tensor) else list(made)

    monkeypatch.setenv("DEEPGLOSS_SHIFT", "31")
    moved = drawn(2)
    monkeypatch.delenv("DEEPGLOSS_SHIFT")
    first = drawn(2)
    assert moved != first
    if name == "digit_scenes":      # the pool of pictures moves with the split of `digits`, too
        return
    assert moved == drawn(33)


def test_scenes_are_made_of_the_split_as_it_is_moved(monkeypatch):
    before = [part.tolist() for part in _digits.sources()]
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "31")
    pools = [part.tolist() for part in _digits.sources()]
    assert pools != before and sorted(sum(pools, [])) == list(range(1797))
    for pool, labels in zip(pools, dg.data.digits()[1::2]):
        assert torch.equal(_digits.all_digits()[1][pool], labels.cpu())


def tiny(**options):
    """The history of a small network that is trained on 13 points, and its scheduler."""
    dg.seed(0)
    data = dg.data.Split(*(torch.randn(13, 2), torch.arange(13) % 3) * 3)
    model = nn.Linear(2, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    if "scheduler" in options:
        options["scheduler"] = options["scheduler"](optimizer)
    return dg.train.fit(model, data, optimizer, batch_size=5, **options)


def test_fit_takes_its_epochs_from_the_budget_and_its_order_from_the_shift(monkeypatch):
    plain = tiny(epochs=2)
    monkeypatch.setenv("DEEPGLOSS_BUDGET", "3")
    longer = tiny(epochs=2)
    assert (longer.epochs, len(longer.loss)) == (6, 18) and longer.loss[:6] == plain.loss
    monkeypatch.setenv("DEEPGLOSS_BUDGET", "0.5")
    assert tiny(epochs=2).epochs == 1
    monkeypatch.delenv("DEEPGLOSS_BUDGET")
    orders = []
    monkeypatch.setattr(torch, "randperm", lambda n, generator: orders.append(generator.initial_seed())
                        or torch.arange(n))
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "1000")
    tiny(epochs=1, seed=5)
    assert orders == [1005]


def test_patience_is_not_scaled(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_BUDGET", "4")
    history = tiny(epochs=3, patience=2, metric=None, loss=lambda y, t: 0 * y.sum() + 1)
    assert history.stopped_early and history.epochs == 3


def test_a_scheduler_is_made_for_the_budget_by_the_caller(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_BUDGET", "4")

    def one_cycle(epochs):
        return lambda optimizer: torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=epochs)

    assert tiny(epochs=2, scheduler=one_cycle(dg.budget(2))).epochs == 8
    with pytest.raises(ValueError, match="step"):
        tiny(epochs=2, scheduler=one_cycle(2))


def test_a_larger_budget_continues_a_run(monkeypatch, tmp_path):
    file = tmp_path / "run.pt"
    monkeypatch.setenv("DEEPGLOSS_BUDGET", "3")
    whole = tiny(epochs=2)
    monkeypatch.delenv("DEEPGLOSS_BUDGET")
    tiny(epochs=2, checkpoint=file)
    monkeypatch.setenv("DEEPGLOSS_BUDGET", "3")
    assert tiny(epochs=2, checkpoint=file, resume=True) == whole
    monkeypatch.delenv("DEEPGLOSS_BUDGET")
    with pytest.raises(ValueError, match="epochs must be at least the 6"):
        tiny(epochs=2, checkpoint=file, resume=True)
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "1000")
    with pytest.raises(ValueError, match="seed: 0 there, 1000 here"):
        tiny(epochs=9, checkpoint=file, resume=True)


def test_the_functions_that_train_word_vectors_take_the_budget(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_BUDGET", "3")
    counts = torch.ones(5, 5)
    assert len(dg.language.GloVe(5, 2).fit(counts, steps=7)) == 21
    corpus = dg.language.WordCorpus([["a", "b"], ["b", "c"]] * 5)
    model = dg.language.SkipGram(3, 2)
    assert len(dg.language.fit_vectors(model, corpus, epochs=2, threshold=None)) == 6
