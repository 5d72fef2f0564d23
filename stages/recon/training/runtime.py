"""The same bits run after run: seeds, threads and deterministic kernels; import it before anything of Keras."""

import gc
import os
from collections.abc import Sequence
from typing import Literal

from recon.core import instructions
from recon.core.errors import UserError
from recon.core.noise import silenced
from recon.settings.core import Runtime

_DEVICES = os.environ.get("CUDA_VISIBLE_DEVICES")  # that the shell names; None: all
# These decide bits, so they override the shell's, and are set before TensorFlow is imported.
os.environ |= {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "1",  # off by default without AVX-512, but twice as fast there too
    "CUDA_VISIBLE_DEVICES": "-1",  # the pipeline's numbers are those of a CPU, unless `prepare` is asked for a GPU
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

    With the `device` gpu networks are trained on all GPUs that the shell's CUDA_VISIBLE_DEVICES names, each of
    which takes its share of a batch. Weights are then equal between runs on GPUs of one kind and number.

    Raises:
        UserError: TensorFlow finds no GPU.
    """
    if runtime.device == "gpu":
        _use_gpus()
    if runtime.instructions == "native" or math == "bfloat16":
        instructions.allow_all_for_networks()
    os.environ["TF_SET_ONEDNN_FPMATH_MODE"] = {"float32": "STRICT", "bfloat16": "BF16"}[math]
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(runtime.threads)
    keras.config.set_image_data_format("channels_last")  # a user's keras.json may say otherwise
    keras.config.set_floatx("float32")
    keras.utils.set_random_seed(runtime.seed)
    tf.config.experimental.enable_op_determinism()


def _use_gpus() -> None:
    """Let TensorFlow see the GPUs, of which it has looked for none yet; several share each batch."""
    if _DEVICES is None:
        del os.environ["CUDA_VISIBLE_DEVICES"]
    else:
        os.environ["CUDA_VISIBLE_DEVICES"] = _DEVICES
    devices = tf.config.list_logical_devices("GPU")
    if not devices:
        raise UserError(
            "params.yaml: runtime.device: TensorFlow finds no GPU; set it to cpu, or install CUDA's libraries: "
            "pip install 'tensorflow[and-cuda]'"
        )
    share_batches([device.name for device in devices])


def share_batches(devices: Sequence[str]) -> None:
    """Train what is built from now on with each batch split among `devices`, if there are several."""
    if len(devices) > 1:
        tf.distribute.experimental_set_strategy(tf.distribute.MirroredStrategy(devices))
