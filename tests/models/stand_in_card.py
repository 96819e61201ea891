"""A stand-in for an NVIDIA card where there is none: what it holds is computed by the CPU.

Its tensors say that they lie on "cuda:0". As with a card's, none meets a tensor of the CPU without
an error, none becomes an array before it is brought back, and torch casts them as it does a card's.
How fast a card is, how much it holds and how exactly it rounds, this can't tell.
"""

# ruff: noqa: TID253 - only a process of its own loads this

import sys
from contextlib import ExitStack, contextmanager
from functools import partial
from types import SimpleNamespace
from unittest.mock import patch

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

NAME = "Stand-in"
_PLACE = torch.device("cuda:0")
_CPU = torch.device("cpu")

# What takes tensors of both sides on a card, too.
_ACROSS = ("aten::_to_copy", "aten::copy_", "aten::index", "aten::index_put", "aten::index_put_")

# A card adds up in full precision what it multiplies in half. So the CPU is many times faster, too.
_SUMS = (
    "aten::convolution",
    "aten::mm",
    "aten::addmm",
    "aten::bmm",
    "aten::baddbmm",
    "aten::_scaled_dot_product_flash_attention_for_cpu",
)


def _answered(func, args, kwargs, dtypes):
    """What `func` answers to tensors of the CPU, of these dtypes, rounded as a card would."""
    if func._schema.name not in _SUMS or torch.half not in dtypes:
        return func(*args, **kwargs)

    def cast(given, before, after):
        return tree_map_only(
            torch.Tensor, lambda each: each.to(after) if each.dtype == before else each, given
        )

    args, kwargs = cast((args, kwargs), torch.half, torch.float)
    return cast(func(*args, **kwargs), torch.float, torch.half)


class Held(torch.Tensor):
    """`inside` is the tensor that is computed with."""

    @staticmethod
    def __new__(cls, inside):
        return torch.Tensor._make_wrapper_subclass(
            cls,
            inside.shape,
            strides=inside.stride(),
            storage_offset=inside.storage_offset(),
            dtype=inside.dtype,
            device=_PLACE,
        )

    def __init__(self, inside):
        self.inside = inside

    def tolist(self):
        return self.cpu().tolist()

    # Has torch put modules' weights there whole, instead of into those that were on the CPU.
    def __tensor_flatten__(self):
        return ["inside"], None

    @staticmethod
    def __tensor_unflatten__(inner, context, size, stride):
        return Held(inner["inside"])

    __torch_function__ = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        raise AssertionError(f"{func} outside the stand-in")


class _Computing(TorchDispatchMode):
    room = sys.maxsize

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        given = args, kwargs or {}
        plain, held = [], {}

        def collect(tensor):
            if isinstance(tensor, Held):
                held[id(tensor.inside)] = tensor
                return tensor.inside
            if tensor.dim():  # a number goes anywhere
                plain.append(tensor)
            return tensor

        args, kwargs = tree_map_only(torch.Tensor, collect, given)
        name = func._schema.name
        if held and plain and name not in _ACROSS:
            raise RuntimeError(f"{name}: expected all tensors to be on the same device")
        place = kwargs.get("device")
        there = bool(held) if place is None else torch.device(place).type == "cuda"
        if place is not None:
            kwargs["device"] = _CPU
        if name == "aten::copy_":
            there = isinstance(given[0][0], Held)
        if name == "aten::_softmax" and args[2]:  # from half to float in one, which no CPU does
            args = args[0].float(), args[1], False
        answer = _answered(func, args, kwargs, {each.dtype for each in held.values()})
        if not there:
            return answer
        # What was changed in place is given back as what it was.
        return tree_map_only(torch.Tensor, partial(self._put, held), answer)

    def _put(self, held, tensor):
        if id(tensor) in held:
            return held[id(tensor)]
        if tensor.numel() > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return Held(tensor)


class _SummingInFull(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        given, dtypes = (args, kwargs or {}), set()
        tree_map_only(torch.Tensor, lambda each: dtypes.add(each.dtype), given)
        return _answered(func, *given, dtypes)


def _no_inference_mode():
    """In torch's inference mode a dispatch mode sees whole layers, not the sums in them, and no
    view can be taken of a tensor that is `Held`."""
    return patch.object(torch._C, "_InferenceMode", lambda _: torch.no_grad())


@contextmanager
def summing_in_full():
    """Within it the CPU computes in half precision as a card does: see _SUMS."""
    with _no_inference_mode(), _SummingInFull():
        yield


@contextmanager
def broken_card():
    """Within it torch sees one card, and what is asked of it raises CUDA's own errors."""
    properties = SimpleNamespace(name=NAME, total_memory=8 * 2**30, major=9, minor=0)
    pretended = {
        "_lazy_init": lambda: None,
        "is_available": lambda: True,
        "is_initialized": lambda: True,
        "device_count": lambda: 1,
        "current_device": lambda: 0,
        "set_device": lambda _: None,
        "synchronize": lambda _=None: None,
        "empty_cache": lambda: None,
        "get_device_name": lambda _=None: NAME,
        "get_device_capability": lambda _=None: (9, 0),
        "get_device_properties": lambda _=None: properties,
    }
    with ExitStack() as stack:
        for name, does in pretended.items():
            stack.enter_context(patch.object(torch.cuda, name, does))
        yield


@contextmanager
def stand_in_card():
    """Within it torch sees one card, and computes with it. Afterwards no card is broken any more.

    It is given out: to set its `room`, the most elements that a tensor there may have.
    """
    with ExitStack() as stack:
        stack.enter_context(broken_card())
        stack.enter_context(_no_inference_mode())
        # Its own kernels don't know the tensors above.
        stack.enter_context(torch.backends.cudnn.flags(enabled=False))
        # Else torch.tensor(..., device=...) would ask the driver.
        torch._C._ensureCUDADeviceGuardSet()
        torch._C._set_only_lift_cpu_tensors(True)
        stack.callback(torch._C._set_only_lift_cpu_tensors, False)
        yield stack.enter_context(_Computing())
