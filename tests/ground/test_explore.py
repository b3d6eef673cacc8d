"""Sliders: live ones call the drawing function, stored ones hold a picture for every setting."""

import json
import re

import ipywidgets
import matplotlib.pyplot as plt
import pytest

import deepgloss as dg
from deepgloss import _explore


def draw(a, b=0):
    plt.plot([0, a], [b, 1])


@pytest.fixture
def shown(monkeypatch):
    """The HTML that explore displays."""
    pieces = []
    monkeypatch.setenv("DEEPGLOSS_STATIC", "1")
    monkeypatch.setattr(_explore, "display", lambda item: pieces.append(item.data))
    return pieces


def player_data(page):
    return json.loads(re.search(r"= (\[.*\]);\nconst inputs", page).group(1).replace("<\\/", "</"))


def test_the_book_gets_one_picture_for_each_setting(shown):
    dg.explore(draw, alt="a line", a=[1, 2, 3], b=[0.1 + 0.2, 5.0])
    alt, names, texts, frames, clips = player_data(shown[0])
    assert (alt, names, texts) == ("a line", ["a", "b"], [["1", "2", "3"], ["0.3", "5"]])
    assert clips == [] and "dg-pictures" not in shown[0]
    assert len(frames) == 6 and len(set(frames)) == 6
    assert all(frame.startswith("data:image/webp;base64,") for frame in frames)


def test_the_first_picture_is_that_of_the_middle_values(shown):
    dg.explore(draw, alt="a line", a=[1, 2, 3], b=[0, 5])
    frames = player_data(shown[0])[3]
    assert f'<img src="{frames[3]}" width="640" height="480" alt="a line; a 2, b 5">' in shown[0]
    assert shown[0].count('type="range"') == 2


def test_what_must_keep_its_colors_in_the_dark_is_known_for_each_picture(shown):
    def moved(a):
        plt.figure().add_axes((0.1 * a, 0.5, 0.3, 0.25)).imshow([[2, 3]], aspect="auto")

    def mixed(a):
        draw(a) if a == 1 else moved(a)

    for function in (moved, mixed, lambda a: moved(5)):
        dg.explore(function, alt="a picture", a=[1, 2])
    clips = [player_data(page)[4] for page in shown]
    assert len(clips[0]) == 2 and "10.0% 25.0%,40.0% 25.0%,40.0% 50.0%" in clips[0][0]
    assert "20.0% 25.0%,50.0% 25.0%,50.0% 50.0%" in clips[0][1]
    assert clips[1] == ["polygon(0 0)", clips[0][1]]
    assert len(clips[2]) == 1
    assert all('<span class="dg-pictures"></span>' in page for page in shown)


def test_the_same_call_stores_the_same_bytes_and_leaves_no_figure_open(shown):
    for _ in range(2):
        dg.explore(draw, alt="a line", a=[1, 2])
    assert shown[0] == shown[1]
    assert not plt.get_fignums()


def test_text_that_looks_like_html_is_escaped(shown):
    dg.explore(lambda name: draw(1), alt='a "line" </script>', name=["<b>", "x"])
    assert shown[0].count("</script>") == 1
    assert player_data(shown[0])[0] == 'a "line" </script>'
    assert "<b>" not in shown[0].split("<script>")[0]


def test_a_running_notebook_gets_widgets_that_draw(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_STATIC", "0")
    calls = []
    made = []
    real = ipywidgets.SelectionSlider
    monkeypatch.setattr(
        ipywidgets, "SelectionSlider", lambda **options: made.append(real(**options)) or made[-1]
    )
    dg.explore(lambda a: calls.append(a), alt="a line", a=[1, 2, 3])
    made[0].value = 3
    assert calls == [2, 3]


def test_only_what_is_named_gets_a_slider(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_STATIC", "0")
    calls = []
    made = []
    monkeypatch.setattr(_explore.ipywidgets, "interact", lambda f, **sliders: made.append(
        ipywidgets.interactive(f, **sliders)))
    dg.explore(lambda a, scale=2.0, x=[1, 2]: calls.append((a, scale, x)), alt="a line", a=[1, 2, 3])
    made[0].update()
    assert len(made[0].kwargs_widgets) == 1 and calls[-1] == (2, 2.0, [1, 2])


@pytest.mark.parametrize("sliders, alt, message", [
    ({}, "x", "at least one slider"),
    ({"a": []}, "x", "at least one value"),
    ({"a": [1]}, " ", "alt must say"),
    ({"a": range(11), "b": range(11)}, "x", "121 pictures"),
])
def test_bad_arguments_are_named(shown, sliders, alt, message):
    with pytest.raises(ValueError, match=message):
        dg.explore(draw, alt=alt, **sliders)
    assert not shown


def test_a_drawing_function_makes_exactly_one_figure(shown):
    with pytest.raises(ValueError, match="one figure, not 0"):
        dg.explore(lambda a: None, alt="x", a=[1])
    with pytest.raises(ValueError, match="one figure, not 2"):
        dg.explore(lambda a: [plt.figure(), plt.figure()], alt="x", a=[1])
    with pytest.raises(TypeError, match="draw must be a function"):
        dg.explore(3, alt="x", a=[1])
