"""One thread a process, no window, no chatter: set before TensorFlow is imported."""

import os

os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("MPLBACKEND", "Agg")
# XLA would compile for seconds what is run once
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
