"""Writes numpy_pickles.txt: values of numpy and Python, pickled by them.

    python3 make_numpy_pickles.py > numpy_pickles.txt

A line is: name, protocol and pickle in hexadecimal digits, with tabs between
them. What the names mean is in ../numpy_pickle_test.cc, too.
"""

import collections
import decimal
import pickle

import numpy as np

NUMBERS = ("int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 "
           "complex64 complex128").split()


def values():
    """Returns pairs of a name and a value."""
    yield "bool", np.array([True, False, True])
    yield "scalar bool", np.bool_(True)
    for name in NUMBERS:
        yield name, np.array([1, 0, 100], name)
        yield "scalar " + name, np.dtype(name).type(100)
    grid = np.arange(6, dtype="int32").reshape(2, 3)
    yield "grid", grid
    yield "fortran grid", np.asfortranarray(grid)
    yield "fortran cube", np.asfortranarray(
        np.arange(24, dtype="int16").reshape(2, 3, 4))
    yield "every second", np.arange(6.0)[::2]
    yield "big int", np.array([1, -2], ">i4")
    yield "big complex", np.array([1 - 2j], ">c16")
    yield "big fortran", np.asfortranarray(grid.astype(">i4"))
    yield "texts", np.array(["a", "\u00e4\u2603\U0001f600", ""])
    yield "big texts", np.array(["a", "\u2603"], ">U3")
    yield "fortran texts", np.asfortranarray([["a", "bc"], ["d", "ef"]])
    yield "bytes", np.array([b"a", b"\xff\0b", b""])
    yield "scalar str", np.str_("\u00e4")
    yield "scalar empty str", np.str_("")
    yield "scalar bytes", np.bytes_(b"\xff")
    yield "empty", np.zeros((0, 3))
    yield "empty texts", np.zeros((2, 0), "U1")
    yield "no dimensions", np.array(1.5)
    yield "matrix", np.matrix([[1.0, 2.0], [3.0, 4.0]])
    yield "objects", np.array(["a", "bcd"], object)
    yield "fortran objects", np.asfortranarray(
        np.array([["a", "b"], ["c", "d"]], object))
    yield "list", [1, 2, 3]
    yield "wide list", [1, 2**40]
    yield "tuple", ("a", "b")
    yield "list of complex", [1j, 2.0 + 0j]
    yield "list of bytes", [b"", b"\xff"]
    yield "list of scalars", [np.float32(0.5), np.float32(2)]
    yield "tuple of bools", (True, False)
    yield "empty list", []
    # What is no Value.
    yield "no value: numpy's dtype M8", np.array(["2020-02-29"], "M8[D]")
    yield "float16", np.array([1.0], "f2")
    yield "no value: numpy's dtype V", np.zeros(1, [("a", "i4"), ("b", "f8")])
    yield "no value: objects of type int", np.array([1, "a"], object)
    yield "no value: numpy.recarray", np.rec.array([(1, 2.0)])
    yield "no value: NoneType", None
    yield "no value: dict", {"a": 1}
    yield "no value: set", {1}
    yield "no value: NoneType", [1, None]
    yield "no value: list", [[1], [2]]
    yield "no value: numpy.ndarray", [np.zeros(2)]
    yield "no value: collections.OrderedDict", collections.OrderedDict(a=1)
    yield "no value: decimal.Decimal", decimal.Decimal("1.5")
    yield "no value: list of different types", [1, "a"]


def main():
    for name, value in values():
        for protocol in range(6):
            print(name, protocol, pickle.dumps(value, protocol).hex(),
                  sep="\t")


if __name__ == "__main__":
    main()
