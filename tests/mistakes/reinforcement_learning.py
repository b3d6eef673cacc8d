"""Plausible wrong answers in learning/reinforcement-learning."""

MISTAKES = {
    "reinforcement-learning-returns": [
        (("return found[::-1]", "return found"), "in reverse order"),
        (("later = reward + gamma * later", "later = gamma * (reward + later)"), "counts in full"),
        (("later = reward + gamma * later", "later = reward + later"), "later rewards count less"),
        (("    return found[::-1]", "    return [gamma**t * g for t, g in enumerate(found[::-1])]"), "starts counting anew"),
    ],
    "reinforcement-learning-q-update": [
        (("0.0 if done else ", ""), "after the last step nothing comes"),
        (("Q[s_next].max()", "Q[s_next, a]"), "not of the same action"),
        (("Q[s_next].max()", "Q[s_next].mean()"), "not the average"),
        (("new = Q.clone()", "new = Q"), "Q itself was changed"),
        (("Q[s, a] + alpha * (reward + future - Q[s, a])", "reward + future"), "a share α of the way"),
        (("gamma * Q[s_next]", "Q[s_next]"), "multiplied by γ"),
    ],
    "reinforcement-learning-evaluate": [
        (("torch.linalg.solve(eye - gamma * P_pi, r_pi)", "r_pi"), "of what follows are missing"),
        (("policy[:, :, None] * P * R", "policy[:, :, None] * R"), "probability of the next state as well"),
        (("(policy[:, :, None] * P).sum(1)", "P.mean(1)"), "average over actions by the policy"),
        (("gamma * P_pi, r_pi", "gamma * P_pi.T, r_pi"), "matrix is turned"),
    ],
    "reinforcement-learning-blind": [
        (("return p[", "return 1 - p["), "probability of going left"),
        (("    return p[values[:, 0].argmax()].item()", "    return 2 - 2**0.5"), "changes with γ"),
        (("    return p[values[:, 0].argmax()].item()", "    return 0.5"), "in two of three cells"),
        (("values[:, 0]", "values[:, 1]"), "is worth"),
    ],
}
