"""Checks of the exercises in the chapter on MobileNet."""

from math import isclose

from .. import register


@register("mobilenet-inverted-cost")
def _(inverted_cost) -> None:
    cases = [
        ((1, 1, 1, 2, 1), (32, 22), "two channels to expand to, 18 depthwise weights, two to project, ten for norms"),
        ((3, 5, 1, 1, 1), (27 + 15 + 6 + 10, 27 + 15), "with t = 1 there is no expansion and no normalization of it"),
        ((3, 5, 1, 2, 7), (18 + 54 + 30 + 12 + 12 + 10, 49 * (18 + 54 + 30)),
         "each weight of a convolution is used at every position; normalizations are no multiply–adds here"),
        ((3, 5, 2, 2, 7), (136, 49 * 18 + 16 * (54 + 30)),
         "the expansion works on the large map, what follows on the small one, of ceil(size / stride) pixels"),
        ((32, 16, 1, 1, 112), (896, 112**2 * 800), "this is the first block of version 2"),
        ((24, 24, 1, 6, 56), (8_832, 56**2 * 8_208), "this is the third block of version 2"),
        ((96, 160, 2, 6, 14), (155_264, 14**2 * 55_296 + 7**2 * 97_344), "this is the step to 160 channels"),
    ]
    for arguments, wanted, hint in cases:
        got = inverted_cost(*arguments)
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"inverted_cost should return a pair, parameters and multiply–adds, not {got!r}"
        )
        assert tuple(got) == wanted, f"inverted_cost{arguments} gave {tuple(got)}, expected {wanted}: {hint}"


@register("mobilenet-rounding")
def _(rounded) -> None:
    cases = [
        ((32, 1.0), 32, "a multiple of 8 stays"),
        ((32, 0.75), 24, "a multiple of 8 stays"),
        ((16, 1.4), 24, "22.4 is nearer to 24"),
        ((24, 1.4), 32, "33.6 is nearer to 32, and 32 is more than nine tenths of it"),
        ((103, 1.0), 104, "103 is nearer to 104"),
        ((52, 1.0), 56, "halfway goes up"),
        ((16, 0.25), 8, "never fewer than 8"),
        ((8, 0.01), 8, "never fewer than 8"),
        ((11, 1.0), 16, "8 would be less than nine tenths of 11"),
        ((19, 1.0), 24, "16 would be less than nine tenths of 19"),
        ((1280, 1.4), 1792, "large numbers, too"),
    ]
    for arguments, wanted, hint in cases:
        got = rounded(*arguments)
        assert got == wanted, f"rounded{arguments} gave {got!r}, expected {wanted}: {hint}"


@register("mobilenet-lost-share")
def _(lost_share) -> None:
    cases = [
        ((2, 2), 3 / 4, "both of two channels must be positive"),
        ((2, 3), 1 / 2, "no channel or one: 1 + 3 of 8 patterns"),
        ((1, 1), 1 / 2, "a single number is lost when it comes out negative"),
        ((3, 5), 16 / 32, "none, one or two of five: 1 + 5 + 10 of 32 patterns"),
        ((2, 15), 16 / 2**15, "(m + 1) / 2^m for two numbers"),
        ((3, 2), 1.0, "two channels are never enough for three numbers"),
        ((5, 1), 1.0, "one channel is never enough for five numbers"),
        ((10, 60), 17_784_019_483 / 2**60, "many channels: use exact binomial coefficients"),
    ]
    for arguments, wanted, hint in cases:
        got = lost_share(*arguments)
        assert isinstance(got, (int, float)) and isclose(got, wanted, rel_tol=1e-9), (
            f"lost_share{arguments} gave {got!r}, expected {wanted:.6g}: {hint}"
        )


@register("mobilenet-width-for")
def _(width_for) -> None:
    cases = [
        ((6.0, 1.0, 1.0, 4.0, 1.0), 1.0, "with α = 1 the cost is A + B + C"),
        ((24.0, 1.0, 1.0, 4.0, 1.0), 3.0, "A counts with the square of α, B and C with α"),
        ((1.0, 0.5, 2.0, 4.0, 3.0), 0.2426407, "ρ² multiplies A and B"),
        ((568_740_352, 1.0, 539_492_352, 28_224_000, 1_024_000), 1.0, "this is version 1"),
        ((186_400_768, 128 / 224, 539_492_352, 28_224_000, 1_024_000), 1.0, "this is version 1 at 128 pixels"),
        ((41_030_272, 1.0, 539_492_352, 28_224_000, 1_024_000), 0.25, "this is version 1 at a quarter of the width"),
    ]
    for arguments, wanted, hint in cases:
        got = width_for(*arguments)
        assert isinstance(got, (int, float)) and isclose(got, wanted, rel_tol=1e-4), (
            f"width_for{arguments} gave {got!r}, expected {wanted:.6g}: {hint}"
        )
