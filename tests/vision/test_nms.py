"""Suppression holds against a slow reference that reads like the rule."""

import pytest
import torch
from random_boxes import some_boxes

import deepgloss as dg
from deepgloss import vision as V


def by_the_book(box, scores, threshold):
    """The rule, one box at a time."""
    left, kept = sorted(range(len(box)), key=lambda k: -scores[k].item()), []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [k for k in left if V.box_iou(box[[best]], box[[k]]).item() <= threshold]
    return kept


def scored(n, seed=0, ties=False):
    scores = torch.rand(n, generator=torch.Generator().manual_seed(seed + 50)).double()
    return some_boxes(n, seed, size=13), ((scores * 3).round() / 3 if ties else scores).to(dg.device())


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.7, 1.0])
def test_kept_boxes_are_those_of_the_rule(threshold, ties):
    box, scores = scored(43, ties=ties)
    kept = V.nms(box, scores, threshold)
    assert kept.tolist() == by_the_book(box, scores, threshold)
    assert len(kept) == 43 if threshold == 1 else 0 < len(kept) < 43


def test_nothing_and_one():
    assert V.nms(torch.zeros(0, 4), torch.zeros(0), 0.5).tolist() == []
    assert V.nms(torch.ones(1, 4), torch.ones(1), 0.5).tolist() == [0]
    assert V.batched_nms(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0, dtype=torch.int64), 0.5).tolist() == []
    assert [x.tolist() for x in V.soft_nms(torch.zeros(0, 4), torch.zeros(0))] == [[], []]


def test_classes_do_not_suppress_each_other():
    box, scores = scored(31)
    group = (torch.arange(31) % 3).to(dg.device())
    kept = V.batched_nms(box, scores, group, 0.3)
    wanted = [members[k].item() for c in range(3) for members in [(group == c).nonzero().squeeze(1)]
              for k in by_the_book(box[members], scores[members], 0.3)]
    assert sorted(kept.tolist()) == sorted(wanted) and len(kept) > len(V.nms(box, scores, 0.3))
    assert (scores[kept].diff() <= 0).all()


def test_soft_suppression_lowers_scores_by_its_formula():
    box = torch.tensor([[0.0, 0, 4, 4], [0, 0, 4, 2], [8, 8, 9, 9]])
    scores = torch.tensor([0.9, 0.8, 0.7])
    kept, found = V.soft_nms(box, scores)
    wanted = 0.8 * torch.exp(torch.tensor(-0.5**2 / 0.5))
    assert kept.tolist() == [0, 2, 1]
    torch.testing.assert_close(found, torch.tensor([0.9, 0.7, wanted]))
    kept, found = V.soft_nms(box, scores, kind="linear")
    assert kept.tolist() == [0, 2, 1]
    torch.testing.assert_close(found, torch.tensor([0.9, 0.7, 0.4]))
    assert V.soft_nms(box, scores, score_threshold=0.5)[0].tolist() == [0, 2]


def test_a_narrow_gaussian_is_plain_suppression_of_what_touches():
    box, scores = scored(29)
    assert V.soft_nms(box, scores, sigma=1e-9)[0].tolist() == V.nms(box, scores, 0.0).tolist()


@pytest.mark.parametrize("call, kind, words", [
    (lambda: V.nms(torch.ones(3, 4), torch.ones(2), 0.5), ValueError, r"scores must have one number a box, shape \(3,\)"),
    (lambda: V.nms(torch.ones(3, 4), torch.ones(3), 1.5), ValueError, "iou_threshold"),
    (lambda: V.nms(torch.ones(4), torch.ones(1), 0.5), ValueError, "box must have shape"),
    (lambda: V.batched_nms(torch.ones(3, 4), torch.ones(3), torch.ones(3), 0.5), TypeError, "idxs must be a tensor of integers"),
    (lambda: V.soft_nms(torch.ones(3, 4), torch.ones(3), kind="hard"), ValueError, "kind must be one of"),
    (lambda: V.soft_nms(torch.ones(3, 4), torch.ones(3), sigma=0), ValueError, "sigma"),
])
def test_what_cannot_be_suppressed_is_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
