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

def cppet_cc_binary(name, copts = [], **kwargs):
    native.cc_binary(name = name, copts = _COPTS + copts, **kwargs)

def cppet_cc_test(name, size = "small", copts = [], **kwargs):
    native.cc_test(name = name, size = size, copts = _COPTS + copts, **kwargs)

def cppet_cc_benchmark(name, size = "small", copts = [], deps = [], tags = [], **kwargs):
    """A benchmark, which `bazel test` runs briefly so that it stays alive."""
    native.cc_test(
        name = name,
        size = size,
        args = ["--benchmark_min_time=0.01"],
        copts = _COPTS + copts,
        tags = tags + ["benchmark"],
        deps = deps + ["@com_github_google_benchmark//:benchmark_main"],
        **kwargs
    )
