"""Plausible wrong answers in optimization/local-optima-and-saddle-points."""

MISTAKES = {
    "saddle-point-kind": [
        (('    if gradient.norm() > tol:\n        return "no critical point"\n', ""), "length of the gradient first"),
        (("eigenvalues > tol, eigenvalues < -tol", "eigenvalues >= 0, eigenvalues < 0"), "expected"),
        (('"maximum" if down.all() else "undecided"', '"maximum"'), "one sign alone decides nothing"),
        (("up.any() and down.any()", "(up | down).all() and up.any() and down.any()"), "whatever the others are"),
        (("torch.linalg.eigvalsh(hessian)", "hessian.diagonal()"), "expected"),
    ],
    "saddle-point-escape": [
        (("math.log1p(-lr * eigenvalue)", "math.log1p(lr * eigenvalue)"), "math domain error|expected"),
        (("math.ceil(", "math.floor("), "round up"),
        (("if abs(start) >= radius:", "if start >= radius:"), "expected 0"),
        (("    if start == 0 or eigenvalue >= 0:\n        return math.inf\n", "    if start == 0:\n        return math.inf\n"),
         "shrinks|division by zero|must be|expected inf"),
        (("math.log1p(-lr * eigenvalue)", "(-lr * eigenvalue)"), "multiplies the distance"),
    ],
    "local-optimum-copy": [
        (("signs * w2[:, order]", "w2[:, order]"), "change their signs with their units"),
        (("signs * w2[:, order]", "signs * w2"), "computes something else"),
        (("signs * b1[order]", "b1[order]"), "both change their sign"),
        (("return signs[:, None]", "order = order.argsort(); return signs[:, None]"), "not back"),
    ],
    "saddle-point-smallest-eigenvalue": [
        (("return min(mu, other)", "return mu"), "of largest absolute value"),
        (("return min(mu, other)", "return other"), "this is the largest one"),
        (("other = mu + dominant", "other = dominant"), "add μ again"),
        (("for _ in range(steps)", "for _ in range(3 * steps)"), "too many"),
    ],
}
