"""The same bits run after run: seeds, threads and deterministic kernels; import it before anything of Keras."""

import gc
import os
from typing import Literal

from recon.core import instructions
from recon.core.noise import silenced
from recon.settings.core import Runtime

# These decide bits, so they override the shell's, and are set before TensorFlow is imported.
os.environ |= {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "1",  # off by default without AVX-512, but twice as fast there too
    "CUDA_VISIBLE_DEVICES": "-1",  # the pipeline's numbers are those of a CPU
}

gc.disable()  # imported modules stay: searching them for garbage takes a fifth of the time
with silenced():  # TensorFlow's C++ code prints a banner before its log level takes effect
    import keras
    import tensorflow as tf
gc.freeze()  # nor are they searched later, when graphs are built
gc.enable()


def prepare(runtime: Runtime, *, math: Literal["float32", "bfloat16"] = "float32") -> None:
    """Seed Python, NumPy and TensorFlow, fix the threads and switch on deterministic kernels; call it once, first.

    `threads` operations run at once, each on one thread, so that each sums in one order: weights are equal to the
    bit between runs, whatever the number. (Splitting operations instead is slower for batches of small patches,
    and hardly faster for a whole photograph.) With `instructions` avx2 they are equal on all x86-64 processors
    that have AVX2; with native, on one kind of processor only.

    With `math` bfloat16, oneDNN multiplies the float32 matrices of dense layers in bfloat16, with sums in float32.
    It does so in the forward pass only, and on processors with AMX; on others, AVX-512 BF16 included, nothing
    changes. The instructions are native then.
    """
    if runtime.instructions == "native" or math == "bfloat16":
        instructions.allow_all_for_networks()
    os.environ["TF_SET_ONEDNN_FPMATH_MODE"] = {"float32": "STRICT", "bfloat16": "BF16"}[math]
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(runtime.threads)
    keras.config.set_image_data_format("channels_last")  # a user's keras.json may say otherwise
    keras.config.set_floatx("float32")
    keras.utils.set_random_seed(runtime.seed)
    tf.config.experimental.enable_op_determinism()
