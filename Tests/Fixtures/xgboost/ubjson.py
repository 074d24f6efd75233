"""Read and write UBJSON as XGBoost writes it, so that a model can be taken apart, changed, and put together again.

Typed arrays become NumPy arrays and keep their type; other arrays become lists. `encode(decode(data)) == data`
for every file that XGBoost writes.
"""

import struct

import numpy as np

# marker: big-endian NumPy type
TYPES = {"i": ">i1", "U": ">u1", "I": ">i2", "l": ">i4", "L": ">i8", "d": ">f4", "D": ">f8"}
MARKERS = {np.dtype(code): marker for marker, code in TYPES.items()}


class _Reader:
    def __init__(self, data):
        self.data, self.position = data, 0

    def take(self, count):
        piece = self.data[self.position : self.position + count]
        assert len(piece) == count, "truncated"
        self.position += count
        return piece

    def peek(self):
        return chr(self.data[self.position])

    def marker(self):
        return self.take(1).decode("ascii")

    def scalar(self, marker):
        return np.frombuffer(self.take(np.dtype(TYPES[marker]).itemsize), TYPES[marker])[0]

    def length(self):
        return int(self.scalar(self.marker()))

    def value(self):
        marker = self.marker()
        if marker == "{":
            result = {}
            while self.peek() != "}":
                key = self.take(self.length()).decode("utf-8")
                result[key] = self.value()
            self.marker()
            return result
        if marker == "[":
            return self.array()
        if marker == "S":
            return self.take(self.length()).decode("utf-8")
        if marker in "TFZ":
            return {"T": True, "F": False, "Z": None}[marker]
        # The NumPy scalar keeps the type, which `encode` needs.
        return self.scalar(marker)

    def array(self):
        if self.peek() == "$":
            self.marker()
            dtype = np.dtype(TYPES[self.marker()])
            assert self.marker() == "#"
            count = self.length()
            return np.frombuffer(self.take(count * dtype.itemsize), dtype).copy()
        if self.peek() == "#":
            self.marker()
            return [self.value() for _ in range(self.length())]
        result = []
        while self.peek() != "]":
            result.append(self.value())
        self.marker()
        return result


def decode(data):
    return _Reader(data).value()


def _length(count):
    return b"L" + struct.pack(">q", count)


def _text(text):
    data = text.encode("utf-8")
    return _length(len(data)) + data


def _integer(value):
    """XGBoost takes the smallest type in which the number is not an extreme."""
    for marker in "iIl":
        limits = np.iinfo(TYPES[marker])
        if limits.min < value < limits.max:
            return marker.encode() + np.array(value, TYPES[marker]).tobytes()
    return b"L" + struct.pack(">q", value)


def encode(value):
    if isinstance(value, Raw):
        return value.data
    if isinstance(value, dict):
        return b"{" + b"".join(_text(key) + encode(item) for key, item in value.items()) + b"}"
    if isinstance(value, np.ndarray):
        return b"[$" + MARKERS[value.dtype].encode() + b"#" + _length(len(value)) + value.tobytes()
    if isinstance(value, list):
        return b"[#" + _length(len(value)) + b"".join(map(encode, value))
    if isinstance(value, str):
        return b"S" + _text(value)
    if value is None or isinstance(value, bool):
        return {None: b"Z", True: b"T", False: b"F"}[value]
    if isinstance(value, (float, np.floating)):
        return b"d" + struct.pack(">f", value)
    return _integer(int(value))


class Raw:
    """Bytes that `encode` copies as they are, to write what no encoder would."""

    def __init__(self, data):
        self.data = data
