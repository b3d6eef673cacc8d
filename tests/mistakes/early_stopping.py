"""Plausible wrong answers in generalization/early-stopping."""

MISTAKES = {
    "early-stopping-rule": [
        (("score < scores[best] - min_delta", "score <= scores[best] - min_delta"), "equal scores|stop is at"),
        (("score < scores[best] - min_delta", "score < scores[best] + min_delta"), "minus min_delta"),
        (("check - best >= patience", "check - best > patience"), "best check is|patience checks after"),
        (("return check, best", "return check + 1, best + 1"), "expected"),
        (("score < scores[best] - min_delta", "score < scores[check - 1]"), "best so far"),
    ],
    "early-stopping-penalty": [
        (("return curvature * left / (1 - left)", "return 1 / (lr * steps)"), "limit for small curvatures only"),
        (("return curvature * left / (1 - left)", "return curvature * (1 - left) / left"), "solve|division"),
        (("return 1 / (lr * steps)", "return 0.0"), "tends to"),
        (("(1 - lr * curvature) ** steps", "1 - (1 - lr * curvature) ** steps"), "solve|division"),
    ],
    "early-stopping-class": [
        (("copy.deepcopy(model.state_dict())", "model.state_dict()"), "go on to change|goes on to change"),
        (("copy.deepcopy(model.state_dict())", "dict(model.state_dict())"), "goes on to change"),
        (("self.best, self.waited = score, 0", "self.best = score"), "step must return"),
        (("self.waited >= self.patience", "self.waited > self.patience"), "step must return"),
        (("        model.load_state_dict(self.kept)", "        pass"), "after restore"),
        (("        model.load_state_dict(self.kept)", "        return self.kept"), "what it returns does not matter"),
        (("copy.deepcopy(model.state_dict())", "{k: v.clone() if 'batches' not in k else v for k, v in model.state_dict().items()}"),
         "num_batches_tracked"),
        (("copy.deepcopy(model.state_dict())", "{k: v.clone() if 'var' not in k else v for k, v in model.state_dict().items()}"),
         "running_var"),
    ],
    "early-stopping-loss": [
        (("alpha * scores[best]:", "alpha * scores[0]:"), "lowest loss among"),
        (("100 * (score - scores[best]) > alpha", "100 * (score - scores[best]) >= alpha"), "does not stop"),
        (("100 * (score - scores[best])", "(score - scores[best])"), "percent"),
        (("100 * (score - scores[best]) > alpha * scores[best]", "100 * (score - min(scores)) > alpha * min(scores)"), "not known yet"),
        (("score < scores[best]", "score <= scores[best]"), "of equal losses, the first"),
        (("scores[best]) > alpha * scores[best]", "scores[check - 1]) > alpha * scores[check - 1]"), "lowest loss among"),
        (("100 * (score - scores[best]) > alpha * scores[best]", "100 * (score - scores[best]) > alpha"), "in percent of the lowest"),
    ],
}
