"""Downloads against a server of our own that breaks in the ways servers break."""

import contextlib
import gzip
import hashlib
import io
import re
import socket
import struct
import subprocess
import sys
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import torch

from deepgloss import data
from deepgloss.data import _classics
from deepgloss.data._download import DownloadError, cache, fetch

CONTENT = bytes(range(256)) * 1021
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves the server's ``files``; ``breaks`` lists after how many bytes to hang up."""

    def do_GET(self):
        server = self.server
        server.requests.append(self.headers.get("Range"))
        if server.location:
            self.send_response(302)
            self.send_header("Location", server.location)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = server.files.get(self.path)
        if body is None or server.status:
            self.send_error(server.status or 404)
            return
        start, wanted = 0, re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        if wanted and server.ranges:
            start = int(wanted[1])
        if start >= len(body) and wanted and server.ranges:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(body)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            shown = start + server.shift
            self.send_header("Content-Range", f"bytes {shown}-{len(body) - 1}/{len(body)}")
        if server.ranges:
            self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", server.length or str(len(body) - start))
        self.end_headers()
        end = start + server.breaks.pop(0) if server.breaks else len(body)
        time.sleep(server.delay)
        self.wfile.write(body[start:end])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.files, server.breaks, server.requests = {"/file.bin": CONTENT}, [], []
        server.ranges, server.status, server.shift = True, None, 0
        server.location, server.length, server.delay = None, None, 0
        server.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def names(folder):
    """The files in a folder, but for locks, which some systems keep."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_whole_file(server, tmp_path):
    path = tmp_path / "deep" / "file.bin"
    assert fetch(server.url + "file.bin", path, SHA256) == path
    assert path.read_bytes() == CONTENT
    assert names(path.parent) == ["file.bin"]
    fetch(server.url + "file.bin", path, SHA256)
    assert server.requests == [None]                # the second call took what was there


def test_resumes_within_one_call(server, tmp_path):
    server.breaks = [100_000, 50_000]
    path = fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert path.read_bytes() == CONTENT
    assert server.requests == [None, "bytes=100000-", "bytes=150000-"]


def test_resumes_in_a_later_call(server, tmp_path):
    server.breaks = [1000, 1000, 1000]
    path = tmp_path / "file.bin"
    with pytest.raises(DownloadError, match=r"broke off 3 times \(3000 of 261376 .* is kept"):
        fetch(server.url + "file.bin", path, SHA256)
    assert names(tmp_path) == ["file.bin.part"]
    fetch(server.url + "file.bin", path, SHA256)
    assert path.read_bytes() == CONTENT
    assert server.requests[-1] == "bytes=3000-"


def test_server_without_ranges_starts_over(server, tmp_path):
    server.ranges, server.breaks = False, [200_000]
    path = fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert path.read_bytes() == CONTENT
    assert server.requests == [None, None]


def test_server_without_ranges_leaves_nothing(server, tmp_path):
    server.ranges, server.breaks = False, [10, 20, 30]
    with pytest.raises(DownloadError, match="30 of 261376 bytes; nothing is kept"):
        fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert names(tmp_path) == []


def test_server_that_ignores_a_range(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(b"old" * 200_000)
    server.ranges = False
    path = fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert path.read_bytes() == CONTENT
    assert server.requests == ["bytes=600000-"]


def test_server_that_sends_another_range(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:5000])
    server.shift = 7
    path = fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert path.read_bytes() == CONTENT
    assert server.requests == ["bytes=5000-", None]


def test_part_that_is_whole_already(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT)
    path = fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert path.read_bytes() == CONTENT


def test_part_that_is_too_long(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT + b"more")
    path = fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert path.read_bytes() == CONTENT
    assert server.requests == ["bytes=261380-", None]


def test_wrong_bytes(server, tmp_path):
    server.files["/file.bin"] = CONTENT[::-1]
    with pytest.raises(DownloadError, match=f"not {SHA256}.* deleted") as error:
        fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert hashlib.sha256(CONTENT[::-1]).hexdigest() in str(error.value)
    assert names(tmp_path) == []


def test_damaged_file_is_loaded_again(server, tmp_path):
    path = tmp_path / "file.bin"
    path.write_bytes(CONTENT[:-1])
    fetch(server.url + "file.bin", path, SHA256)
    assert path.read_bytes() == CONTENT


def test_missing_file_is_not_asked_for_again(server, tmp_path):
    with pytest.raises(DownloadError, match="says 404; .* elsewhere and put it at .*none.bin"):
        fetch(server.url + "none.bin", tmp_path / "none.bin", SHA256)
    assert len(server.requests) == 1 and names(tmp_path) == []


def test_busy_server_is_asked_again(server, tmp_path):
    server.status = 503
    with pytest.raises(DownloadError, match="says 503"):
        fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert len(server.requests) == 3


def test_busy_server_does_not_cost_the_part(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:5000])
    server.status = 503
    with pytest.raises(DownloadError, match="says 503"):
        fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert names(tmp_path) == ["file.bin.part"]


def test_offline(tmp_path):
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/file.bin"
        with pytest.raises(DownloadError, match="cannot reach .* check the connection"):
            fetch(url, tmp_path / "file.bin", SHA256)
    assert names(tmp_path) == []


@pytest.mark.parametrize("location", ["http://[", "http://a:b/", "http://\u00e9/", "gopher:x", "http:///x", "//[::1", "x" * 100_000])
def test_redirects_that_lead_nowhere(server, tmp_path, location):
    server.location = location.encode().decode("latin-1")
    with pytest.raises(DownloadError, match="check the connection and try again"):
        fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert names(tmp_path) == []


@pytest.mark.parametrize("length", ["abc", "-5", "1.5", "1" * 5000, "\u00b2"])
def test_lengths_that_are_none(server, tmp_path, length):
    server.length = length
    with pytest.raises(DownloadError, match="check the connection and try again"):
        fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    assert names(tmp_path) == []


FETCH = """
import sys
from pathlib import Path
from deepgloss.data._download import fetch
print("ready", flush=True)
sys.stdin.readline()
print(fetch(sys.argv[1], Path(sys.argv[2]), sys.argv[3]).name)
"""


def test_several_processes_ask_at_once(server, tmp_path):
    server.delay, path = 0.2, tmp_path / "new" / "file.bin"
    command = [sys.executable, "-c", FETCH, server.url + "file.bin", str(path), SHA256]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                 for _ in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    found = [process.communicate(timeout=120) for process in processes]
    assert [out for out, _ in found] == ["file.bin\n"] * 3, found
    assert path.read_bytes() == CONTENT and server.requests == [None]


def test_progress_bar(server, tmp_path, monkeypatch, capsys):
    fetch(server.url + "file.bin", tmp_path / "silent.bin", SHA256)
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("DEEPGLOSS_STATIC", "0")
    monkeypatch.setenv("DEEPGLOSS_QUIET", "0")
    fetch(server.url + "file.bin", tmp_path / "file.bin", SHA256)
    shown = capsys.readouterr().err
    assert "file.bin" in shown and "261k/261k" in shown


def test_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("DEEPGLOSS_DATA", raising=False)
    assert cache().parts[-2:] == (".cache", "deepgloss")
    monkeypatch.setenv("DEEPGLOSS_DATA", str(tmp_path))
    assert cache() == tmp_path
    assert cache("elsewhere").name == "elsewhere"
    assert "~" not in str(cache("~/data"))


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.tobytes())


class TestIdx:
    @pytest.mark.parametrize("shape", [(7,), (5, 3, 2)])
    def test_reads(self, shape, tmp_path):
        array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        path = tmp_path / "a.gz"
        path.write_bytes(idx(array))
        np.testing.assert_array_equal(_classics.read_idx(path), array)

    # Compressed bytes hold the time: as names of tests they would differ between workers.
    @pytest.mark.parametrize("raw, message", [
        (gzip.compress(b""), "must begin"),
        (gzip.compress(b"\0\0\x0d\x01\0\0\0\x01z"), "must begin"),
        (gzip.compress(b"\0\0\x08\x02\0\0\0\x01"), "ends within its header of 12"),
        (gzip.compress(b"\0\0\x08\x01\0\0\0\x03ab"), "must hold 3 values .* not 2"),
        (b"plain", "no whole gzip"),
        (gzip.compress(bytes(1000))[:-9], "no whole gzip"),
    ], ids=["empty", "floats", "short header", "short data", "not compressed", "cut off"])
    def test_refuses(self, raw, message, tmp_path):
        path = tmp_path / "a.gz"
        path.write_bytes(raw)
        with pytest.raises(ValueError, match=message):
            _classics.read_idx(path)


def archive(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def record(label, red=1, green=2, blue=3):
    return bytes([label] + [red] * 1024 + [green] * 1024 + [blue] * 1024)


def cifar_files():
    files = {f"data_batch_{i}.bin": record(i) + record(i + 1) for i in range(1, 6)}
    # Rows run fastest: the first row of this picture is red, the others black.
    first_row = bytes([0] + [255] * 32 + [0] * (3072 - 32))
    return files | {"test_batch.bin": first_row, "readme.html": b"<html>"}


class TestCifar:
    def test_reads(self, tmp_path):
        path = tmp_path / "c.tar.gz"
        path.write_bytes(archive(cifar_files()))
        (x, y), (test_x, test_y) = _classics.read_cifar10(path)
        assert y.tolist() == [1, 2, 2, 3, 3, 4, 4, 5, 5, 6] and test_y.tolist() == [0]
        assert x.shape == (10, 3, 32, 32)
        assert x[4].flatten(1).unique(dim=1).tolist() == [[1], [2], [3]]
        assert (test_x[0, 0, 0] == 255).all() and test_x.int().sum() == 32 * 255

    @pytest.mark.parametrize("change, message", [
        ({"data_batch_3.bin": None}, "lacks data_batch_3.bin"),
        ({"test_batch.bin": record(0)[:-1]}, "test_batch.bin .* not 3072 bytes"),
        ({"data_batch_2.bin": record(10)}, r"data_batch_2.bin .* labels in 0..9, not 10"),
        ({"test_batch.bin": b""}, "not 0 bytes"),
    ])
    def test_refuses(self, change, message, tmp_path):
        files = {k: v for k, v in (cifar_files() | change).items() if v is not None}
        path = tmp_path / "c.tar.gz"
        path.write_bytes(archive(files))
        with pytest.raises(ValueError, match=message):
            _classics.read_cifar10(path)

    @pytest.mark.parametrize("raw", [b"plain", gzip.compress(b"no tar"), archive(cifar_files())[:80]],
                             ids=["not compressed", "no tar", "cut off"])
    def test_no_archive(self, raw, tmp_path):
        path = tmp_path / "c.tar.gz"
        path.write_bytes(raw)
        with pytest.raises(ValueError, match="no whole gzipped tar"):
            _classics.read_cifar10(path)


def test_cifar10_from_a_server(server, tmp_path, monkeypatch):
    raw = archive(cifar_files())
    server.files["/c.tar.gz"] = raw
    monkeypatch.setattr(_classics, "CIFAR10_URL", server.url + "c.tar.gz")
    monkeypatch.setattr(_classics, "CIFAR10_SHA256", hashlib.sha256(raw).hexdigest())
    split = data.cifar10(tmp_path, validation_share=0.3)
    assert split.train_x.shape == (7, 3, 32, 32) and split.val_x.shape == (3, 3, 32, 32)
    assert split.test_x.max() == 1 and split.test_x.dtype == torch.float32
    assert split.train_y.dtype == torch.int64
    assert sorted(split.train_y.tolist() + split.val_y.tolist()) == [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    assert len(data.cifar10(tmp_path, validation_share=0).val_x) == 0
    assert len(server.requests) == 1


def test_fashion_mnist_from_a_server(server, tmp_path, monkeypatch):
    images, labels = np.zeros((11, 28, 28), np.uint8), np.arange(11, dtype=np.uint8) % 10
    images[:] = labels[:, None, None] * 20
    files = dict(zip(_classics.FASHION_MNIST, map(idx, (images, labels, images[:3], labels[:3]))))
    server.files = {f"/{name}": raw for name, raw in files.items()}
    sums = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
    monkeypatch.setattr(_classics, "FASHION_MNIST_URL", server.url)
    monkeypatch.setattr(_classics, "FASHION_MNIST", sums)
    monkeypatch.setenv("DEEPGLOSS_DATA", str(tmp_path))
    split = data.fashion_mnist(validation_share=0.2)
    assert [len(part) for part in split] == [9, 9, 2, 2, 3, 3]
    for x, y in (split[:2], split[2:4], split[4:]):
        assert x.shape[1:] == (1, 28, 28)
        torch.testing.assert_close(x[:, 0, 5, 7], y * 20 / 255)
    assert names(tmp_path / "fashion-mnist") == sorted(files)
    assert torch.equal(data.fashion_mnist(validation_share=0.2).val_y, split.val_y)


def test_checksums_are_checksums():
    for value in (*_classics.FASHION_MNIST.values(), _classics.CIFAR10_SHA256):
        assert re.fullmatch("[0-9a-f]{64}", value)


def test_bad_shares():
    for load in (data.fashion_mnist, data.cifar10):
        with pytest.raises(ValueError, match="validation_share"):
            load(validation_share=1)
