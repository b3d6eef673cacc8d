"""Plausible wrong answers in language/word-embedding."""

MISTAKES = {
    "word-embedding-counts": [
        (("return x + x.T", "return x"), "both ways round"),
        (("range(1, window + 1)", "range(1, window)"), "to either side"),
        (("range(1, window + 1)", "[window]"), "to either side"),
        (("""
            def window_counts(ids, window, size):
                x = torch.zeros(size, size, device=ids.device)
                for distance in range(1, window + 1):
                    x[ids[:-distance], ids[distance:]] += 1
                    x[ids[distance:], ids[:-distance]] += 1
                return x"""), "counts each time"),
    ],
    "word-embedding-optimum": [
        (("counts.sum(0) ** power", "counts.sum(0)"), "to the power"),
        (("weights / weights.sum()", "weights / counts.sum()"), "divided by their sum"),
        (("counts.sum(1, keepdim=True)", "counts.sum()"), "it is the PMI"),
        (("negatives * noise", "noise"), "log k off"),
        ((".log()", ".clamp(min=1e-9).log()"), "must come out as -inf"),
    ],
    "word-embedding-ngrams": [
        (('f"<{word}>"', "word"), "however long it is"),
        (("range(low, high + 1)", "range(low, high)"), "both sizes are included"),
        (("len(marked) - n + 1", "len(marked) - n"), "ends in the last character"),
        (("parts + [marked]", "parts"), "however long it is"),
    ],
    "word-embedding-align": [
        (("u @ vt", "vt.T @ u.T"), "source @ Q"),
        (("source.T @ target", "source.T @ source"), "source @ Q"),
        ("""
            def align(source, target):
                return torch.linalg.lstsq(source, target).solution""", "must be orthogonal"),
        ("""
            def align(source, target):
                q, _ = torch.linalg.qr(torch.linalg.lstsq(source, target).solution)
                return q""", "Q is wrong"),
    ],
}
