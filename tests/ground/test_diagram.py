"""Diagrams: what they draw, what they compute, and what they refuse to show."""

import io
import math

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import deepgloss as dg
from deepgloss import _explore, diagram
from deepgloss.diagram import Diagram, Node, Step, amount, expression, graph, number, panels, shapes, size
from deepgloss.diagram._collisions import Rect
from deepgloss.diagram._node import link
from deepgloss.diagram._ranks import ranks, routes


def good():
    d = Diagram(11, 5)
    a, b = d.box(2, 2, "one"), d.box(8, 2, "two")
    d.arrow(a, b, label="way")
    d.frame(a, b, text="both")
    return d


def test_a_good_diagram_passes():
    good().check()


@pytest.mark.parametrize("spoil, message", [
    (lambda d: d.word(11, 4, "outside"), "text 'outside' leaves the sheet"),
    (lambda d: d.box(10.8, 4.4, "out"), "box 'out' leaves the sheet"),
    (lambda d: d.arrow((1, 1), (1, -1)), r"the arrow from \(1.0, 1.0\) to \(1.0, -1.0\) leaves the sheet"),
    (lambda d: d.frame((0.2, 1), (2, 2)), "frame '' leaves the sheet"),
    (lambda d: d.word(2.3, 2, "other"), "text 'other' overlaps text 'one'"),
    (lambda d: d.word(2.8, 2.4, "other"), "text 'other' runs over the edge of box 'one'"),
    (lambda d: d.word(9.4, 1.2, "other"), "text 'other' runs over the edge of frame 'both'"),
    (lambda d: d.box(3, 2.2, "", width=1.5), "box '' overlaps box 'one'"),
    (lambda d: d.op(2.8, 2.4, ""), "circle '' overlaps box 'one'"),
    (lambda d: d.grid(3, 2.2, [[None, None]]), "grid '' overlaps box 'one'"),
    (lambda d: d.box(9.2, 1, ""), "box '' runs over the edge of frame 'both'"),
    (lambda d: d.arrow((8, 0.5), (8, 4)), r"the arrow from \(8.0, 0.5\) to \(8.0, 4.0\) runs through box 'two'"),
    (lambda d: d.arrow((8, 0.5), (8, 4)), "runs through text 'two'"),
    (lambda d: d.arrow((5, 1.2), (5, 3)), "runs through text 'way'"),
])
def test_what_runs_into_something_is_named(spoil, message):
    d = good()
    spoil(d)
    with pytest.raises(ValueError, match=message):
        d.check()


def test_no_figure_is_saved_or_shown_unchecked():
    d = good()
    d.word(2.3, 2, "other")
    with pytest.raises(ValueError, match="overlaps"):
        d.figure.savefig(io.BytesIO())
    with pytest.raises(ValueError, match="overlaps"):
        d.show()


def test_lines_may_end_inside_grids_and_inside_boxes_around_boxes():
    d = Diagram(12, 5)
    outer = d.box(3, 2.5, "", width=5, height=4)
    inner = d.box(3, 2.5, "in")
    grid = d.grid(9, 2.5, [[1, 2, 3]])
    d.arrow(inner, grid.cell(0, 0))
    d.check()
    d.arrow(outer, (11.5, 2.5))
    with pytest.raises(ValueError, match="runs through grid"):
        d.check()


def test_a_line_cuts_a_rectangle_only_through_its_inside():
    rect = Rect(0, 0, 2, 1)
    assert rect.cut_by((-1, 0.5), (3, 0.5)) and rect.cut_by((-1, -1), (3, 2)) and rect.cut_by((1, 0.5), (5, 5))
    assert not rect.cut_by((-1, 1), (3, 1)) and not rect.cut_by((-1, 0.5), (-0.1, 0.5))
    assert not rect.cut_by((-1, 0), (1, 2)) and not rect.cut_by((-1, 0.9), (0.5, 2))
    assert not rect.cut_by((2, -1), (2, 3))


def test_text_must_fit_its_box_and_boxes_grow_with_their_text():
    d = Diagram(12, 3)
    with pytest.raises(ValueError, match="'a long name' needs a box of .* and this one has 1.50 × 1.00"):
        d.box(3, 1, "a long name", width=1.5)
    with pytest.raises(ValueError, match="this one has 9.00 × 0.50"):
        d.box(3, 1, "flat", width=9, height=0.5)
    with pytest.raises(ValueError, match="does not fit a circle"):
        d.op(3, 1, "tanh")
    assert d.box(6, 1.5, "a long name", note="23,456").half_width > d.box(1, 1.5, "a").half_width


