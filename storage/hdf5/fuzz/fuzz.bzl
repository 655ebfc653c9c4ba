"""Fuzz targets, which are short tests, too."""

load("//bazel:cppet.bzl", "cppet_cc_binary", "cppet_cc_test")

def cppet_fuzz_target(name, srcs, deps, data = [], runs = 20000, size = "small"):
    """A fuzz target of libFuzzer, `name`, and the test `name`_test of it.

    The test needs no libFuzzer: it calls the target with its seeds and with
    `runs` damaged ones.
    """
    all_deps = deps + [":fuzz_target"]
    cppet_cc_test(
        name = name + "_test",
        size = size,
        srcs = srcs,
        args = ["--runs=%d" % runs],
        data = data,
        deps = all_deps + [":fuzz_main"],
    )
    cppet_cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        data = data,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = all_deps + [":libfuzzer"],
    )
