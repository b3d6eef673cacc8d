"""Plausible wrong answers in sequences/sequence-to-sequence."""

MISTAKES = {
    "sequence-to-sequence-shift": [
        (("scatter(1, lengths[:, None], EOS)", "scatter(1, lengths[:, None].clamp(max=time - 1), EOS)"),
         "EOS right behind"),
        (("steps >= lengths[:, None]", "steps > lengths[:, None]"), "PAD behind it|then PAD"),
        (("torch.cat([torch.full_like(column, BOS), inside], 1)", "torch.cat([inside, column], 1)"), "BOS"),
        (("torch.cat([torch.full_like(column, BOS), inside], 1)", "inside"), "must have shape"),
        (("targets.masked_fill(steps", "targets.masked_fill_(steps"), "in place"),
    ],
    "sequence-to-sequence-beam-step": [
        (("(totals[..., None] + log_p)", "log_p"), "each beginning's own"),
        (("best, places // symbols, places % symbols", "best, places % symbols, places // symbols"),
         "must be in 0|flat list"),
        (("(totals[..., None] + log_p)", "(totals[..., None] * log_p)"), "each beginning's own"),
        (("places // symbols", "places / symbols"), "whole numbers"),
        (("grown.topk(width, 1)", "grown.topk(width, 1, largest=False)"), "best first"),
    ],
    "sequence-to-sequence-brevity": [
        (("min((abs(len(r) - len(c)), len(r)) for r in several)[1]", "min(len(r) for r in several)"),
         "nearest"),
        (("(abs(len(r) - len(c)), len(r))", "(abs(len(r) - len(c)), -len(r))"), "expected"),
        (("min(1.0, math.exp(1 - wanted / total))", "math.exp(1 - wanted / total)"), "not punished"),
        (("1 - wanted / total", "1 - total / wanted"), "too short"),
    ],
    "sequence-to-sequence-capacity": [
        (("return length", "return int(math.log(contexts) / math.log(symbols))"), "exact|2⁹|whole numbers"),
        (("<= contexts", "< contexts"), "256 strings"),
        (("numbers * bits", "numbers + bits"), "expected"),
        (("if symbols == 1:", "if False:"), "no length is too long"),
        (("2 ** (numbers * bits)", "numbers * 2**bits"), "309 digits"),
    ],
}
