"""On a device without float64 (Apple's GPUs) nothing asks for it: the stand-in device refuses it here."""

import os

import pytest
import torch
from exercises import slugs, solution

import deepgloss as dg
from deepgloss import _device, checks, glossary

pytestmark = pytest.mark.skipif(not os.environ.get("DEEPGLOSS_DEVICE", "").startswith("fake"),
                                reason="needs the stand-in device, see tests/fakegpu/README.md")
WRITTEN = [chapter for chapter in glossary.chapters().values() if glossary.written(chapter.slug)]
OWED = {}           # a slug and why its chapter's own answer is not taken yet
EXERCISES = [(f"{chapter.part}/{chapter.slug}", slug) for chapter in WRITTEN
             for slug in slugs(f"{chapter.part}/{chapter.slug}")]


@pytest.fixture(autouse=True)
def single(monkeypatch):
    import fakegpu

    monkeypatch.setattr(_device, "WITHOUT_FLOAT64", _device.WITHOUT_FLOAT64 | {"fake"})
    fakegpu.install().refuse_float64(True)
    yield
    fakegpu.install().refuse_float64(False)


def test_the_device_refuses_float64():
    with pytest.raises(TypeError, match="float64"):
        torch.zeros(2, dtype=torch.float64, device="fake")
    with pytest.raises(TypeError, match="float64"):
        torch.zeros(2).to("fake").double()
    assert _device.wide() == torch.float32 and _device.wide(torch.device("cpu")) == torch.float64


@pytest.mark.parametrize("chapter, slug", [
    pytest.param(chapter, slug, id=slug, marks=pytest.mark.xfail(strict=True, reason=OWED[slug]) if slug in OWED else ())
    for chapter, slug in EXERCISES
])
def test_a_check_takes_its_solution(chapter, slug):
    assert dg.check(slug, solution(chapter, slug))


def test_no_check_is_left_out():
    assert {slug for _, slug in EXERCISES} == set(checks.exercises())


def test_positions():
    far = torch.tensor([0, 1, 100_003])
    x = torch.randn(2, 3, 8)
    table = dg.attention.sinusoids(11, 8, device="fake")
    assert table.device.type == "fake" and torch.equal(table.cpu(), dg.attention.sinusoids(11, 8))
    turned = dg.attention.rotary(x.to("fake"), far.to("fake"))
    torch.testing.assert_close(turned.cpu(), dg.attention.rotary(x, far))


def test_a_gpt_that_turns_its_queries_and_searches():
    model = dg.pretraining.GPT(7, 11, 12, 3, 2, rotate=True).to(dg.device()).eval()
    tokens = torch.tensor([[1, 2, 3]], device=dg.device())
    assert model.generate(tokens, 3).device.type == "fake"
    table = torch.randn(5, 5).log_softmax(-1).to(dg.device())
    found = dg.sequences.beam_search(lambda y, state: (table[y], state), None, bos=0, eos=4, width=3, max_length=5)
    assert len(found) == 3
