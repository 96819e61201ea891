"""For the processes that run a trainer: imported before it, so that it asks nobody for anything."""

import importlib.machinery
import os
import sys
import tempfile
import types


def stay_offline():
    """No network, no GPU, and caches that no earlier run has filled."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        os.environ[name] = "1"
    cache = tempfile.mkdtemp(prefix="consumers-")
    os.environ["HF_DATASETS_CACHE"] = f"{cache}/datasets"
    os.environ["MODELSCOPE_CACHE"] = f"{cache}/modelscope"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["DISABLE_VERSION_CHECK"] = "1"  # LLaMA-Factory's, of versions that it has not seen
    os.environ["CUDA_VISIBLE_DEVICES"] = ""


def do_without_torchaudio():
    """LLaMA-Factory imports it for sound only; its wheel may not fit the torch that is there."""
    try:
        import torchaudio  # noqa: F401
    except (ImportError, OSError, RuntimeError):
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchaudio"]:
            del sys.modules[name]
        silent = types.ModuleType("torchaudio")
        silent.__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
        sys.modules["torchaudio"] = silent
