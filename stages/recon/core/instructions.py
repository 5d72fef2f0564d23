"""One instruction set for all x86-64 processors, so that all compute the same bits; import it before NumPy.

Libraries choose their kernels by the processor, and two kernels sum in different orders, or approximate `exp` by
different polynomials: their last bits differ. Here all are told to use AVX2 and FMA, which Intel's processors have
had since 2013 and AMD's since 2015. The number of threads decides how a product's sums are split, so it is one.
"""

import os
import platform
from pathlib import Path

_THREADS = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_ARRAYS = {
    "OPENBLAS_CORETYPE": "Haswell",  # products and solvers of NumPy and SciPy
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # exp, log and power of NumPy
}
_NETWORKS = {
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # convolutions and products of TensorFlow
    "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",  # what TensorFlow compiles itself
}
_CPUINFO = Path("/proc/cpuinfo")


def has_avx2() -> bool:
    """Return whether this processor has AVX2 and FMA; False where its system is not Linux."""
    if platform.machine() != "x86_64" or not _CPUINFO.exists():
        return False
    flags = next((line for line in _CPUINFO.read_text().splitlines() if line.startswith("flags")), "").split()
    return {"avx2", "fma"} <= set(flags)


def allow_all_for_networks() -> None:
    """Let TensorFlow use all that the processor has, AVX-512 say; call it before the first operation."""
    for name in _NETWORKS:
        os.environ.pop(name, None)


os.environ |= _THREADS
if has_avx2():
    os.environ |= _ARRAYS | _NETWORKS
