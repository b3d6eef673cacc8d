"""The shared figure helpers draw what they are given and name what is wrong with it."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

import deepgloss as dg
from deepgloss import plot

# Machado, Oliveira and Fernandes (2009), table 1, severity 1: what dichromats see, in linear RGB.
DICHROMATS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
}


def lab(rgb):
    """CIE L*a*b* of linear sRGB, white point D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = xyz @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("kind", DICHROMATS)
def test_color_blind_readers_tell_the_first_six_colors_apart(kind):
    linear = [np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                        for c in to_rgb(color)]) for color in plot.COLORS[:6]]
    seen = [lab(np.array(DICHROMATS[kind]) @ color) for color in linear]
    distances = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
    assert min(distances) > 10


def test_importing_the_package_changes_no_style_and_style_does():
    with plt.rc_context():
        plt.rcdefaults()
        before = plt.rcParams["axes.prop_cycle"]
        plot.style()
        assert plt.rcParams["axes.prop_cycle"] != before
        assert plt.rcParams["axes.prop_cycle"].by_key()["color"][0] == plot.BLUE


def test_curves_smooth_by_the_mean_of_the_last_values():
    ax = plot.curves({"a": torch.tensor([1.0, 3.0, 5.0]), "b": [0, 0, 6]}, smooth=2,
                     xlabel="update", ylabel="loss")
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[1, 2], [2, 4]])
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[1, 0], [2, 3]])
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    assert ax.get_xlabel() == "update"


def test_images_are_placed_in_order_on_one_scale():
    figure = plot.images(torch.arange(2 * 3 * 5.0).reshape(2, 1, 3, 5), titles=["a", "b"], columns=3)
    shown = [ax.get_images()[0] for ax in figure.axes if ax.get_images()]
    assert [ax.get_title() for ax in figure.axes] == ["a", "b"]
    assert shown[1].get_array()[2, 4] == 29 and shown[0].get_clim() == (0, 29)
    assert plot.images(torch.rand(7, 3, 5, 5)).axes[6].get_images()


def test_decision_regions_ask_the_model_on_its_device_and_keep_the_axes_straight():
    x = torch.tensor([[-1.0, 0.0], [1.0, 3.0]], device=dg.device())
    seen = []

    def predict(points):
        seen.append(points)
        return (points[:, 0] > 0).long()

    ax = plot.decision_regions(predict, x, torch.tensor([0, 1], device=dg.device()), resolution=11)
    regions = ax.collections[0].get_array()
    assert seen[0].shape == (121, 2) and seen[0].device.type == dg.device().type
    assert (regions[:, 0] == 0).all() and (regions[:, -1] == 1).all()
    assert seen[0].min(0).values.tolist() == [-1.5, -0.5]


def test_heatmap_writes_every_number_where_it_stands():
    ax = plot.heatmap(torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]), rows=["a", "b"], form=".0f")
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written[(2, 0)] == "2" and written[(0, 1)] == "3" and len(written) == 6


@pytest.mark.parametrize("call, message", [
    (lambda: plot.curves({}, xlabel="", ylabel=""), "at least one line"),
    (lambda: plot.curves({"a": [1]}, smooth=2, xlabel="", ylabel=""), "fewer than smooth=2"),
    (lambda: plot.curves({"a": [1]}, smooth=0, xlabel="", ylabel=""), "smooth must be at least 1"),
    (lambda: plot.curves({"a": [1, 2]}, x=[1], xlabel="", ylabel=""), "x has 1 positions"),
    (lambda: plot.images(torch.rand(2, 2, 5, 5)), r"not \(2, 2, 5, 5\)"),
    (lambda: plot.images(torch.rand(2, 5, 5), titles=["a"]), "1 titles for 2"),
    (lambda: plot.heatmap(torch.rand(3)), r"not \(3,\)"),
    (lambda: plot.heatmap(torch.rand(3, 5), rows=["a"]), "1 labels in rows for 3"),
    (lambda: plot.decision_regions(None, torch.rand(3, 3), torch.zeros(3)), r"\(3, 3\)"),
    (lambda: plot.decision_regions(None, torch.rand(1, 2), torch.tensor([7])), "0..6"),
])
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
