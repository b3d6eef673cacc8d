"""Plausible wrong answers in generalization/hyperparameter."""

MISTAKES = {
    "hyperparameter-log-uniform": [
        (("low * (high / low) ** u", "low + (high - low) * u"), "these are uniform"),
        (("low * (high / low) ** u", "math.log(low) + u * (math.log(high) - math.log(low))"), "take their exponential"),
        (("low * (high / low) ** u", "high * (low / high) ** u"), "log low"),
        (("low * (high / low) ** u", "(low * (high / low) ** u).flatten()"), "that shape"),
    ],
    "hyperparameter-trials": [
        (("math.ceil(math.log(1 - confidence) / math.log(1 - share))", "math.ceil(confidence / share)"), "miss with probability"),
        (("math.ceil(math.log(1 - confidence) / math.log(1 - share))", "math.log(1 - confidence) / math.log(1 - share)"), "whole"),
        (("math.ceil(", "math.floor("), "at most 1 − confidence"),
        (("math.ceil(", "1 + math.floor("), "at most 1 − confidence"),
        (("math.log(1 - confidence) / math.log(1 - share)", "math.log(confidence) / math.log(1 - share)"), "miss with"),
    ],
    "hyperparameter-halving": [
        (("math.ceil(len(configs) / factor)", "max(1, len(configs) // factor)"), "rounded up"),
        (("    spent = 0\n    while True:\n        losses = [score(config, updates) for config in configs]",
          "    spent, first = 0, {}\n    while True:\n        for config in configs:\n"
          "            first.setdefault(config['place'], score(config, updates))\n"
          "        losses = [first[config['place']] for config in configs]"), "losses of the round"),
        (("        configs = [configs[k]", "        configs[:] = [configs[k]"), "work on a copy"),
        (("updates *= factor", "updates *= 2"), "multiply the updates"),
        (("key=lambda k: losses[k])", "key=lambda k: -losses[k])"), "smallest losses"),
        (("        spent += updates * len(configs)", "        spent = updates * len(configs)"), "in all rounds"),
        (("            return configs[0], spent", "            return configs[0]"), "2 parts|return the configuration"),
    ],
}
