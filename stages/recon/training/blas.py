"""One thread for NumPy's products of matrices, so that each sums in one order; import it before NumPy.

How many threads share a product decides how its sums are split, and so the last bits; left alone, that is the
number of the machine's cores.
"""

import os

os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
