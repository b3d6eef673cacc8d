"""Learning from data that nobody labeled: pretexts, BERT and GPT."""

__all__: list[str] = []
