"""One thread for NumPy's products of matrices, so that each sums in one order; import it before NumPy.

The number of threads decides how the sums of a product are split, and so its last bits; by default it is the
number of cores.
"""

import os

os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
