"""cppet's own C++ rules: the native ones, with its warnings and include path."""

_COPTS = [
    "-Wall",
    "-Wextra",
    "-Wno-missing-field-initializers",
    "-Wno-sign-compare",
]

def cppet_cc_library(name, copts = [], **kwargs):
    """A library whose headers are included as "cppet/<package>/<header>"."""
    native.cc_library(
        name = name,
        copts = _COPTS + copts,
        include_prefix = "cppet/" + native.package_name(),
        **kwargs
    )

def cppet_cc_binary(name, copts = [], deps = [], starts_fast = False, **kwargs):
    """A program.

    One that `starts_fast` has Abseil in it, in place of its 40 shared libraries:
    `inspect --help` takes 0.6 of the time. Not for one that loads shared objects,
    which would bring another Abseil.
    """
    first = ["@cppet_absl_archives//:archives"] if starts_fast else []
    native.cc_binary(name = name, copts = _COPTS + copts, deps = first + deps, **kwargs)

def cppet_cc_test(name, size = "small", copts = [], **kwargs):
    native.cc_test(name = name, size = size, copts = _COPTS + copts, **kwargs)

def cppet_cc_benchmark(name, size = "small", copts = [], deps = [], tags = [], test_filter = None, **kwargs):
    """A benchmark, which `bazel test` runs briefly so that it stays alive.

    With `test_filter`, only those with such names; so does `bazel run`, which
    runs all with `-- --benchmark_filter=all`.
    """
    native.cc_test(
        name = name,
        size = size,
        args = ["--benchmark_min_time=0.01"] +
               (["--benchmark_filter=" + test_filter] if test_filter else []),
        copts = _COPTS + copts,
        tags = tags + ["benchmark"],
        deps = deps + ["//base:benchmark_main"],
        **kwargs
    )
