"""The addresses of repository and published book stand in _config.yml; whatever else names them agrees."""

import re
from pathlib import Path

import yaml

BOOK = Path(__file__).parents[2]
CONFIG = yaml.safe_load((BOOK / "_config.yml").read_text())
ADDRESS, SITE = CONFIG["repository"]["url"], CONFIG["html"]["baseurl"]
FILES = ["README.md", "CITATION.cff", "CONTRIBUTING.md", "index.ipynb", "code/pyproject.toml"]


def test_every_mention_of_the_repository_is_its_address():
    host, owner = re.match(r"https://([^/]+)/([^/]+)/", ADDRESS).groups()
    for path in [*map(BOOK.joinpath, FILES), *BOOK.glob("chapters/**/*.ipynb")]:
        for found in re.findall(rf"https://{re.escape(host)}/{re.escape(owner)}[\w./-]*", path.read_text()):
            assert found == ADDRESS, f"{path}: {found}"


def test_every_link_into_the_published_book_begins_with_its_address():
    host = re.match(r"https://[^/]+/", SITE)[0]
    for path in [*map(BOOK.joinpath, FILES), *BOOK.glob("chapters/**/*.ipynb")]:
        for found in re.findall(rf"{re.escape(host)}[\w./-]*", path.read_text()):
            assert found.startswith(f"{SITE}/"), f"{path}: {found}"


def test_the_readme_and_the_citation_name_it():
    for name in ("README.md", "CITATION.cff"):
        assert ADDRESS in (BOOK / name).read_text()
