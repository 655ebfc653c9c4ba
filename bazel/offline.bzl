"""Stand-ins for the repositories that Bazel itself would download.

Bazel 4 loads @rules_cc, @rules_java, @rules_proto and @remote_coverage_tools
before it compiles anything. Debian's bazel-bootstrap has none of them, and its
users may have no network.
"""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "maybe")

_RULES = {
    "rules_cc": ("cc", [
        "cc_binary",
        "cc_import",
        "cc_library",
        "cc_proto_library",
        "cc_test",
        "cc_toolchain",
        "cc_toolchain_suite",
        "objc_library",
    ]),
    "rules_java": ("java", [
        "java_binary",
        "java_import",
        "java_library",
        "java_lite_proto_library",
        "java_proto_library",
        "java_runtime",
        "java_test",
        "java_toolchain",
    ]),
    "rules_proto": ("proto", [
        "proto_lang_toolchain",
        "proto_library",
    ]),
}

_COVERAGE = """
sh_binary(
    name = "coverage_report_generator",
    srcs = ["unavailable.sh"],
    visibility = ["//visibility:public"],
)
"""

def _written_repository_impl(ctx):
    for path, content in ctx.attr.files.items():
        ctx.file(path, content, executable = path.endswith(".sh"))

_written_repository = repository_rule(
    implementation = _written_repository_impl,
    attrs = {"files": attr.string_dict()},
)

def offline_bazel_repositories():
    """Lets Debian's Bazel, which has no version, build C++ without a network."""
    if native.bazel_version not in ["", "no_version"]:
        return
    for name, (folder, rules) in _RULES.items():
        lines = ["%s = native.%s\n" % (rule, rule) for rule in rules]
        maybe(
            _written_repository,
            name = name,
            files = {
                "BUILD": "",
                folder + "/BUILD": "",
                folder + "/defs.bzl": "".join(lines),
            },
        )
    maybe(
        _written_repository,
        name = "remote_coverage_tools",
        files = {"BUILD": _COVERAGE, "unavailable.sh": "#!/bin/sh\nexit 1\n"},
    )
