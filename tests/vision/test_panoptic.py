"""Segments do not overlap, and panoptic quality is what its definition says, mask by mask."""

import pytest
import torch

import deepgloss as dg
from deepgloss import vision as V

close = torch.testing.assert_close


def slow_quality(predicted, truth):
    """Of one class: pairs of masks, matched by an IoU above one half."""
    total, hits, false, missed = 0.0, 0, 0, 0
    for found, true in zip(predicted, truth):
        pairs = [(p, t) for p in range(len(found)) for t in range(len(true))
                 if (found[p] & true[t]).sum() > 0.5 * (found[p] | true[t]).sum()]
        total += sum(float((found[p] & true[t]).sum() / (found[p] | true[t]).sum()) for p, t in pairs)
        hits += len(pairs)
        false += len(found) - len(pairs)
        missed += len(true) - len(pairs)
    return total / (hits + false / 2 + missed / 2)


def segments(ids, labels):
    return V.Segments(torch.tensor(ids).to(dg.device()), torch.tensor(labels, dtype=torch.int64).to(dg.device()))


def random_segments(draws, count, classes, size=(11, 13)):
    """Stripes of random widths, a few of them moved."""
    ids = torch.randint(0, count + 1, size, generator=draws)
    ids = torch.where(torch.rand(size, generator=draws) < 0.8, torch.arange(size[1]) * count // size[1] + 1, ids)
    return V.Segments(ids, torch.randint(0, classes, (count,), generator=draws))


def test_quality_is_that_of_the_slow_reference():
    draws = torch.Generator().manual_seed(3)
    truth = [random_segments(draws, 5, 3) for _ in range(7)]
    found = []
    for one in truth:
        moved = torch.where(torch.rand(one.ids.shape, generator=draws) < 0.2, 2, one.ids)
        labels = torch.where(torch.rand(5, generator=draws) < 0.2, 0, one.labels)
        found.append(V.Segments(moved.to(dg.device()), labels.to(dg.device())))
    truth = [V.Segments((one.ids + (one.ids == 0)).to(dg.device()), one.labels.to(dg.device())) for one in truth]
    scores = V.panoptic_quality(found, truth)
    assert scores.classes == (0, 1, 2)
    for k in range(3):
        masks = [[[one.ids == i + 1 for i in range(5) if one.labels[i] == k and (one.ids == i + 1).any()] for one in side]
                 for side in (found, truth)]
        close(scores.pq[k], torch.tensor(slow_quality(*masks), dtype=torch.float64))
    close(scores.pq, scores.sq * scores.rq)


def test_quality_by_hand():
    truth = segments([[1, 1, 1, 1, 2, 2, 2, 2]], [7, 7])
    assert V.panoptic_quality([truth], [truth]).pq.tolist() == [1]
    one = V.panoptic_quality([segments([[1] * 8], [7])], [truth])               # IoU ½ with both, which is not above ½
    assert one.pq.tolist() == [0] and one.sq.tolist() == [0]
    part = V.panoptic_quality([segments([[1, 1, 1, 0, 0, 0, 0, 2]], [7, 7])], [truth])
    close(part.pq, torch.tensor([0.75 / 2], dtype=torch.float64))               # one hit, one false, one missed
    close(part.rq, torch.tensor([0.5], dtype=torch.float64))
    assert V.panoptic_quality([segments([[1, 1, 1, 1, 2, 2, 2, 2]], [3, 7])], [truth]).classes == (3, 7)


def test_what_is_not_judged_counts_for_nothing():
    truth = segments([[0, 0, 0, 0, 1, 1, 1, 1]], [7])
    assert V.panoptic_quality([segments([[2, 2, 2, 1, 1, 1, 1, 1]], [7, 7])], [truth]).pq.tolist() == [1]
    assert V.panoptic_quality([segments([[2, 0, 0, 0, 2, 1, 1, 1]], [7, 7])], [truth]).rq.tolist() == [1 / 1.5]
    assert V.panoptic_quality([], []).classes == ()


def test_a_pixel_goes_to_the_highest_score():
    mask = torch.tensor([[[1, 1, 1, 0, 0, 0, 0]], [[0, 1, 1, 1, 1, 0, 0]], [[0, 0, 1, 1, 1, 1, 0]], [[0, 0, 0, 0, 0, 0, 1]]]).bool()
    found = V.Detections(torch.zeros(4, 4), torch.tensor([0.9, 0.6, 0.8, 0.2]), torch.tensor([5, 6, 7, 8]), mask)
    found = V.Detections(*(x.to(dg.device()) for x in found))
    ids, labels = V.merge_masks(found)
    assert ids.tolist() == [[1, 1, 1, 2, 2, 2, 0]] and labels.tolist() == [5, 7]
    ids, labels = V.merge_masks(found, least=0, score_threshold=0, background=10)
    assert ids.tolist() == [[1, 1, 1, 2, 2, 2, 3]] and labels.tolist() == [5, 7, 8]
    ids, labels = V.merge_masks(found, background=10)
    assert ids.tolist() == [[1, 1, 1, 2, 2, 2, 3]] and labels.tolist() == [5, 7, 10]
    none = V.Detections(*(x[:0] for x in found))
    assert V.merge_masks(none).labels.tolist() == [] and V.merge_masks(none, background=3).ids.tolist() == [[1] * 7]


@pytest.mark.parametrize("call, kind, words", [
    (lambda: V.merge_masks((1, 2, 3, 4)), TypeError, "found must be a Detections with masks"),
    (lambda: V.panoptic_quality([], [3]), ValueError, "predicted must be one a picture"),
    (lambda: V.panoptic_quality([3], [3]), TypeError, r"predicted\[0\] must be Segments"),
    (lambda: V.panoptic_quality([segments([[2]], [1])], [segments([[1]], [1])]), ValueError, r"predicted\[0\].ids must be in 0..1"),
    (lambda: V.panoptic_quality([segments([[1, 1]], [1])], [segments([[1]], [1])]), ValueError, "pixels as truth has"),
    (lambda: V.panoptic_quality([segments([1], [1])], [segments([[1]], [1])]), ValueError, r"ids \(H, W\)"),
    (lambda: V.merge_masks(V.Detections(torch.zeros(1, 4), torch.ones(1), torch.ones(1).long())), TypeError, "with masks"),
    (lambda: V.merge_masks(V.Detections(torch.zeros(1, 4), torch.ones(2), torch.ones(1).long(), torch.ones(1, 2, 2) > 0)),
     ValueError, "found.scores"),
])
def test_what_are_no_segments_is_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
