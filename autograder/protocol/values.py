"""Defines the values that may cross between the trusted process and the student's, and encodes them.

A frame is two lengths, a header and a run of raw bytes::

    header length (u32) | blob length (u32) | header (msgpack) | blobs

The header is a tree of None, bool, int, float, str and tagged lists; the bytes of arrays follow it, in order.
Limiting the header thus limits what decoding can allocate (a list takes sixty times its encoded size, an array only
its own bytes). Nothing is unpickled or evaluated, no class is looked up by name, and nothing outside this table is
accepted:

==========  =============================================  =======================
tag         value                                          on the trusted side
==========  =============================================  =======================
``l t s``   list, tuple, set                               the same
``d``       dict                                           dict
``i c b``   large int, complex, bytes                      the same
``a n``     numpy array, numpy scalar (dtypes in DTYPES)   the same
``T``       torch tensor                                   :class:`Tensor`
``g``       random generator (numpy, torch), as its state  :class:`Handle`
``e``       SymPy expression, as a tree of known heads     :class:`Expression`
``x``       any other object, which stays in its process   :class:`Handle`
``f``       a function, which stays in the trusted process  (never arrives)
``m``       an array that the zygote already has, by name  (never arrives)
==========  =============================================  =======================

Both sides of the sandbox load this module.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.protocol import expressions as expression
from autograder.protocol.arrays import (
    DTYPES,
    TENSOR_DTYPES,
    Tensor,
    bytes_of,
    dtype_name,
    from_torch,
    rebuild,
    restore_layout,
)

MAX_DEPTH = 40
MAX_HEADER = 2 * 2**20
MAX_BLOB = 256 * 2**20
MAX_INT_BITS = 4096
MAX_KEYS = 2000

_PLAIN = frozenset({type(None), bool, int, float, str})
"""Types that encode as themselves; most nodes have one, so they are recognised before anything is called."""

Node = Any
Extra = Callable[[Any], "list[Node] | None"]
Revive = Callable[[str, "list[Node]"], Any]


@dataclass(frozen=True)
class Handle:
    """A reference to an object that stays in the student's process; it can be passed to a later call."""

    id: int
    type_name: str


@dataclass(frozen=True, eq=False)
class Stored:
    """A reference, by name, to an array that every student's process already has: the assignment's data.

    ``stored[index]`` refers to a part of it; the student's process does the indexing.
    """

    name: str
    index: np.ndarray[Any, Any] | None = None

    def __getitem__(self, index: Any) -> Stored:
        if self.index is not None:
            raise TypeError(f"{self.name!r} is already indexed; index the whole array once")
        return Stored(self.name, np.asarray(index))


class Encoder:
    """Encodes values as header nodes and blobs; ``extra`` encodes objects outside the table."""

    def __init__(self, extra: Extra) -> None:
        self.blobs: list[bytes | memoryview] = []
        self.size = 0
        self._extra = extra

    def encode(self, value: Any, depth: int = 0) -> Node:
        """Returns the node for ``value``; raises WireError when it is nested too deeply or too large to send."""
        if depth > MAX_DEPTH:
            raise WireError(f"a value is nested more than {MAX_DEPTH} levels deep")
        kind = type(value)
        if value is None or kind is bool or kind is float or kind is str:
            return value
        if kind is int:
            return _encode_int(value)
        return self._encode_object(value, depth)

    def _encode_object(self, value: Any, depth: int) -> Node:
        for base, tag in ((tuple, "t"), (list, "l"), (set, "s"), (frozenset, "s")):
            if isinstance(value, base):
                return [tag, *[self.encode(item, depth + 1) for item in value]]
        if isinstance(value, dict):
            return ["d", *[self.encode(x, depth + 1) for pair in value.items() for x in pair]]
        if isinstance(value, np.ndarray) and (name := dtype_name(value.dtype)) in DTYPES:
            layout = "C" if value.flags.c_contiguous else "F" if value.flags.f_contiguous else "S"
            writeable = bool(value.flags.writeable)
            if not value.dtype.isnative:  # the dtype's name does not include the byte order
                value = value.astype(value.dtype.newbyteorder("="))
            return ["a", name, list(value.shape), layout, writeable, self._blob(bytes_of(value))]
        if isinstance(value, np.generic) and (name := dtype_name(value.dtype)) in DTYPES:
            return ["n", name, self._blob(value.tobytes())]
        if isinstance(value, (bytes, bytearray)):
            return ["b", self._blob(bytes(value))]
        if isinstance(value, bool | int | float | complex | str):
            return _encode_subclass(value)
        if isinstance(value, np.random.Generator):
            return ["g", self.encode(value.bit_generator.state, depth + 1)]
        if isinstance(value, Stored):
            return ["m", value.name, self.encode(value.index, depth + 1)]
        if isinstance(value, Tensor):
            return self._tensor(value)
        if _is_torch(value, "Tensor"):
            return self._tensor(from_torch(value))
        if _is_torch(value, "Generator"):
            return ["g", self.encode(value.get_state().numpy(), depth + 1)]
        if expression.is_sympy(value):
            return ["e", expression.encode(value)]
        node = self._extra(value)
        if node is not None:
            return node
        raise WireError(f"a {type(value).__name__} cannot be sent to a student's function")

    def _tensor(self, value: Tensor) -> Node:
        shape = list(value.array.shape)
        raw = np.ascontiguousarray(value.array).tobytes()
        return ["T", value.dtype, value.array.dtype.name, shape, value.device, value.requires_grad, self._blob(raw)]

    def _blob(self, raw: bytes | memoryview) -> int:
        self.size += len(raw)
        if self.size > MAX_BLOB:
            raise WireError(f"the arrays take up more than {MAX_BLOB // 2**20} MB in total")
        self.blobs.append(raw)
        return len(raw)


