"""All machines compute with one instruction set: what the shell says of another one is overridden."""

import ast
import json
import os
import subprocess
import sys

import pytest

from recon.core import instructions
from recon.core.sources import STAGES
from recon.settings.core import Runtime

# As where a library finds an old processor, or somebody has set these before.
OTHERS = {
    "OPENBLAS_CORETYPE": "Prescott",
    "OPENBLAS_NUM_THREADS": "3",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
}
COMPUTE = """
import recon
import hashlib, json, os
import numpy as np
import scipy.linalg
values = np.random.default_rng(0).normal(size=(200, 200))
results = [np.exp(values), np.log(np.abs(values)), np.abs(values.astype(np.float32)) ** np.float32(0.4)]
results += [values @ values, np.linalg.solve(values, values[0]), scipy.linalg.lu_factor(values)[0]]
print(json.dumps([hashlib.sha256(result.tobytes()).hexdigest() for result in results]))
"""
TRAIN = """
import sys
from recon.training import runtime
from recon.settings.core import Runtime
runtime.prepare(Runtime(seed=1, threads=1, instructions=sys.argv[1]))
import hashlib, json, os
import keras
import numpy as np
layers = [keras.Input((24, 24, 3)), keras.layers.Conv2D(16, 3), keras.layers.Flatten(), keras.layers.Dense(9)]
model = keras.Sequential(layers)
model.compile("sgd", "mse")
images = np.random.default_rng(0).random((4, 24, 24, 3), np.float32)
for _ in range(3):
    model.train_on_batch(images, images[:, :3, :1].reshape(4, 9))
print(json.dumps([hashlib.sha256(array.tobytes()).hexdigest() for array in model.get_weights()]))
"""
on_avx2 = pytest.mark.skipif(not instructions.has_avx2(), reason="needs an x86-64 processor with AVX2")


def run(program, *words, **environment):
    """Return what a fresh process prints."""
    command = [sys.executable, "-c", program, *words]
    changed = os.environ | {"PYTHONPATH": str(STAGES)} | environment
    return json.loads(subprocess.run(command, env=changed, capture_output=True, text=True, check=True).stdout)


@on_avx2
def test_arrays_are_equal_whatever_the_shell_says():
    assert run(COMPUTE) == run(COMPUTE, **OTHERS)


@on_avx2
def test_weights_are_equal_whatever_the_shell_says():
    assert run(TRAIN, "avx2") == run(TRAIN, "avx2", **OTHERS)


@on_avx2
def test_native_instructions_are_those_of_the_processor(monkeypatch):
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_max_isa=AVX2")
    instructions.allow_all_for_networks()
    assert not {"ONEDNN_MAX_CPU_ISA", "XLA_FLAGS"} & set(os.environ)
    assert run(TRAIN, "native")  # which need not be equal


def test_a_processor_without_avx2_is_left_to_its_libraries(tmp_path, monkeypatch):
    """OpenBLAS would end the process with an illegal instruction."""
    monkeypatch.setattr(instructions, "_CPUINFO", tmp_path / "cpuinfo")
    assert not instructions.has_avx2()
    (tmp_path / "cpuinfo").write_text("flags\t\t: fpu sse2 avx fma\n", encoding="utf-8")
    assert not instructions.has_avx2()


def test_the_default_is_the_same_on_all_machines():
    assert Runtime(seed=1, threads=1).instructions == "avx2"


@pytest.mark.parametrize("script", sorted(STAGES.glob("*.py")), ids=lambda path: path.stem)
def test_a_script_imports_the_project_before_all_that_computes(script):
    """NumPy reads the environment when it is first imported."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    names = [
        name.partition(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    ]
    others = [name for name in names if name not in sys.stdlib_module_names and name != "dvc"]
    assert others[0] == "recon"
