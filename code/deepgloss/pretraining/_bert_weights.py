"""Published BERT weights by their names, into the models of this part and back."""

from collections.abc import Mapping

import torch
from torch import nn

from ._bert import BERT
from ._bert_heads import BERTClassifier, BERTPretraining, BERTSpans
from ._published import check_tied, copy_all, tensors

# Modules of this book and Hugging Face's.
OUTSIDE = {"norm": "embeddings.LayerNorm", "pooler": "pooler.dense"}
LAYER = {
    "self_attn.out_proj": "attention.output.dense", "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense", "linear2": "output.dense", "norm2": "output.LayerNorm",
}
VECTORS = {"tokens": "word_embeddings", "positions": "position_embeddings", "segments": "token_type_embeddings"}
HEADS = {
    BERTPretraining: {"transform": "cls.predictions.transform.dense", "norm": "cls.predictions.transform.LayerNorm",
                      "next": "cls.seq_relationship"},
    BERTClassifier: {"out": "classifier"},
    BERTSpans: {"out": "qa_outputs"},
}
OLD = {"LayerNorm.gamma": "LayerNorm.weight", "LayerNorm.beta": "LayerNorm.bias"}
TWICE = {"cls.predictions.decoder.weight": "bert.embeddings.word_embeddings.weight",
         "cls.predictions.decoder.bias": "cls.predictions.bias"}


def bert_state_dict(model: nn.Module) -> dict[str, torch.Tensor]:
    """The weights of a model under Hugging Face's names, as views.

    Args:
        model: a :class:`BERT`, with the names of ``BertModel``; or one with heads, with those of
            ``BertForPreTraining``, ``BertForSequenceClassification`` or ``BertForQuestionAnswering``.
            The output weights, which are the tokens' vectors, are not named again, nor is the pooler of
            :class:`BERTSpans`, which does without it.

    Raises:
        TypeError: the model is none of these.
    """
    if isinstance(model, BERT):
        return _encoder(model)
    heads = next((names for kind, names in HEADS.items() if isinstance(model, kind)), None)
    if heads is None:
        raise TypeError(f"model must be a BERT, with heads or without, not {type(model).__name__}")
    state = model.state_dict()
    table = {f"bert.{name}": tensor for name, tensor in _encoder(model.bert).items()}
    if isinstance(model, BERTPretraining):
        table["cls.predictions.bias"] = state["bias"]
    if isinstance(model, BERTSpans):
        table = {name: tensor for name, tensor in table.items() if "pooler" not in name}
    return table | {f"{theirs}.{kind}": state[f"{ours}.{kind}"]
                    for ours, theirs in heads.items() for kind in ("weight", "bias")}


def load_bert(model: nn.Module, published: Mapping[str, torch.Tensor]) -> nn.Module:
    """Copy published weights into a model of their size.

    A bare :class:`BERT` takes its part of any file and leaves the heads. Norms may be called gamma
    and beta, as they once were; lists of positions are skipped, and so are the ``module.`` and
    ``_orig_mod.`` that ``DistributedDataParallel`` and ``torch.compile`` put before names. All is copied or nothing.

    Args:
        model: e.g. :func:`bert_base`, or one with heads.
        published: names, such as ``bert.encoder.layer.0.attention.self.query.weight``, and tensors;
            of a file that you have, for instance ``torch.load(path, weights_only=True)``.

    Returns:
        The model.

    Raises:
        TypeError: ``model`` is no BERT, or ``published`` no mapping.
        ValueError: tensors are missing, unexpected, of a wrong shape or not finite; or the output
            weights are not the tokens' vectors.

    Source: Devlin et al. (2019).
    """
    table = bert_state_dict(model)
    given = {_renamed(name): tensor for name, tensor in tensors(published).items()
             if not name.endswith("position_ids")}
    for second, first in TWICE.items():
        check_tied(given, second, first)
        given.pop(second, None)
    if isinstance(model, BERT) and any(name.startswith("bert.") for name in given):
        given = {name.removeprefix("bert."): tensor for name, tensor in given.items() if name.startswith("bert.")}
    copy_all(table, given)
    return model


def _encoder(bert: BERT) -> dict[str, torch.Tensor]:
    """Hugging Face's names of the bare encoder, with our tensors."""
    state = bert.state_dict()
    names = dict(OUTSIDE)
    for k in range(len(bert.encoder.layers)):
        names |= {f"encoder.layers.{k}.{ours}": f"encoder.layer.{k}.{theirs}" for ours, theirs in LAYER.items()}
    table = {f"embeddings.{theirs}.weight": state[f"{ours}.weight"] for ours, theirs in VECTORS.items()}
    for kind in ("weight", "bias"):
        table |= {f"{theirs}.{kind}": state[f"{ours}.{kind}"] for ours, theirs in names.items()}
        for k in range(len(bert.encoder.layers)):
            parts = state[f"encoder.layers.{k}.self_attn.in_proj_{kind}"].chunk(3)
            table |= {f"encoder.layer.{k}.attention.self.{part}.{kind}": tensor
                      for part, tensor in zip(("query", "key", "value"), parts)}
    return table


def _renamed(name: str) -> str:
    """A norm's old name as the new one."""
    for old, new in OLD.items():
        name = name.replace(old, new)
    return name