def _weight(key: Any) -> int:
    """Estimates how many comparisons it takes to establish that two such keys are equal."""
    if isinstance(key, tuple):
        return 1 + sum(map(_weight, key))
    if isinstance(key, str | bytes):
        return 1 + len(key) // 64
    return sum(1 for _ in key.walk()) if isinstance(key, expression.Expression) else 1


def _encode_int(value: int) -> Node:
    if -(2**63) <= value < 2**63:
        return value
    if value.bit_length() > MAX_INT_BITS:
        raise WireError(f"an integer has more than {MAX_INT_BITS} bits")
    return ["i", hex(value)]


def _encode_subclass(value: complex | str) -> Node:
    if isinstance(value, int):
        return _encode_int(int(value))
    if isinstance(value, float):
        return float(value)
    if isinstance(value, complex):
        return ["c", value.real, value.imag]
    return str(value)


def _is_torch(value: Any, kind: str) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, getattr(torch, kind))


class Decoder:
    """Rebuilds values from header nodes; ``revive`` decodes the tags that differ between the two sides."""

    def __init__(self, blobs: memoryview, revive: Revive) -> None:
        self._blobs = blobs
        self._at = 0
        self._keys = 0
        self._revive = revive

    def decode(self, node: Node, depth: int = 0) -> Any:
        """Returns the value of ``node``; raises WireError for anything outside the table."""
        if type(node) in _PLAIN:
            return node
        if depth > MAX_DEPTH + 3:
            raise WireError("a value is nested too deeply")
        if not isinstance(node, list):
            raise WireError("a frame contains a value outside the table")
        if not node or not isinstance(node[0], str):
            raise WireError("a frame contains a list without a tag")
        tag, rest = node[0], node[1:]
        if tag in ("l", "t", "s"):
            return self._sequence(tag, rest, depth)
        if tag == "d":
            return self._dict(rest, depth)
        if tag in ("g", "m"):
            return self._revive(tag, self._items(rest, depth))
        return self._leaf(tag, rest)

    def finish(self) -> None:
        """Raises WireError unless every blob byte was claimed by an array."""
        if self._at != len(self._blobs):
            raise WireError("a frame carries bytes that belong to no array")

    def _items(self, nodes: list[Node], depth: int) -> list[Any]:
        return [node if type(node) in _PLAIN else self.decode(node, depth + 1) for node in nodes]

    def _sequence(self, tag: str, rest: list[Node], depth: int) -> Any:
        items = self._items(rest, depth)
        if tag == "l":
            return items
        return tuple(items) if tag == "t" else set(self._hashable(items))

    def _dict(self, rest: list[Node], depth: int) -> Any:
        if len(rest) % 2:
            raise WireError("a dict has a key without a value")
        items = self._items(rest, depth)
        return dict(zip(self._hashable(items[::2]), items[1::2], strict=True))

    def _hashable(self, items: Iterable[Any]) -> Iterable[Any]:
        """Yields the keys; those that are not strings must be few and small: numbers can be chosen to collide."""
        for item in items:
            if type(item) is str:
                yield item
                continue
            self._keys += _weight(item)
            if self._keys > MAX_KEYS:
                raise WireError(f"a frame contains more than {MAX_KEYS} keys that are not strings, elements included")
            try:
                hash(item)
            except TypeError:
                raise WireError(f"a {type(item).__name__} is used as a key") from None
            yield item

    def _leaf(self, tag: str, rest: list[Node]) -> Any:
        try:
            match tag, rest:
                case "a", [str(dtype), list(shape), str(layout), bool(writeable), int(size)]:
                    return restore_layout(self._array(dtype, shape, size), layout, writeable)
                case "i", [str(digits)] if len(digits) <= MAX_INT_BITS // 4 + 3:
                    return int(digits, 16)
                case "c", [float(real), float(imag)]:
                    return complex(real, imag)
                case "b", [int(size)]:
                    return bytes(self._take(size))
                case "n", [str(dtype), int(size)]:
                    return self._array(dtype, [], size)[()]
                case "T", [str(dtype), str(array_dtype), list(shape), str(device), bool(grad), int(size)]:
                    if dtype not in TENSOR_DTYPES or len(device) > 16:
                        raise WireError("a tensor has an unknown dtype or device")
                    return self._revive("T", [Tensor(self._array(array_dtype, shape, size), dtype, device, grad)])
                case "e", [list(tree)]:
                    return expression.decode(tree)
                case _:
                    return self._revive(tag, rest)
        except (ValueError, OverflowError) as error:
            raise WireError(f"a frame contains a malformed {tag!r} value") from error

    def _array(self, dtype: str, shape: list[Any], size: int) -> np.ndarray[Any, Any]:
        return rebuild(dtype, shape, self._take(size))

    def _take(self, size: int) -> memoryview:
        end = self._at + size
        if size < 0 or end > len(self._blobs):
            raise WireError("a frame claims more bytes than it carries")
        self._at, start = end, self._at
        return self._blobs[start:end]
