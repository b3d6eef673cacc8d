"""Plausible wrong answers in generative/generative-adversarial-network."""

MISTAKES = {
    "generative-adversarial-network-value": [
        (("(torch.xlogy(p, p / both) + torch.xlogy(q, q / both)).sum().item()", "(p * (p / (p + q)).log() + q * (q / (p + q)).log()).sum().item()"),
         "0 ln 0"),
        (("return (torch", "return -(torch"), "this is a loss"),
        (("return (torch", "return 0.5 * (torch"), "half of it"),
        (("return (torch.xlogy(p, p / both) + torch.xlogy(q, q / both)).sum().item()",
          "return 0.6931 + 0.5 * (torch.xlogy(p, p / both) + torch.xlogy(q, q / both)).sum().item()"), "this is the divergence"),
        (("return (torch.xlogy(p, p / both)", "return (2 * torch.xlogy(p, p / both)"), "put D = p"),
    ],
    "generative-adversarial-network-losses": [
        (("F.softplus(-fake).mean()\n", "-F.softplus(fake).mean()\n"), "it is the minimax loss"),
        (("judge = F.softplus(-real).mean() + F.softplus(fake).mean()", "judge = torch.cat([F.softplus(-real), F.softplus(fake)]).mean()"),
         "mean of its own"),
        (("judge = F.softplus(-real).mean() + F.softplus(fake).mean()",
          "judge = -real.sigmoid().log().mean() - (1 - fake.sigmoid()).log().mean()"), "no logarithm of a sigmoid"),
        (("return judge, F.softplus(-fake).mean()", "return judge, -fake.sigmoid().clamp_min(1e-30).log().mean()"), "expected|clamping"),
        (("F.softplus(-real).mean() + F.softplus(fake)", "F.softplus(real).mean() + F.softplus(-fake)"), "softplus"),
        (("F.softplus(-real).mean() +", "F.softplus(-real.detach()).mean() +"), "the data's logits.*detaching"),
        (("+ F.softplus(fake).mean()", "+ F.softplus(fake.detach()).mean()"), "the samples' logits.*detaching"),
        (("return judge, F.softplus(-fake).mean()", "return judge.detach(), F.softplus(-fake).mean()"), "no gradient"),
    ],
    "generative-adversarial-network-penalty": [
        ((", create_graph=True", ""), "create_graph"),
        (("share * x + (1 - share) * fake", "share * fake + (1 - share) * x"), "share belongs to the data"),
        (("(slope.flatten(1).norm(dim=1) - 1).square().mean()", "(slope.norm() - 1).square()"), "norm of its own"),
        (("(slope.flatten(1).norm(dim=1) - 1).square().mean()", "(slope.flatten(1).norm(dim=1).mean() - 1).square()"), "square first"),
        (("slope.flatten(1).norm(dim=1)", "slope.norm(dim=1)"), "all axes"),
    ],
    "generative-adversarial-network-extragradient": [
        (("        dx, dy = slopes(x - lr * dx, y + lr * dy)\n", ""), "plain simultaneous"),
        (("        dx, dy = slopes(x - lr * dx, y + lr * dy)\n",
          "        x, y = x - lr * dx, y + lr * dy\n        dx, dy = slopes(x, y)\n"), "from where they are"),
        (("        dx, dy = slopes(x - lr * dx, y + lr * dy)\n        x, y = x - lr * dx, y + lr * dy",
          "        dx, dy = slopes(x - lr * dx, y - lr * dy)\n        x, y = x - lr * dx, y - lr * dy"), "other sign"),
        (("        dx, dy = slopes(x - lr * dx, y + lr * dy)\n        x, y = x - lr * dx, y + lr * dy",
          "        x = x - lr * dx\n        y = y + lr * slopes(x, y)[1]"), "both look ahead together"),
    ],
}

ALSO_RIGHT = {
    "generative-adversarial-network-losses": [
        ("return judge, F.softplus(-fake).mean()", "return [judge, -F.logsigmoid(fake).mean()]"),
    ],
}
