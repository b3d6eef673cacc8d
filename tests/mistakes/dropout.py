"""Plausible wrong answers in generalization/dropout."""

MISTAKES = {
    "dropout-noise": [
        (("p / (1 - p)", "p * (1 - p)"), "original form"),
        (("x.square() @ w.square()", "(x @ w).square()"), "both x and w"),
        (("x @ w + b,", "(1 - p) * (x @ w) + b,"), "the mean is wrong"),
        (("x @ w + b,", "x @ w,"), "the mean is wrong"),
        (("x.square() @ w.square()", "x.square() @ w.square() + b"), "without the bias"),
        (("x.square() @ w.square()", "(x * w).square()"), "one for each row"),
    ],
    "dropout-regression": [
        (("gram.diag().diag()", "torch.eye(len(gram)).to(gram)"), "ridge"),
        (("p / (1 - p)", "p"), "inverted form"),
        (("p / (1 - p)", "p * (1 - p)"), "not p"),
        (("gram.diag().diag()", "gram.diag().diag() / len(x)"), "divide"),
        (("p / (1 - p)", "0"), "set the gradient"),
    ],
    "dropout-monte-carlo": [
        (("    model.eval()\n", "    model.train()\n"), "batch normalization"),
        (("            module.train()\n", "            pass\n"), "training mode"),
        (("model(x).softmax(-1)", "model(x)"), "mean over the samples"),
        (("model(x).softmax(-1) for _ in range(samples)]).mean(0)",
          "model(x) for _ in range(samples)]).mean(0).softmax(-1)"), "softmax first"),
        (("        module.training = mode\n", "        module.train()\n"), "the mode in which"),
        (("torch.special.entr(mean).sum(-1)", "-(mean * mean.log2()).sum(-1)"), "natural logarithm"),
        (("torch.special.entr(mean).sum(-1)", "-(mean * mean.log()).sum(-1)"), "counts as 0"),
        (("model.modules()]", "model.children()]"), "however deep"),
        (("range(samples)", "range(1)"), "once a sample"),
    ],
    "dropout-locked": [
        (("(len(x), 1, x.shape[2])", "x.shape"), "one mask for all steps"),
        (("(len(x), 1, x.shape[2])", "(1, 1, x.shape[2])"), "mask of its own"),
        (("(len(x), 1, x.shape[2])", "(len(x), 1, 1)"), "by itself"),
        ((" / (1 - self.p)", ""), "divided by 1 − p"),
        ((">= self.p", "< self.p"), "divided by|probability of being dropped"),
        (("        if not self.training:\n            return x\n", ""), "evaluation mode"),
        (("p=0.5", "p=0.1"), "unless given"),
    ],
}
