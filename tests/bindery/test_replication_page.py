"""What the site says of replication, in the words of the page and of each chapter's line."""

import pytest
import tiny_book

from bindery import replicate_record
from bindery.replicate_state import Fallen, State, states
from bindery.site import replication_page

HELD = {"date": "2026-11-29", "seconds": 3, "assertions": 5, "claims": 1}
FELL = HELD | {"date": "2026-11-30", "assertions": 4, "fell": [
    {"cell": 7, "assertion": "a < b"}, {"cell": 7, "claim": "adam-1"}, {"cell": 2, "error": "KeyError: <x>"},
]}
EVERY = {"shift 1000": HELD, "shift 2000": HELD, "budget 4": HELD}


def state(settings, changed=(), **excused):
    return State("adam", settings, changed, excused)


@pytest.mark.parametrize("given, status, sentence, more", [
    (state({}), "never", "Not replicated yet.", ""),
    (state(EVERY, ("code",)), "old", "Not replicated since its code changed.", "What was tried before"),
    (state(EVERY, ("package",)), "old", "Not replicated since the package's code changed.", "What was tried before"),
    (state(EVERY, ("code", "package")), "old", "Not replicated since its code and the package's changed.",
     "What was tried before"),
    (state(EVERY), "held", "Replicated with all seeds moved by 1,000 and 2,000, and with 4 times the training: "
     "5 assertions and 1 claim held every time.", "How, and when"),
    (state({"shift 1000": FELL, "budget 4": FELL}), "fell", "Replicated with all seeds moved by 1,000, and with "
     "4 times the training: of 4 assertions and 1 claim, 3 conclusions fell.", "What fell"),
    (state({"shift 1000": HELD}, budget="nothing is trained"), "held", "Replicated with all seeds moved by 1,000: "
     "5 assertions and 1 claim held every time. Not run with more training: nothing is trained.", "How, and when"),
])
def test_a_chapter_says_in_one_line_what_was_replicated(given, status, sentence, more):
    assert given.status == status
    assert replication_page.line(given) == (sentence, more)


@pytest.mark.parametrize("names, words", [
    (["budget 1/4"], "with 1/4 times the training"),
    (["shift 1000", "shift 2000", "shift 3000"], "with all seeds moved by 1,000, 2,000 and 3,000"),
    (["shift 1000, budget 4"], "with all seeds moved by 1,000 and 4 times the training"),
    (["shift -5", "budget 2", "budget 4"],
     "with all seeds moved by -5, and with 2 times the training and 4 times the training"),
])
def test_settings_in_words(names, words):
    assert replication_page.settings_in_words(names) == words


def test_what_fell_is_told_once_with_all_its_settings():
    fallen = state({"shift 1000": FELL, "shift 2000": HELD, "budget 4": FELL}).fallen
    both = ("shift 1000", "budget 4")
    assert fallen == [Fallen(2, "error", "KeyError: <x>", both), Fallen(7, "assertion", "a < b", both),
                      Fallen(7, "claim", "adam-1", both)]


def test_the_table_and_the_list_lead_to_chapters_and_claims():
    found = {"adam": state({"shift 1000": FELL}), "relu": State("relu", EVERY, (), {}),
             "tanh": State("tanh", EVERY, ("package",), {}), "elu": State("elu", {}, (), {"shift": "a <b>"})}
    table = replication_page.table_html(found, lambda slug: f"{slug}.html" if slug != "elu" else None)
    assert "4 chapters: 1 held under every setting tried, 1 fell under some, 1 changed since they were " \
           "replicated, 1 were not replicated yet." in table
    assert '<td class="dg-fails"><a href="#fell-adam">3 fell</a></td> <td>4</td> <td>1</td>' in table
    assert '<a href="relu.html">' in table and 'class="dg-holds">all<' in table
    assert "seeds + 1,000; seeds + 2,000; training × 4" in table and "2026-11-30" in table
    assert "\"dg-needs-care\">not since the package's code changed<" in table
    assert 'class="dg-open">not yet</td> <td></td> <td></td> <td>no other seeds: a &lt;b&gt;</td>' in table
    fell = replication_page.fallen_html(found, lambda slug: f"{slug}.html", lambda claim: f"#{claim['id']}")
    assert fell.count("<h3") == 1 and '<h3 id="fell-adam"><a href="adam.html">Adam</a></h3>' in fell
    assert "Cell [7], with all seeds moved by 1,000: <code>a &lt; b</code>" in fell
    assert "<code>KeyError: &lt;x&gt;</code>" in fell and '<a href="#adam-1">“' in fell
    assert "Nothing" in replication_page.fallen_html({}, lambda slug: None, lambda claim: None)


def test_the_state_of_a_book_is_read_from_its_record_and_its_notebooks(tmp_path, monkeypatch):
    from bindery import notebooks
    from bindery.replicate_digest import digests

    book = tiny_book.begin(tmp_path, monkeypatch)
    tiny_book.store(book, "adam", "assert 2 < 3")
    tiny_book.store(book, "momentum", "1", deepgloss={"replicate": {"budget": "why"}})
    tiny_book.store(book, "stray", "1")
    assert {slug: found.status for slug, found in states(book).items()} == {"momentum": "never", "adam": "never"}
    path = book / "chapters/optimization/adam.ipynb"
    for name in ("budget 4", "shift 10000", "shift 2000"):
        kind, value = name.split()
        setting = replicate_record.Setting(**{kind: int(value) if kind == "shift" else value})
        replicate_record.add(book, "adam", digests(notebooks.read(path), "adam"), setting, HELD)
    found = states(book)
    assert found["adam"].status == "held" and found["momentum"].excused == {"budget": "why"}
    assert list(found["adam"].settings) == ["shift 2000", "shift 10000", "budget 4"]
    tiny_book.store(book, "adam", "assert 2 < 5")
    found = states(book)["adam"]
    assert found.status == "old" and found.changed == ("code",)
