"""What an installation of the package brings: its licenses, its page, its types, its data, and nothing of the book."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CODE = Path(__file__).parents[2] / "code"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("setuptools", minversion="77")
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(CODE, folder / "code", ignore=shutil.ignore_patterns("*.egg-info", "build", "__pycache__"))
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
                    "--disable-pip-version-check", "--wheel-dir", folder, source], check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


def test_it_carries_license_page_types_and_data(wheel):
    names = wheel.namelist()
    assert {"deepgloss/__init__.py", "deepgloss/py.typed", "deepgloss/glossary/activations.yml"} <= set(names)
    license = next(name for name in names if name.endswith(".dist-info/licenses/LICENSE"))
    assert wheel.read(license) == (CODE.parent / "LICENSE").read_bytes()
    metadata = wheel.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
    assert (CODE / "README.md").read_text(encoding="utf-8").strip() in metadata.replace("\r\n", "\n")


def test_it_carries_every_file_of_the_package_and_no_other(wheel):
    inside = {name for name in wheel.namelist() if not re.match(r"deepgloss-[^/]*\.dist-info/", name)}
    package = {path.relative_to(CODE).as_posix() for path in (CODE / "deepgloss").rglob("*")
               if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts}
    assert inside == package


def test_the_license_beside_the_package_is_the_repository_s():
    assert (CODE / "LICENSE").read_bytes() == (CODE.parent / "LICENSE").read_bytes()
