"""The checks of the part on sequences: solutions pass, stubs and mistakes fail with advice."""

import pytest
from exercises import altered, slugs, solution, stub, written

import deepgloss as dg

CHAPTERS = ("sequences/lstm",)
EXERCISES = [(chapter, slug) for chapter in CHAPTERS for slug in slugs(chapter)]


@pytest.mark.parametrize("chapter, slug", EXERCISES)
def test_solution_passes(chapter, slug, capsys):
    dg.check(slug, solution(chapter, slug))
    assert slug in capsys.readouterr().out


@pytest.mark.parametrize("chapter, slug", EXERCISES)
def test_stub_fails(chapter, slug):
    with pytest.raises(AssertionError, match="return"):
        dg.check(slug, stub(chapter, slug))


# exercise: what is changed in the solution, and what the advice must say
MISTAKES = [
    ("lstm-parameters", [("width + hidden_size + 2", "width + hidden_size + 1")], "two biases"),
    ("lstm-parameters", [("* 4 *", "* 3 *")], "four blocks"),
    ("lstm-parameters", [("width = directions * hidden_size", "width = hidden_size")], "both directions"),
    ("lstm-parameters", [("width = directions * hidden_size", "pass")], "hidden states below"),
    ("lstm-parameters", [("2 if bidirectional else 1", "1")], "direction"),
    ("lstm-half-life", [("-math.log(", "math.log(")], "half_life = 1/2"),
    ("lstm-half-life", [("math.expm1(math.log(2) / half_life)", "1 / half_life")], "half_life = 1/2"),
    ("lstm-half-life", [("-math.log(math.expm1(math.log(2) / half_life))", "2 ** (-1 / half_life)")],
     "the bias sigmoid"),
    ("lstm-peephole", [("(o + p_o * c)", "(o + p_o * f)")], "p_o multiplies the new cell"),
    ("lstm-peephole", [("i, f, g, o =", "i, f, o, g =")], "gates in the order i, f, g, o"),
    ("lstm-peephole", [("(i + p_i * c).sigmoid()", "i.sigmoid() + p_i * c")], "before the sigmoid"),
    ("lstm-peephole", [("f = (f + p_f * c)", "f = (f + p_i * c)")], "p_i|p_f"),
    ("lstm-peephole", [("c = f * c + i * g.tanh()", "c.mul_(f).add_(i * g.tanh())")], "changed in place"),
    ("lstm-gate-order", [("torch.cat([i, f, g, o])", "torch.cat([i, g, f, o])")], "swapped"),
    ("lstm-gate-order", [("f + forget_bias, g", "f, g")], "the forget block needs"),
    ("lstm-gate-order", [("torch.zeros_like(bias_ih)", "bias_ih")], "PyTorch adds both"),
    ("lstm-gate-order", [("weight[:, :d], weight[:, d:]", "weight[:, hidden:], weight[:, :hidden]")],
     "weight_ih"),
    ("lstm-gate-order", [("forget_bias=1.0", "forget_bias=0.0")], "is 1 unless"),
    ("lstm-final-states", [("forward[last, rows]", "forward[-1]")], "own last step"),
    ("lstm-final-states", [("backward[0]", "backward[last, rows]")], "at step 0"),
    ("lstm-final-states", [("- 1", "- 2")], "own last step"),
    ("lstm-final-states", [("forward[last, rows], backward[0]", "backward[0], forward[last, rows]")],
     "forward state"),
    ("lstm-final-states", [("backward[0]])", "backward[0]], 1)")], "directions, batch, hidden"),
]


@pytest.mark.parametrize("slug, edits, advice", MISTAKES)
def test_plausible_mistakes_fail_with_advice(slug, edits, advice):
    with pytest.raises(AssertionError, match=advice):
        dg.check(slug, altered("sequences/lstm", slug, *edits))


def test_old_cell_in_the_output_peephole():
    answer = written("sequences/lstm", """
        def peephole_step(x, h, c, w_ih, w_hh, b, p_i, p_f, p_o):
            i, f, g, o = (x @ w_ih.T + h @ w_hh.T + b).chunk(4, dim=1)
            o = (o + p_o * c).sigmoid()
            c = (f + p_f * c).sigmoid() * c + (i + p_i * c).sigmoid() * g.tanh()
            return o * c.tanh(), c
        """)
    with pytest.raises(AssertionError, match="p_o multiplies the new cell"):
        dg.check("lstm-peephole", answer)


def test_forget_bias_in_place():
    answer = written("sequences/lstm", """
        def from_tensorflow(kernel, bias, forget_bias=1.0):
            hidden = len(bias) // 4
            bias[2 * hidden:3 * hidden] += forget_bias
            order = [0, 2, 1, 3]
            weight = kernel.T.unflatten(0, (4, hidden))[order].flatten(0, 1)
            b = bias.unflatten(0, (4, hidden))[order].flatten()
            d = len(kernel) - hidden
            return weight[:, :d], weight[:, d:], b, torch.zeros_like(b)
        """)
    with pytest.raises(AssertionError, match="changed in place"):
        dg.check("lstm-gate-order", answer)
