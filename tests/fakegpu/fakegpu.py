"""The stand-in accelerator of fakegpu.cpp: built once, then PyTorch's device ``fake``.

PyTorch calls :func:`install` when it is imported by a Python that has this folder on its path: the folder's
``fakegpu.dist-info`` names it among PyTorch's backends. README.md says what the device shows and what not.
"""

import contextlib
import hashlib
import importlib.machinery
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import types
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAME = "fake"
_native = None


def obstacle() -> str:
    """Why the device cannot be built here; empty where it can."""
    if sys.platform == "win32":
        return "it is built on Linux and macOS only"
    if shutil.which(os.environ.get("CXX", "g++")) is None:
        return "no C++ compiler is here (g++, or what CXX names)"
    if shutil.which("ninja", path=_path()) is None:
        return "ninja is not here"
    return ""


def install():
    """Give this process the device ``fake``; a second call does nothing."""
    global _native
    if _native is not None:
        return _native
    import torch

    _native = _extension()
    lists = _tables()
    _native.configure(
        set(lists["scalars"]), set(lists["lacking"]), lists["sparse"], bool(os.environ.get("FAKEGPU_COPY")),
        bool(os.environ.get("FAKEGPU_ROUND")),
    )
    _native.refuse_float64(bool(os.environ.get("FAKEGPU_SINGLE")))
    torch.utils.rename_privateuse1_backend(NAME)
    torch._register_device_module(NAME, _device_module(torch))
    torch.utils.generate_methods_for_privateuse1_backend(for_storage=True)
    return _native


def _path() -> str:
    """Where programs are; those of this environment first, whether it is activated or not."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _cache() -> Path:
    """Where this source's build for this PyTorch lies."""
    import torch

    key = hashlib.sha256((HERE / "fakegpu.cpp").read_bytes() + torch.__version__.encode() + sys.version.encode())
    folder = Path(os.environ.get("FAKEGPU_CACHE", HERE.parents[1] / "_build" / "fakegpu")) / key.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def _alone(folder: Path):
    """Hold the folder against other processes; the system lets go of it when a process dies."""
    import fcntl

    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _extension():
    """The compiled module; the first call takes a minute or two, the next ones read the file."""
    built = _cache() / "fakegpu_native.so"
    if not built.exists():
        with _alone(built.parent):
            if not built.exists():
                _compile(built)
    loader = importlib.machinery.ExtensionFileLoader("fakegpu_native", str(built))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("fakegpu_native", loader))
    loader.exec_module(module)
    return module


def _compile(built: Path) -> None:
    """Build aside and move, so that no other process loads half a file."""
    if why := obstacle():
        raise RuntimeError(f"The stand-in device cannot be built: {why}")
    from torch.utils import cpp_extension

    print("Compiling the stand-in device, once", file=sys.stderr, flush=True)
    os.environ["PATH"] = _path()
    with tempfile.TemporaryDirectory(dir=built.parent) as aside:
        cpp_extension.load("fakegpu_native", [str(HERE / "fakegpu.cpp")], build_directory=aside,
                           extra_cflags=["-O1", "-g0"], is_python_module=False, verbose=False)
        os.replace(Path(aside) / "fakegpu_native.so", built)


def _tables() -> dict[str, list[str]]:
    """What PyTorch's own list of operators says of CUDA: who checks devices, and what has no kernel."""
    path = _cache() / "tables.json"
    if not path.exists():
        with _alone(path.parent):
            if not path.exists():
                aside = path.with_suffix(".new")
                aside.write_text(json.dumps(_read_tables()))
                os.replace(aside, path)
    return json.loads(path.read_text())


def _read_tables() -> dict[str, list[str]]:
    import torchgen
    from torchgen.gen import parse_native_yaml
    from torchgen.model import DeviceCheckType, DispatchKey

    native = Path(torchgen.__file__).parent / "packaged" / "ATen" / "native"
    parsed = parse_native_yaml(str(native / "native_functions.yaml"), str(native / "tags.yaml"))
    cpu, cuda, sparse_cpu = (
        parsed.backend_indices[key] for key in (DispatchKey.CPU, DispatchKey.CUDA, DispatchKey.SparseCPU)
    )
    by_name = {str(f.func.name): f for f in parsed.native_functions}
    unchecked, lacking, sparse = [], [], []
    for name, function in by_name.items():
        if function.device_check == DeviceCheckType.NoCheck:
            unchecked.append(f"aten::{name}")
        kernel = by_name[str(function.structured_delegate)] if function.structured_delegate else function
        composite = (
            kernel.has_composite_explicit_autograd_kernel or kernel.has_composite_implicit_autograd_kernel
            or kernel.has_composite_explicit_autograd_non_functional_kernel
        )
        if cpu.has_kernel(kernel) and not cuda.has_kernel(kernel) and not composite:
            lacking.append(f"aten::{name}")
        if sparse_cpu.has_kernel(function) and function.has_composite_explicit_autograd_kernel:
            sparse.append(name)
    return {"scalars": unchecked, "lacking": lacking, "sparse": sparse}


def _device_module(torch) -> types.ModuleType:
    """``torch.fake``: what PyTorch's Python code and readers of ``torch.cuda`` expect of a device."""
    module = types.ModuleType(f"torch.{NAME}")
    generator = _native.default_generator()

    class Device:
        def __init__(self, device=None):
            self.device = device

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return False

    module.__dict__.update(
        is_available=lambda: True,
        is_initialized=lambda: True,
        _is_in_bad_fork=lambda: False,
        _lazy_init=lambda: None,
        init=lambda: None,
        device_count=lambda: 1,
        current_device=lambda: 0,
        set_device=lambda device: None,
        get_device_name=lambda device=None: "stand-in accelerator in host memory",
        get_device_capability=lambda device=None: (9, 0),
        device=Device,
        synchronize=lambda device=None: None,
        current_stream=lambda device=None: torch.Stream(device=f"{NAME}:0"),
        empty_cache=lambda: None,
        manual_seed=generator.manual_seed,
        manual_seed_all=generator.manual_seed,
        seed=generator.seed,
        seed_all=generator.seed,
        initial_seed=generator.initial_seed,
        get_rng_state=lambda device=None: generator.get_state(),
        set_rng_state=lambda state, device=None: generator.set_state(state),
        default_generators=(generator,),
        get_amp_supported_dtype=lambda: [torch.bfloat16, torch.float16],
        is_bf16_supported=lambda: True,
        memory_allocated=lambda device=None: _native.statistics()["live bytes"],
        max_memory_allocated=lambda device=None: _native.statistics()["peak bytes"],
        reset_peak_memory_stats=lambda device=None: _native.reset_peak(),
    )
    return module
