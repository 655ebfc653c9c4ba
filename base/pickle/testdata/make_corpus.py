"""Writes corpus.txt: Python objects, pickled in each protocol.

    python3 make_corpus.py > corpus.txt

A line is: name, protocol, pickle in hexadecimal digits, and what is in it, with
tabs between them. The last one is made of the object and not of the pickle. It
is much like Python's repr; a call that makes an object is
"<module.name>(arguments)", followed by what is done to the result.
"""

import array
import collections
import copyreg
import datetime
import decimal
import fractions
import functools
import pathlib
import pickle
import types
import uuid


class Plain:

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Slotted:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


class NamedArguments:

    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls)
        made.args = (args, kwargs)
        return made

    def __getnewargs_ex__(self):
        return self.args


class MyList(list):
    pass


class MyDict(dict):
    pass


class MyInt(int):
    pass


class Outer:

    class Inner:
        pass


Point = collections.namedtuple("Point", "x y")


def nested(depth):
    return [nested(depth - 1)] if depth else []


def objects():
    """Returns pairs of a name and an object."""
    shared = ["shared"]
    with_attribute = MyList(["a", 1])
    with_attribute.comment = "of a list"
    return [
        ("none", None),
        ("true", True),
        ("false", False),
        ("zero", 0),
        ("one_byte", [1, 255]),
        ("two_bytes", [256, 65535]),
        ("four_bytes", [65536, 2**31 - 1]),
        ("five_bytes", [2**31, 2**32]),
        ("negative", [-1, -128, -129, -(2**31), -(2**31) - 1]),
        ("eight_bytes", [2**63 - 1, -(2**63)]),
        ("nine_bytes", [2**63, 2**64 - 1, 2**64, -(2**63) - 1]),
        ("large", [2**100, -(3**100), 10**60]),
        ("huge", [7**1000, -(2**2040), 2**8191 - 1]),
        ("float", [0.0, -0.0, 1.5, 0.1, -1e300, 5e-324, 1 / 3]),
        ("special_float", [float("inf"), float("-inf"), float("nan")]),
        ("complex", [1 + 2j, complex(-0.0, float("inf"))]),
        ("empty_text", ""),
        ("text", "It's \"quoted\""),
        ("long_text", "long" * 100),
        ("latin_text", "\u00e4\u00f6\u00fc\u00df\x80\xff"),
        ("wide_text", "\u2603 \u20ac \ud7ff\ue000\uffff"),
        ("emoji", "\U0001f600\U0010ffff"),
        ("controls", "a\0b\nc\rd\te\x1a\x7f"),
        ("backslashes", "\\ \\\\ \\u0041 \\\\u0041 \\n \\U0001f600 \\"),
        ("empty_bytes", b""),
        ("bytes", bytes(range(256))),
        ("long_bytes", b"\0\xff" * 200),
        ("empty_bytearray", bytearray()),
        ("bytearray", bytearray(b"\0bytes\xff\n")),
        ("empty_list", []),
        ("list", [None, True, 1, 1.5, "a", b"b", []]),
        ("long_list", list(range(1100))),
        ("empty_tuple", ()),
        ("tuples", [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]),
        ("empty_dict", {}),
        ("one_item", {"key": "value"}),
        ("dict", {"a": 1, 2: [3], (4, "b"): {None: {}}, b"c": 1.0}),
        ("long_dict", dict.fromkeys(range(1001))),
        ("empty_set", set()),
        ("set", {1, "one", (2, 3)}),
        ("frozenset", [frozenset(), frozenset([1]), frozenset("abc")]),
        ("shared", [shared, shared, {"again": shared}, (shared,)]),
        ("nested", nested(60)),
        ("range", range(1, 10, 2)),
        ("slice", slice(None, 5, 2)),
        ("ellipsis", Ellipsis),
        ("types", [int, dict, collections.OrderedDict, Plain]),
        ("functions", [len, copyreg.pickle]),
        ("inner_class", Outer.Inner),
        ("inner_object", Outer.Inner()),
        ("ordered_dict", collections.OrderedDict([("z", 1), ("a", [2])])),
        ("default_dict", collections.defaultdict(list, {"a": [1]})),
        ("counter", collections.Counter("hello")),
        ("deque", collections.deque([1, "two", 3.0], 5)),
        ("user_dict", collections.UserDict(a=1)),
        ("named_tuple", Point(1, y="2")),
        ("decimal", decimal.Decimal("-12.50")),
        ("fraction", fractions.Fraction(22, 7)),
        ("date", datetime.date(2020, 2, 29)),
        ("time", datetime.datetime(2020, 2, 29, 23, 59, 58, 999999,
                                   datetime.timezone.utc)),
        ("time_span", datetime.timedelta(days=-1, microseconds=7)),
        ("uuid", uuid.UUID(int=2**127 + 5)),
        ("path", pathlib.PurePosixPath("a/b.c")),
        ("exception", ValueError("wrong", 1)),
        ("array", array.array("h", [1, -2, 3])),
        ("namespace", types.SimpleNamespace(a=1, b=[2])),
        ("partial", functools.partial(int, "10", base=2)),
        ("object", Plain(a=1, b={"c": None})),
        ("empty_object", Plain()),
        ("slots", Slotted(1, [2])),
        ("my_list", with_attribute),
        ("my_dict", MyDict(a=1)),
        ("my_int", MyInt(5)),
        ("named_arguments", NamedArguments(1, "b", c=2)),
        ("buffers", [pickle.PickleBuffer(b"in"),
                     pickle.PickleBuffer(bytearray(b"band"))]),
    ]