@pytest.mark.parametrize("a, b, ends", [
    (Node(0, 0, 1, 0.5), Node(5, 0, 1, 0.5), ((1, 0), (4, 0))),                   # level
    (Node(3, 0, 0.5, 0.5), Node(0, 4, 5, 0.5), ((3, 0.5), (3, 3.5))),             # up into a wide one
    (Node(0, 4, 5, 0.5), Node(3, 0, 0.5, 0.5), ((3, 3.5), (3, 0.5))),             # and down
    (Node(0, 0, 1, 0.5), Node(9, 7, 1, 0.5), ((0, 0.5), (9, 6.5))),               # neither: from side to side
    (Node(0, 0, 1, 1, round=True), Node(6, 8), ((0.6, 0.8), (6, 8))),             # a circle's edge
    (Node(0, 0), Node(2, 3), ((0, 0), (2, 3))),
])
def test_arrows_meet_edges_upright_or_level_where_they_can(a, b, ends):
    np.testing.assert_allclose(link(a, b), ends)


def test_an_arrow_with_a_bend_goes_round_the_corner():
    d = Diagram(12, 6)
    a, b = d.box(2, 1, "a"), d.op(8, 4, "+")
    d.arrow(a, b, bend="-|")
    d.arrow(a, b, bend="|-")
    np.testing.assert_allclose(d._lines[0].way, [a.right, (8, 1), b.bottom])
    np.testing.assert_allclose(d._lines[1].way, [a.top, (2, 4), b.left])
    with pytest.raises(ValueError, match="two ends"):
        d.arrow(a)
    with pytest.raises(ValueError, match="two for a bend"):
        d.arrow(a, (1, 1), b, bend="-|")


def test_a_curve_bows_to_the_left_of_its_direction():
    d = Diagram(12, 6)
    d.arrow((2, 3), (8, 3), curve=0.25)
    way = d._lines[0].way
    assert way[0] == (2, 3) and way[-1] == (8, 3) and way[12][1] == pytest.approx(3 + 0.25 * 6)
    d.arrow((6, 1), (6, 5), curve=0.25)
    assert d._lines[1].way[12] == pytest.approx((6 - 0.25 * 4, 3))


def test_a_row_stands_in_line_and_its_arrows_lead_on():
    d = Diagram(16, 8)
    nodes = d.row(1, 1, ["$x$", "conv", "+"], ["word", "learned", "op"], gap=1, arrows=True)
    for a, b in zip(nodes, nodes[1:]):
        assert b.left[0] - a.right[0] == pytest.approx(1)
    np.testing.assert_allclose([line.way for line in d._lines],
                               [(a.right, b.left) for a, b in zip(nodes, nodes[1:])])
    column = d.row(12, 2, ["a", "b"], up=True, notes=["", "3 × 5"])
    assert column[1].bottom[1] - column[0].top[1] == pytest.approx(0.5) and column[0].x == column[1].x == 12
    assert d.row(14, 7, ["a", "b"], down=True)[1].y < 7
    d.check()
    with pytest.raises(ValueError, match="one for each of 2 texts, not 3"):
        d.row(1, 5, ["a", "b"], ["data"] * 3)


def colors(d, color):
    return [patch for patch in d.ax.patches if patch.get_facecolor()[:3] == plt.matplotlib.colors.to_rgb(color)]


def test_a_grid_marks_its_window_and_tells_padding_by_dashes():
    d = Diagram(10, 7)
    grid = d.grid(5, 3, torch.arange(15).reshape(3, 5), pad=1, window=([0, 2], slice(1, 4)), title="x")
    assert (grid.rows, grid.columns) == (5, 7)
    seen = {(round(p.get_x() + p.get_width() / 2, 6), round(p.get_y() + p.get_height() / 2, 6))
            for p in colors(d, "#ffdf9e")}
    assert seen == {(round(grid.cell(i, j).x, 6), round(grid.cell(i, j).y, 6)) for i in (0, 2) for j in (1, 2, 3)}
    dashed = [patch for patch in d.ax.patches
              if patch.get_linestyle() not in ("-", "solid") and patch.get_linewidth() == 0.8]
    assert len(dashed) == 5 * 7 - 3 * 5
    assert grid.cell(0, 0).y > grid.cell(1, 0).y
    written = [text.get_text() for text in d.ax.texts if abs(text.get_position()[1] - grid.cell(1, 0).y) < 1e-6]
    assert written == ["0", "0", "1", "2", "3", "4", "0"]
    d.check()


