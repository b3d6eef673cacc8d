"""The exercises on activation functions: solutions pass, stubs and plausible mistakes do not."""

import pytest

import deepgloss as dg
from deepgloss import checks
from exercises import altered, slugs, solution, stub, written

RELU = "activations/relu"
CHAPTERS = (RELU,)
ALL = [(chapter, slug) for chapter in CHAPTERS for slug in slugs(chapter)]

# chapter, exercise, a mistake, and what the advice says of it
MISTAKES = [
    (RELU, "relu-maximum", "def f(a, b, relu): return relu(a - b)", "how far is a above b"),
    (RELU, "relu-maximum", "def f(a, b, relu): return a + relu(a - b)", "how far is a above b"),
    (RELU, "relu-maximum", "def f(a, b, relu): return relu(b + relu(a - b))", "both are negative"),
    (RELU, "relu-maximum", "def f(a, b, relu): return torch.maximum(a, b)", "only \\+, -"),
    (RELU, "relu-maximum", "def f(a, b, relu): return a if a > b else b", "only \\+, -"),
    (RELU, "relu-maximum",
     "def f(a, b, relu): return (a + b + relu(a - b) + relu(b - a)) / 2", "only \\+, -"),
    (RELU, "relu-open-share",
     "def f(share, std): return -std * torch.special.ndtri(torch.tensor(share)).item()", "sign"),
    (RELU, "relu-open-share",
     "def f(share, std): return std**2 * torch.special.ndtri(torch.tensor(share)).item()",
     "not by the variance"),
    (RELU, "relu-open-share",
     "def f(share, std): return torch.special.ndtri(torch.tensor(share)).item()", "scaled by std"),
    (RELU, "relu-open-share", "def f(share, std): return std * (share - 0.5)", "should be the share"),
    (RELU, "relu-pieces", "def f(w, b, a): return len(w) + 1", "w = 0"),
    (RELU, "relu-pieces",
     "def f(w, b, a): return 1 + sum(x != 0 and y != 0 for x, y in zip(w, a))", "share the kink"),
    (RELU, "relu-pieces",
     "def f(w, b, a): return 1 + len({-y / x for x, y, z in zip(w, b, a) if x and z})", "cancel"),
    (RELU, "relu-triangle", "def f(k): return nn.ReLU()", "should give|at x ="),
    (RELU, "relu-triangle", "def f(k): return lambda x: x", "nn.Module"),
    (RELU, "relu-triangle", """
        class f(nn.Module):
            def __init__(self, k):
                super().__init__()
                self.k = k

            def forward(self, x):
                for _ in range(self.k):
                    x = 1 - (2 * x - 1).abs()
                return x
        """, "no nn.ReLU"),
    (RELU, "relu-triangle", """
        class f(nn.Module):
            def __init__(self, k):
                super().__init__()
                self.n, self.relu = 2**k, nn.ReLU()

            def forward(self, x):
                kinks = torch.arange(self.n, device=x.device) / self.n
                bends = 2.0 * self.n * (-1.0) ** torch.arange(self.n, device=x.device)
                bends[0] = self.n
                return self.relu(x - kinks) @ bends[:, None]
        """, "hidden units, at most"),
]

# chapter, exercise, one change to the right answer, and what the advice says of it
SLIPS = [
    (RELU, "relu-pieces", ("a_h * abs(w_h)", "a_h * w_h"), "whatever the sign of w"),
    (RELU, "relu-pieces", ("bend != 0 for bend in bends.values()", "1 for _ in bends"), "a = 0"),
    (RELU, "relu-pieces", ("if w_h != 0:", "if w_h > 0:"), "bends cancel"),
    (RELU, "relu-pieces", ("Fraction(-b_h, w_h)", "-b_h / w_h"), "closer than"),
    (RELU, "relu-triangle", ("range(k - 1)", "range(k)"), "at x ="),
    (RELU, "relu-triangle", ("range(k - 1)", "range(0)"), "at x ="),
    (RELU, "relu-triangle", ("[[2.0, -4.0]]", "[[2.0, -2.0]]"), "at x ="),
]


@pytest.mark.parametrize(("chapter", "slug"), ALL, ids=lambda value: value.rpartition("/")[2])
def test_the_solution_passes_and_the_stub_does_not(chapter, slug, capsys):
    checks.check(slug, solution(chapter, slug))
    assert slug in capsys.readouterr().out
    with pytest.raises(AssertionError, match="."):
        checks.check(slug, stub(chapter, slug))


@pytest.mark.parametrize(("chapter", "slug", "code", "advice"), MISTAKES)
def test_a_mistake_gets_advice(chapter, slug, code, advice):
    with pytest.raises(AssertionError, match=advice):
        checks.check(slug, written(chapter, code))


@pytest.mark.parametrize(("chapter", "slug", "edit", "advice"), SLIPS)
def test_a_slip_gets_advice(chapter, slug, edit, advice):
    with pytest.raises(AssertionError, match=advice):
        checks.check(slug, altered(chapter, slug, edit))


def test_every_check_has_its_exercise():
    ours = {s for s in checks.exercises() if dg.checks._CHECKS[s].__module__.endswith(".activations")}
    assert ours == {slug for _, slug in ALL}


@pytest.mark.parametrize(("slug", "answer"), [
    ("relu-maximum", lambda a, b, relu: a - relu(b - a) + relu(b - a) + relu(b - a)),
    ("relu-maximum", lambda a, b, relu: relu(a - b) + relu(b) - relu(-b)),
])
def test_other_right_answers_pass(slug, answer):
    checks.check(slug, answer)
