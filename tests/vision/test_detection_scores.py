"""Average precision is that of worked examples, and pycocotools' to nine digits."""

import contextlib
import io
import math

import numpy as np
import pytest
import torch
from random_boxes import some_boxes

from deepgloss import vision as V

close = torch.testing.assert_close


def test_precision_and_recall_along_a_ranking():
    precision, recall = V.precision_recall(torch.tensor([True, False, True, True, False]), 4)
    close(precision, torch.tensor([1, 1 / 2, 2 / 3, 3 / 4, 3 / 5], dtype=torch.float64))
    close(recall, torch.tensor([1, 1, 2, 3, 3], dtype=torch.float64) / 4)


@pytest.mark.parametrize("method, wanted", [
    # the best precision at this recall or beyond is 1 up to 1/4, then 3/4 up to 3/4, then 0
    ("voc", 1 / 4 + 1 / 2 * 3 / 4),
    ("voc2007", (3 * 1 + 5 * 3 / 4) / 11),
    ("coco", (26 * 1 + 50 * 3 / 4) / 101),
])
def test_average_precision_by_hand(method, wanted):
    precision, recall = V.precision_recall(torch.tensor([True, False, True, True, False]), 4)
    assert V.average_precision(recall, precision, method) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("method", ["voc", "voc2007", "coco"])
def test_edges_of_average_precision(method):
    all_right, none = torch.ones(3, dtype=torch.bool), torch.zeros(0, dtype=torch.bool)
    assert V.average_precision(*V.precision_recall(all_right, 3)[::-1], method) == pytest.approx(1)
    assert V.average_precision(*V.precision_recall(~all_right, 3)[::-1], method) == 0
    assert V.average_precision(*V.precision_recall(none, 3)[::-1], method) == 0
    assert math.isnan(V.average_precision(*V.precision_recall(~all_right, 0)[::-1], method))


def test_the_two_rules_differ_where_a_better_object_is_taken():
    iou = torch.tensor([[0.9, 0.0], [0.8, 0.6], [0.0, 0.4]])
    assert V.match_detections(iou).tolist() == [0, 1, -1]
    assert V.match_detections(iou, rule="voc").tolist() == [0, -1, -1]
    assert V.match_detections(iou, 0.4).tolist() == [0, 1, -1]
    assert V.match_detections(iou[:, :0]).tolist() == [-1] * 3 and V.match_detections(iou[:0]).tolist() == []


def test_a_duplicate_is_a_mistake():
    box = torch.tensor([[0.0, 0, 8, 8], [0, 0, 8, 8], [20, 20, 28, 28]])
    found = V.Detections(box, torch.tensor([0.9, 0.8, 0.7]), torch.tensor([3, 3, 3]))
    truth = V.Objects(box[[0, 2]], torch.tensor([3, 3]))
    scores = V.evaluate_detections([found], [truth], method="voc")
    assert scores.classes == (3,) and scores.at(0.5) == pytest.approx(1 / 2 + 1 / 2 * 2 / 3)
    assert scores.map == pytest.approx(scores.at(0.75)) and scores.recall[0, 0] == 1


def test_what_is_not_there_and_what_is_not_found():
    box, nothing = some_boxes(3).cpu(), torch.zeros(0, 4).double()
    labels, none = torch.tensor([0, 1, 1]), torch.zeros(0, dtype=torch.int64)
    found = V.Detections(box, torch.ones(3), labels)
    empty = V.Detections(nothing, torch.ones(0), none)
    assert math.isnan(V.evaluate_detections([found], [V.Objects(nothing, none)]).map)
    assert V.evaluate_detections([empty], [V.Objects(box, labels)]).map == 0
    assert V.evaluate_detections([found], [V.Objects(box, labels)]).map == pytest.approx(1)
    half = V.evaluate_detections([found, empty], [V.Objects(box, labels)] * 2)
    assert half.recall.mean() == 0.5 and half.map == pytest.approx(51 / 101)


def drawn(images: int, seed: int, crowds: bool):
    """Objects, and detections that are objects moved, with wrong ones among them, and ties."""
    draw = np.random.default_rng(seed)
    found, truth = [], []
    for n in range(images):
        m = int(draw.integers(0, 6))
        corner, extent = draw.uniform(0, 60, (m, 2)), draw.choice([9, 25, 40, 90], (m, 1)) * draw.uniform(0.6, 1.4, (m, 2))
        box, labels = np.concatenate([corner, corner + extent], 1).round(1), draw.integers(1, 4, m)
        copies = np.concatenate([box + draw.normal(0, 2.5, box.shape), box + draw.normal(0, 6, box.shape),
                                 draw.uniform(0, 40, (3, 4)) + [0, 0, 41, 41]])
        copies[:, 2:] = np.maximum(copies[:, 2:], copies[:, :2] + 1)
        named = np.concatenate([labels, np.where(draw.random(m) < 0.3, 1, labels), draw.integers(1, 4, 3)])
        scores = draw.random(len(copies)).round(1)          # with ties
        crowd = draw.random(m) < 0.25 if crowds else np.zeros(m, bool)
        truth.append(V.Objects(*(torch.from_numpy(x) for x in (box, labels)), None, torch.from_numpy(crowd)))
        found.append(V.Detections(*(torch.from_numpy(x) for x in (copies, scores, named))))
    return found, truth