def test_a_hidden_cell_is_hatched_and_says_nothing():
    d = Diagram(10, 7)
    d.grid(5, 3, [[0.25, 0.5], [1, 7]], off=[[False, True], [False, True]], shade=[[0.25, 0], [1, 0]])
    assert [text.get_text() for text in d.ax.texts] == ["0.25", "1"]
    assert sum(bool(patch.get_hatch()) for patch in d.ax.patches) == 2


@pytest.mark.parametrize("given, message", [
    ({"values": [1, 2]}, r"values must be a matrix \(R, C\), not of shape \(2,\)"),
    ({"values": [[1, 2]], "off": [[True]]}, r"off must have the values' shape \(1, 2\), not \(1, 1\)"),
    ({"values": [[1, 2]], "shade": True}, "shade must be in"),
    ({"values": [[1, 2]], "rows": ["a", "b"]}, "rows must be 1 labels, not 2"),
    ({"values": [[123456]], "cell": 0.8}, "cell must be at least"),
    ({"values": [[1]], "pad": -1}, "pad must be an integer of at least 0"),
])
def test_bad_grids_are_named(given, message):
    with pytest.raises(ValueError, match=message):
        Diagram(10, 7).grid(5, 3, **given)


def test_weights_are_told_by_dashes_and_width():
    d = Diagram(12, 8)
    weights = [torch.tensor([[1.0, -2.0], [0.5, 0.0], [4.0, -4.0]])]
    columns = d.layers(3, 4, [2, 3], weights=weights, biases=[[0.5, -1, 0]], pitch=2.2, gap=5)
    assert [len(column) for column in columns] == [2, 3]
    lines = d.ax.lines
    assert [line.get_linestyle() for line in lines] == ["-", "--", "-", "-", "--"]      # none for zero
    assert [line.get_linewidth() for line in lines] == [0.5 + 2.5 * w / 4 for w in (1, 2, 0.5, 4, 4)]
    assert {text.get_text() for text in d.ax.texts} >= {"−2", "0.5", "+ 0.5", "− 1"}
    d.check()


def test_a_unit_that_is_off_has_no_lines():
    d = Diagram(12, 8)
    d.layers(3, 4, [2, 3], kinds=[["data", "off"], ["fixed", "fixed", "off"]])
    assert len(d.ax.lines) == 2 and sum(bool(patch.get_hatch()) for patch in d.ax.patches) == 2


def test_long_layers_show_dots_before_their_last_unit():
    d = Diagram(12, 8)
    columns = d.layers(3, 4, [64, 5], names=[[f"{k}" for k in range(64)], [""] * 5], pitch=1.1, radius=0.45)
    assert [len(column) for column in columns] == [6, 5]
    assert [text.get_text() for text in d.ax.texts if text.get_text()] == ["0", "1", "2", "3", "4", "63", "⋮"]
    d.check()


@pytest.mark.parametrize("given, message", [
    ({"weights": [torch.zeros(2, 3)]}, r"weights must have shapes \[\(3, 2\)\], \(out, in\), not \[\(2, 3\)\]"),
    ({"biases": [[1, 2]]}, r"biases must hold \[3\] entries by layer, not \[2\]"),
    ({"kinds": [["data"] * 2, ["off"]]}, r"kinds must hold \[2, 3\] entries"),
    ({"names": [["a", "b"]]}, r"names must hold \[2, 3\] entries"),
])
def test_what_does_not_fit_the_layers_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        Diagram(10, 7).layers(2, 3, [2, 3], **given)


def test_maps_grow_with_the_root_of_their_side():
    d = Diagram(16, 8)
    small, large = d.maps(2, 4, (1, 5, 5), scale=0.5), d.maps(8, 4, (1, 80, 80), scale=0.5)
    assert large.half_width / small.half_width == pytest.approx(4)
    assert d.maps(14, 4, (120,), text="C5").half_height > 1
    assert "120" in {text.get_text() for text in d.ax.texts}
    d.check()
    with pytest.raises(ValueError, match=r"shape must be .* not \(2, 3\)"):
        d.maps(2, 4, (2, 3))