# Older protocols have no way to write it, or a most roundabout one.
FIRST_PROTOCOL = {"buffers": 5, "named_arguments": 4, "slots": 2}


def letter(code):
    if chr(code) in "'\\":
        return "\\" + chr(code)
    if 0x20 <= code < 0x7F:
        return chr(code)
    if code < 0x100:
        return "\\x%02x" % code
    return "\\u%04x" % code if code < 0x10000 else "\\U%08x" % code


class Describer:

    def __init__(self, protocol):
        self.protocol = protocol

    def items(self, items):
        return ", ".join(self.describe(item) for item in items)

    def pairs(self, pairs):
        return ", ".join(self.describe(key) + ": " + self.describe(value)
                         for key, value in pairs)

    def named(self, it):
        """Returns the description of a class or function."""
        if "." in it.__qualname__ and self.protocol < 4:
            outer, name = it.__qualname__.split(".")
            return "<builtins.getattr>(<%s.%s>, '%s')" % (it.__module__, outer,
                                                          name)
        return "<%s.%s>" % (it.__module__, it.__qualname__)

    def call(self, it):
        if type(it) in copyreg.dispatch_table:
            parts = copyreg.dispatch_table[type(it)](it)
        else:
            parts = it.__reduce_ex__(self.protocol)
        function, arguments, state, items, pairs = (parts + (None,) * 3)[:5]
        if function is copyreg.__newobj__:
            text = "new %s(%s)" % (self.describe(arguments[0]),
                                   self.items(arguments[1:]))
        elif function is copyreg.__newobj_ex__:
            text = "new %s(%s **%s)" % (self.describe(arguments[0]),
                                        self.items(arguments[1]),
                                        self.describe(arguments[2]))
        else:
            text = "%s(%s)" % (self.describe(function), self.items(arguments))
        items = list(items or [])
        pairs = list(pairs or [])
        if items:
            text += " + [" + self.items(items) + "]"
        if pairs:
            text += " + {" + self.pairs(pairs) + "}"
        if state is not None:
            text += " state " + self.describe(state)
        return text

    def describe(self, it):
        kind = type(it)
        if kind is pickle.PickleBuffer:
            it = it.raw().obj
            kind = type(it)
        if it is None or kind is bool:
            return repr(it)
        if it is Ellipsis:
            return "<builtins.Ellipsis>"
        if kind is int:
            return str(it) if -(2**63) <= it < 2**63 else hex(it)
        if kind is float:
            return "%.17g" % it
        if kind is str:
            return "'" + "".join(letter(ord(c)) for c in it) + "'"
        if kind is bytes:
            return "b'" + "".join(letter(c) for c in it) + "'"
        if kind is bytearray:
            return "bytearray(" + self.describe(bytes(it)) + ")"
        if kind is list:
            return "[" + self.items(it) + "]"
        if kind is tuple:
            return "(" + self.items(it) + (",)" if len(it) == 1 else ")")
        if kind is dict:
            return "{" + self.pairs(it.items()) + "}"
        if kind is set:
            return "set({" + self.items(it) + "})"
        if kind is frozenset:
            return "frozenset({" + self.items(it) + "})"
        if isinstance(it, (type, types.FunctionType,
                           types.BuiltinFunctionType)):
            return self.named(it)
        return self.call(it)


def main():
    for name, it in objects():
        for protocol in range(FIRST_PROTOCOL.get(name, 0), 6):
            print(name, protocol, pickle.dumps(it, protocol).hex(),
                  Describer(protocol).describe(it), sep="\t")


if __name__ == "__main__":
    main()
