"""Writes transformers.json: what Hugging Face's language models are, to hold the book's own against.

Run it in an environment of its own, with the release named in the file:
python -m reference.make_transformers, in the folder tests. The tests read the file and need no
transformers.
"""

import json
from pathlib import Path

import torch
import transformers

from .fingerprint import fill, fill_tensors, of_names_and_shapes

HERE = Path(__file__).parent


def gpt2() -> dict:
    """The four sizes of GPT-2, the only one of GPT-1; of tiny ones the logits, and how prompts of unequal
    length go on."""
    sizes = {"gpt2": (768, 12, 12), "gpt2_medium": (1024, 24, 16), "gpt2_large": (1280, 36, 20),
             "gpt2_xl": (1600, 48, 25)}
    models = {}
    with torch.device("meta"):
        for name, (dim, layers, heads) in sizes.items():
            model = transformers.GPT2LMHeadModel(transformers.GPT2Config(n_embd=dim, n_layer=layers, n_head=heads))
            models[name] = {"parameters": sum(p.numel() for p in model.parameters()),
                            "tensors": of_names_and_shapes(dict(sorted(model.state_dict().items())))}
        first = transformers.OpenAIGPTLMHeadModel(transformers.OpenAIGPTConfig())
    config = transformers.GPT2Config(vocab_size=13, n_positions=11, n_embd=12, n_layer=2, n_head=3)
    tiny = transformers.GPT2LMHeadModel(config).double().eval()
    fill(tiny.transformer)
    ids = torch.randint(13, (2, 7), generator=torch.Generator().manual_seed(1))
    older = transformers.OpenAIGPTLMHeadModel(transformers.OpenAIGPTConfig(
        vocab_size=13, n_positions=11, n_embd=12, n_layer=2, n_head=3)).double().eval()
    fill(older.transformer)
    seen = torch.arange(7) >= torch.tensor([[0], [3]])                 # padding on the left
    with torch.no_grad():
        logits, first_logits = tiny(ids).logits, older(ids).logits
        goes_on = tiny.generate(ids, attention_mask=seen.long(), max_new_tokens=4, do_sample=False, pad_token_id=0,
                                eos_token_id=None)
    return {"models": models, "gpt1": sum(p.numel() for p in first.parameters()),
            "ids": ids.tolist(), "logits": logits.tolist(), "gpt1_logits": first_logits.tolist(),
            "seen": seen.tolist(), "goes_on": goes_on.tolist()}


def bert() -> dict:
    """Both published sizes of BERT, names and shapes with each head, and what a tiny one says."""
    sizes = {"bert_base": (768, 12, 12), "bert_large": (1024, 24, 16)}
    models = {}
    with torch.device("meta"):
        for name, (dim, layers, heads) in sizes.items():
            config = transformers.BertConfig(hidden_size=dim, num_hidden_layers=layers, num_attention_heads=heads,
                                             intermediate_size=4 * dim)
            model = transformers.BertForPreTraining(config)
            models[name] = {"parameters": sum(p.numel() for p in model.bert.parameters()),
                            "with_heads": sum(p.numel() for p in model.parameters()),
                            "tensors": of_names_and_shapes(_untied(model))}
    options = {"vocab_size": 13, "max_position_embeddings": 11, "hidden_size": 12, "num_hidden_layers": 2,
               "num_attention_heads": 3, "intermediate_size": 17}
    config = transformers.BertConfig(**options)
    tiny = transformers.BertForPreTraining(config).double().eval()
    fill_tensors(_untied(tiny))
    draws = torch.Generator().manual_seed(1)
    ids, segments = (torch.randint(below, (2, 7), generator=draws) for below in (13, 2))
    mask = torch.arange(7) < torch.tensor([[7], [4]])
    with torch.no_grad():
        pooled = tiny.bert(ids, mask, segments).pooler_output
        out = tiny(ids, mask, segments)
    heads = {"BERTClassifier": transformers.BertForSequenceClassification(
                 transformers.BertConfig(**options, num_labels=5)),
             "BERTSpans": transformers.BertForQuestionAnswering(config)}
    for model in heads.values():
        model.double().eval()
        fill_tensors(_untied(model))
    with torch.no_grad():
        classes = heads["BERTClassifier"](ids, mask, segments).logits
        spans = heads["BERTSpans"](ids, mask, segments)
    return {"models": models, "heads": {name: of_names_and_shapes(_untied(model)) for name, model in heads.items()},
            "classes": classes.tolist(), "starts": spans.start_logits[mask].tolist(),
            "ends": spans.end_logits[mask].tolist(),
            "ids": ids.tolist(), "segments": segments.tolist(), "mask": mask.tolist(), "pooled": pooled.tolist(),
            "words": out.prediction_logits[mask].tolist(), "next": out.seq_relationship_logits.tolist()}


def _untied(model) -> dict:
    """The tensors of a model in the order of their names, without BERT's second copies."""
    return {name: tensor for name, tensor in sorted(model.state_dict().items())
            if not name.startswith("cls.predictions.decoder.")}


def main() -> None:
    families = {"gpt2": gpt2(), "bert": bert()}
    head = {"transformers": transformers.__version__}
    (HERE / "transformers.json").write_text(json.dumps({**head, **families}, indent=1) + "\n")


if __name__ == "__main__":
    main()
