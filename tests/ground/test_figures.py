"""How figures are stored: sharp, small, always the same, and with what they hold noted beside."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image

import deepgloss as dg
from deepgloss import _figures, plot


@pytest.fixture(autouse=True)
def style():
    """The book's style, for one test."""
    with plt.rc_context():
        plot.style()
        yield


def opened(figure):
    """A figure's PNG, opened, and its metadata."""
    data, metadata = _figures.png(figure)
    return Image.open(io.BytesIO(data)), metadata


def error(image, exact):
    """How far the worst pixel of an image is off."""
    return np.abs(np.asarray(image.convert("RGB"), int) - np.asarray(exact.convert("RGB"), int)).max()


def curves():
    """A figure of lines and text."""
    x = torch.linspace(0, 7, 101)
    return plot.curves({"sine": x.sin(), "cosine": x.cos()}, x=x, xlabel="x", ylabel="y").figure


def test_a_figure_has_twice_the_pixels_it_is_shown_at():
    image, metadata = opened(curves())
    assert image.size == (2 * metadata["width"], 2 * metadata["height"])
    # The tight frame is about as large as the figure: 6.2 by 3.4 inches of 100 pixels.
    assert abs(metadata["width"] - 620) < 25 and abs(metadata["height"] - 340) < 25


def test_the_book_gets_a_palette_nobody_notices_and_a_reader_at_work_all_colors(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_STATIC", "0")
    exact, _ = opened(curves())
    monkeypatch.setenv("DEEPGLOSS_STATIC", "1")
    stored, _ = opened(curves())
    assert exact.mode == "RGB" and stored.mode == "P"
    assert 0 < error(stored, exact) <= _figures.MAX_ERROR
    assert stored.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert len(_figures.png(curves())[0]) < 40_000


def test_the_same_figure_gives_the_same_bytes_without_a_word_of_who_made_them():
    first, second = _figures.png(curves()), _figures.png(curves())
    assert first == second
    assert not Image.open(io.BytesIO(first[0])).info.keys() - {"transparency"}


def test_colors_that_a_palette_would_spoil_are_kept():
    rainbow = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    assert _figures.with_palette(rainbow) is rainbow
    two = Image.fromarray(np.tile(np.uint8([[[255, 255, 255], [0, 114, 178]]]), (8, 8, 1)))
    assert error(_figures.with_palette(two), two) == 0 and _figures.with_palette(two).mode == "P"


def test_nothing_on_a_figure_is_nothing_to_show():
    assert _figures.png(plt.figure()) is None


def draw(kind):
    """A figure with one thing on the right of two axes, and a line on the left."""
    figure, (left, right) = plt.subplots(1, 2)
    left.plot([2, 3, 5])
    left.fill_between([0, 1, 2], [2, 3, 5], color=plot.SKY)
    numbers = np.arange(35.0).reshape(5, 7)
    {
        "plot": lambda: right.bar([2, 3], [5, 7]),
        "circles": lambda: right.scatter([2, 3], [5, 7], c=[1, 2]),
        "contours": lambda: right.contour(numbers),
        "image": lambda: right.imshow(numbers, aspect="auto"),
        "mesh": lambda: right.pcolormesh(numbers),
        "filled contours": lambda: right.contourf(numbers),
        "hexagons": lambda: right.hexbin(numbers.ravel(), numbers.ravel() ** 2),
    }[kind]()
    return figure, right


@pytest.mark.parametrize("kind", ["plot", "circles", "contours"])
def test_lines_shapes_and_points_are_no_picture(kind):
    assert opened(draw(kind)[0])[1]["pictures"] == []


@pytest.mark.parametrize("kind", ["image", "mesh", "filled contours", "hexagons"])
def test_pictures_and_color_maps_are_found_where_they_are(kind):
    figure, axes = draw(kind)
    axes.set(facecolor="#ff0000", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for artist in (*axes.images, *axes.collections):
        artist.set_alpha(0)
    image, metadata = opened(figure)
    (box,) = metadata["pictures"]
    red = (np.asarray(image.convert("RGB"), int) - [255, 0, 0] == 0).all(-1)
    rows, columns = red.any(1).nonzero()[0], red.any(0).nonzero()[0]
    found = 100 * np.array([columns[0] / image.width, rows[0] / image.height,
                            (columns[-1] + 1) / image.width, (rows[-1] + 1) / image.height])
    np.testing.assert_allclose(box, found, atol=0.4)


def test_points_that_a_color_bar_explains_keep_their_colors():
    figure, axes = draw("plot")
    figure.colorbar(axes.scatter([2, 3], [5, 7], c=[1, 2]))
    assert len(opened(figure)[1]["pictures"]) == 2


def test_a_picture_outside_of_its_axes_is_not_counted():
    figure, axes = draw("image")
    axes.set(xlim=(7, 14))
    assert opened(figure)[1]["pictures"] == []


def test_every_picture_of_a_grid_has_its_place():
    boxes = opened(plot.images(torch.rand(7, 5, 5), columns=5))[1]["pictures"]
    assert len(boxes) == 7 and len({(left, top) for left, top, _, _ in boxes}) == 7
    assert all(0 <= x <= 100 for box in boxes for x in box)


def test_players_take_the_smaller_encoding_for_all_their_frames():
    lines = [_figures.rendered(curves()) for _ in range(2)]
    noise = [Image.fromarray(np.random.default_rng(k).integers(0, 256, (128, 128, 3), dtype=np.uint8))
             for k in range(2)]
    exact = _figures.webp(noise, photographic=False)
    smaller = _figures.webp(noise, photographic=True)
    assert error(Image.open(io.BytesIO(exact[1])), noise[1]) == 0
    assert sum(map(len, smaller)) < sum(map(len, exact))
    drawn = [Image.open(io.BytesIO(frame)) for frame in _figures.webp(lines, photographic=True)]
    assert max(error(frame, line) for frame, line in zip(drawn, lines)) <= _figures.MAX_ERROR
    assert drawn[0].getpixel((0, 0)) == (255, 255, 255)


def test_what_is_clipped_is_an_outline_around_each_rectangle():
    assert _figures.clip([]) == "polygon(0 0)"
    assert _figures.clip([[2, 3, 5, 7]]) == "polygon(0 0,2% 3%,5% 3%,5% 7%,2% 7%,2% 3%,0 0)"


def test_a_script_without_a_notebook_draws_as_before():
    assert "agg" in plt.get_backend()
    dg.plot.style()
    assert plt.rcParams["figure.dpi"] == _figures.SHOWN