@pytest.mark.parametrize("value, text", [
    (3, "3"), (-2, "−2"), (23456, "23,456"), (0.5, "0.5"), (-1.23456, "−1.235"), (-0.0001, "0"),
    (torch.tensor(7), "7"), (np.float32(0.25), "0.25"), (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "nan"),
])
def test_numbers_are_written_as_in_print(value, text):
    assert number(value) == text


@pytest.mark.parametrize("value, text", [
    (912, "912"), (1000, "1K"), (23_456, "23.5K"), (999_950, "1M"), (1_234_567, "1.2M"), (86_567_656, "86.6M"),
    (138_357_544, "138M"), (175e9, "175B"), (99_960, "100K"),
])
def test_amounts_are_short(value, text):
    assert amount(value) == text


def test_forms_and_sizes():
    assert number(-0.001, ".2f") == "0.00" and number(-1.5, ".2f") == "−1.50"
    assert size((6, 28, 1280)) == "6 × 28 × 1,280"


def test_shapes_are_those_of_the_module():
    model = nn.Sequential(nn.Conv2d(3, 5, 3), nn.Sequential(nn.ReLU(), nn.Flatten(), nn.Linear(5 * 5 * 9, 7)))
    rows = shapes(model, (2, 3, 7, 11))
    assert [row.output for row in rows.values()] == [(2, 5, 5, 9), (2, 7)]
    assert [row.parameters for row in rows.values()] == [3 * 5 * 9 + 5, 5 * 5 * 9 * 7 + 7]
    assert list(shapes(model, (2, 3, 7, 11), depth=2)) == ["0", "1.0", "1.1", "1.2"]


def test_an_expression_by_hand():
    steps = expression("(x * w + b)**2", x=2, w=-3, b=1)
    assert [(step.value, step.gradient) for step in steps] == [
        (2, 30), (-3, -20), (-6, -10), (1, -10), (-5, -10), (25, 1)]
    assert [step.inputs for step in steps] == [(), (), (0, 1), (), (2, 3), (4,)]


def test_gradients_of_an_expression_are_difference_quotients():
    formula = "sigmoid(a * x) / exp(-x) + max(a, x**3) - tanh(relu(x - 1)) * log(2 + a) * sqrt(x)"
    at = {"a": 0.7, "x": 1.3}
    steps = {step.label: step for step in expression(formula, **at)}
    for name in at:
        high, low = (expression(formula, **{**at, name: at[name] + h})[-1].value for h in (1e-6, -1e-6))
        assert steps[f"${name}$"].gradient == pytest.approx((high - low) / 2e-6, rel=1e-7)


def test_an_input_used_twice_is_one_step_and_a_constant_has_no_gradient():
    steps = expression("x * x + 5", x=3)
    assert [step.label for step in steps] == ["$x$", "×", "5", "+"]
    assert steps[0].gradient == 6 and steps[1].inputs == (0, 0) and steps[2].gradient is None


@pytest.mark.parametrize("formula", ["x + y", "x.real", "print(x)", "'a'", "x if x else 1"])
def test_a_formula_of_anything_else_is_refused(formula):
    with pytest.raises(ValueError, match="formula holds"):
        expression(formula, x=1)


def test_every_operand_stands_to_the_left_and_inputs_stand_close():
    inputs = [(), (), (0, 1), (), (2, 3), (4, 0)]
    assert ranks(inputs) == [0, 0, 1, 1, 2, 3]
    columns, ways = routes(inputs)
    assert [len(column) for column in columns] == [2, 3, 2, 1]
    assert ways[0, 5] == [0, ((0, 5), 1), ((0, 5), 2), 5]
    with pytest.raises(ValueError, match="step 0 takes step 1"):
        ranks([(1,), ()])


def test_a_graph_keeps_its_size_while_it_is_walked_through():
    steps = expression("(x * w + b)**2", x=2, w=-3, b=1)
    sizes = set()
    for forward in range(len(steps) + 1):
        for backward in (0, 2, len(steps)):
            d = graph(steps, forward=forward, backward=backward)
            d.check()
            d.close()
            sizes.add((d.width, d.height))
            written = [text.get_text() for text in d.ax.texts]
            assert sum(text.startswith("∂") for text in written) == backward
    assert len(sizes) == 1
    with pytest.raises(ValueError, match="at least one step"):
        graph([])
    with pytest.raises(ValueError, match="and a sheet has 17.2"):
        graph(expression("-" * 9 + "x", x=1 / 3), form=".9f")