def masked(boxes: torch.Tensor) -> torch.Tensor:
    """The ellipse in each box, on 170 × 170 pixels."""
    at = torch.arange(170) + 0.5
    (x1, y1, x2, y2) = boxes.T[:, :, None, None]
    return ((at - (x1 + x2) / 2) / (x2 - x1) * 2) ** 2 + ((at[:, None] - (y1 + y2) / 2) / (y2 - y1) * 2) ** 2 <= 1


def theirs(found, truth, kind, max_detections=100):
    """What pycocotools says: the table of precision (T, 101, K, areas), and its summary."""
    from pycocotools import mask as coco_mask
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def annotations(items, scored):
        made = []
        for n, x in enumerate(items):
            for k in range(len(x.labels)):
                x1, y1, x2, y2 = x.boxes[k].tolist()
                one = {"id": len(made) + 1, "image_id": n, "category_id": int(x.labels[k]), "bbox": [x1, y1, x2 - x1, y2 - y1],
                       "area": (x2 - x1) * (y2 - y1), "iscrowd": 0 if scored or x.crowd is None else int(x.crowd[k])}
                if kind == "masks":
                    one["segmentation"] = coco_mask.encode(np.asfortranarray(x.masks[k].numpy().astype(np.uint8)))
                    one["area"] = int(x.masks[k].sum())
                if scored:
                    one["score"] = float(x.scores[k])
                made.append(one)
        return made

    sets = []
    for items, scored in ((truth, False), (found, True)):
        one = COCO()
        one.dataset = {"images": [{"id": n, "height": 170, "width": 170} for n in range(len(truth))],
                       "categories": [{"id": c} for c in (1, 2, 3)], "annotations": annotations(items, scored)}
        with contextlib.redirect_stdout(io.StringIO()):
            one.createIndex()
        sets.append(one)
    judge = COCOeval(*sets, iouType="segm" if kind == "masks" else "bbox")
    judge.params.maxDets = [1, 5, max_detections]     # it sorts them, and the last one counts
    with contextlib.redirect_stdout(io.StringIO()):
        judge.evaluate()
        judge.accumulate()
    return judge.eval["precision"][..., -1], judge.eval["recall"][..., -1]      # (T, 101, K, areas), (T, K, areas)


@pytest.mark.parametrize("kind", ["boxes", "masks"])
@pytest.mark.parametrize("crowds", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_pycocotools_agrees(kind, crowds, seed):
    found, truth = drawn(13, seed, crowds)
    if kind == "masks":
        found, truth = ([x._replace(masks=masked(x.boxes)) for x in items] for items in (found, truth))
    precision, recall = theirs(found, truth, kind, max_detections=7)
    for a, area in enumerate(("all", "small", "medium", "large")):
        ours = V.evaluate_detections(found, truth, kind=kind, area=area, max_detections=7)
        assert ours.classes == (1, 2, 3) and len(ours.thresholds) == 10
        for name, mine, other in (("precision", ours.ap, precision[..., a].mean(1)), ("recall", ours.recall, recall[..., a])):
            other = np.where(other < 0, np.nan, other)
            np.testing.assert_allclose(mine.numpy(), other, rtol=0, atol=1e-9, equal_nan=True, err_msg=f"{name}, {area}")
        assert 0.05 < ours.map < 0.95 or area != "all"


@pytest.mark.parametrize("call, kind, words", [
    (lambda: V.precision_recall(torch.ones(3), 3), TypeError, "hits must be"),
    (lambda: V.precision_recall(torch.ones(3, dtype=torch.bool), 2), ValueError, "3 right detections of 2"),
    (lambda: V.average_precision(torch.tensor([0.5, 0.2]), torch.ones(2)), ValueError, "recall must not fall"),
    (lambda: V.average_precision(torch.tensor([0.5]), torch.ones(2)), ValueError, "one length"),
    (lambda: V.average_precision(torch.tensor([2.0]), torch.ones(1)), ValueError, r"recall must be in \[0, 1\]"),
    (lambda: V.average_precision(torch.ones(1), torch.ones(1), "area"), ValueError, "method must be one of"),
    (lambda: V.match_detections(torch.ones(3)), ValueError, "iou must have shape"),
    (lambda: V.evaluate_detections([], [V.Objects(torch.ones(1, 4), torch.ones(1))]), ValueError, "one an image"),
    (lambda: V.evaluate_detections([torch.ones(4)], [torch.ones(4)]), TypeError, "Detections"),
    (lambda: V.evaluate_detections([V.Detections(torch.ones(2, 4), torch.ones(3), torch.ones(2))],
                                   [V.Objects(torch.ones(0, 4), torch.ones(0))]), ValueError, "one score for each label"),
    (lambda: V.evaluate_detections([], [], area="tiny"), ValueError, "area must be one of"),
    (lambda: V.evaluate_detections([], [], area=(3, 2)), ValueError, "area"),
    (lambda: V.evaluate_detections([], [], thresholds=[1.5]), ValueError, "thresholds"),
    (lambda: V.evaluate_detections([], []).at(0.3), ValueError, "threshold must be one of"),
])
def test_what_cannot_be_judged_is_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
