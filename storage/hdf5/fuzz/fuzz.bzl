"""Fuzz targets, which are short tests, too."""

load("//bazel:cppet.bzl", "cppet_cc_binary", "cppet_cc_test")

def cppet_fuzz_target(name, srcs, deps):
    """A fuzz target of libFuzzer, `name`, and the test `name`_test of it.

    The test needs no libFuzzer: it calls the target with damaged seeds.
    """
    all_deps = deps + [":fuzz_target"]
    cppet_cc_test(
        name = name + "_test",
        srcs = srcs,
        deps = all_deps + [":fuzz_main"],
    )
    cppet_cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = all_deps,
    )