def test_a_graph_by_hand_needs_no_values():
    d = graph([Step("$x$"), Step("f", (0,)), Step("+", (0, 1))])
    d.check()
    assert not any("∂" in text.get_text() for text in d.ax.texts)


def test_panels_share_a_figure_and_keep_their_units():
    a, b = panels((8, 3), (6, 5), titles=["before", "after"])
    assert a.figure is b.figure and np.allclose(a.figure.get_size_inches(), (14 * 0.36, 6 * 0.36))
    assert [panel.ax.get_window_extent().width for panel in (a, b)] == pytest.approx([8 * 36, 6 * 36])
    assert [panel.ax.get_window_extent().height for panel in (a, b)] == pytest.approx([4 * 36, 6 * 36])
    b.word(3, 7, "high")
    with pytest.raises(ValueError, match="'high' leaves"):
        a.figure.savefig(io.BytesIO())
    with pytest.raises(ValueError, match="one for each"):
        panels((3, 3), titles=["a", "b"])
    upper, lower = panels((3, 3), (3, 5), down=True)
    assert upper.ax.get_position().y0 == lower.ax.get_position().y1 == 5 / 8


def test_axes_on_a_sheet_stand_where_they_are_put():
    d = Diagram(10, 5)
    ax = d.axes(2, 1, 4, 3)
    np.testing.assert_allclose(ax.get_position().bounds, (0.2, 0.2, 0.4, 0.6))


@pytest.mark.parametrize("make, error, message", [
    (lambda: Diagram(18, 5), ValueError, r"width must be a number in \[1, 17.2\], not 18"),
    (lambda: Diagram(5, "tall"), TypeError, "height"),
    (lambda: Diagram(5, 5).box(2, 2, "a", "learnt"), ValueError, "kind must be one of 'learned'"),
    (lambda: Diagram(5, 5).arrow((1, 1), (2, 2), bend="up"), ValueError, "bend must be one of"),
    (lambda: Diagram(5, 5).word(1, 1, "a", align="middle"), ValueError, "align must be one of"),
])
def test_bad_arguments_are_named(make, error, message):
    with pytest.raises(error, match=message):
        make()


def slide(column):
    d = Diagram(9, 3)
    d.grid(4.5, 1.5, [[1, 2, 3, 4, 5]], window=(0, column))


def test_the_book_gets_frames_of_one_size(monkeypatch):
    frames = []
    monkeypatch.setenv("DEEPGLOSS_STATIC", "1")
    monkeypatch.setattr(_explore, "display", lambda item: None)
    real = plt.Figure.savefig

    def keep(figure, buffer, **options):
        real(figure, buffer, **options)
        frames.append(Image.open(io.BytesIO(buffer.getvalue())).size)

    monkeypatch.setattr(plt.Figure, "savefig", keep)
    dg.explore(slide, alt="a window", column=[0, 2, 4])
    assert len(frames) == 3 and len(set(frames)) == 1
    assert not plt.get_fignums()


def test_the_book_refuses_a_frame_that_needs_mending(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_STATIC", "1")
    with pytest.raises(ValueError, match="leaves the sheet"):
        dg.explore(lambda x: Diagram(5, 2).word(x, 1, "here"), alt="a word", x=[2, 5])


def test_cropping_as_jupyter_does_leaves_every_frame_its_size():
    sizes = set()
    for column in (0, 4):
        slide(column)
        buffer = io.BytesIO()
        plt.gcf().savefig(buffer, bbox_inches="tight", pad_inches=0)
        sizes.add(Image.open(buffer).size)
    assert sizes == {(324, 108)}


def test_a_running_notebook_draws_a_diagram_for_each_setting(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_STATIC", "0")
    made = []
    real = ipywidgets.SelectionSlider
    monkeypatch.setattr(ipywidgets, "SelectionSlider", lambda **options: made.append(real(**options)) or made[-1])
    dg.explore(slide, alt="a window", column=[0, 2, 4])
    made[0].value = 4
    assert len(plt.get_fignums()) == 2
    assert Diagram(3, 3)._ipython_display_() is None          # pyplot shows it, once


def test_everything_public_is_documented():
    for name in diagram.__all__:
        assert getattr(diagram, name).__doc__
    for name, method in vars(Diagram).items():
        assert name.startswith("_") or method.__doc__
