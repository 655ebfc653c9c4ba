"""The libraries that cppet needs, under the names and labels of their own builds."""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "maybe")
load("//bazel:offline.bzl", "offline_bazel_repositories")
load("//bazel:pkg_config.bzl", "pkg_config_repository")

# Target names by package; "target=module" where pkg-config's name differs.
_ABSL = {
    "absl/algorithm": ["algorithm", "container=algorithm_container"],
    "absl/base": ["base", "config", "core_headers", "dynamic_annotations", "endian", "log_severity"],
    "absl/cleanup": ["cleanup"],
    "absl/container": ["btree", "fixed_array", "flat_hash_map", "flat_hash_set", "inlined_vector", "node_hash_map", "node_hash_set"],
    "absl/debugging": ["failure_signal_handler", "leak_check", "stacktrace", "symbolize"],
    "absl/functional": ["any_invocable", "bind_front", "function_ref"],
    "absl/hash": ["hash"],
    "absl/memory": ["memory"],
    "absl/meta": ["type_traits"],
    "absl/numeric": ["bits", "int128"],
    "absl/random": ["random=random_random", "bit_gen_ref=random_bit_gen_ref", "distributions=random_distributions", "seed_sequences=random_seed_sequences"],
    "absl/status": ["status", "statusor"],
    "absl/strings": ["strings", "cord", "str_format"],
    "absl/synchronization": ["synchronization"],
    "absl/time": ["time"],
    "absl/types": ["any", "compare", "optional", "span", "variant"],
    "absl/utility": ["utility"],
}

def _absl_targets():
    targets = {}
    for package, names in _ABSL.items():
        for name in names:
            target, _, module = name.partition("=")
            targets[package + ":" + target] = ["pkg: absl_" + (module or target)]
    return targets

def _absl_archives():
    # A workspace may have Abseil's sources in place of Debian's libraries.
    if native.existing_rule("com_google_absl"):
        return ["none:"]
    modules = " ".join([target[0][len("pkg: "):] for target in _absl_targets().values()])
    return ["archives: " + modules, "none:"]

def cppet_dependencies():
    """Declares each repository, unless the workspace has one of that name."""
    offline_bazel_repositories()
    maybe(
        pkg_config_repository,
        name = "cppet_absl_archives",
        debian = "libabsl-dev",
        targets = {":archives": _absl_archives()},
    )
    maybe(
        pkg_config_repository,
        name = "com_google_absl",
        debian = "libabsl-dev",
        targets = _absl_targets(),
    )
    maybe(
        pkg_config_repository,
        name = "com_google_googletest",
        debian = "libgtest-dev libgmock-dev",
        targets = {
            ":gtest": ["pkg: gmock gtest", "lib: -lgmock -lgtest -lpthread"],
            ":gtest_main": ["pkg: gmock_main gmock gtest", "lib: -lgmock_main -lgmock -lgtest -lpthread"],
        },
    )
    maybe(
        pkg_config_repository,
        name = "com_github_google_benchmark",
        debian = "libbenchmark-dev",
        targets = {":benchmark": ["pkg: benchmark", "lib: -lbenchmark -lpthread"]},
    )
    maybe(
        pkg_config_repository,
        name = "com_github_gflags_gflags",
        debian = "libgflags-dev",
        targets = {":gflags": ["pkg: gflags", "lib: -lgflags"]},
    )
    maybe(
        pkg_config_repository,
        name = "com_github_google_glog",
        debian = "libgoogle-glog-dev",
        target_deps = {":glog": ["@com_github_gflags_gflags//:gflags"]},
        targets = {":glog": ["pkg: libglog", "lib: -lglog"]},
    )
    maybe(
        pkg_config_repository,
        name = "com_github_blosc_c_blosc",
        debian = "libblosc-dev",
        targets = {":blosc": ["pkg: blosc", "lib: -lblosc"]},
    )
    maybe(
        pkg_config_repository,
        name = "lzo",
        debian = "liblzo2-dev",
        targets = {":lzo2": ["pkg: lzo2", "lib: -llzo2"]},
    )
    maybe(
        pkg_config_repository,
        name = "bzip2",
        debian = "libbz2-dev",
        targets = {":bz2": ["lib: -lbz2"]},
    )
    maybe(
        pkg_config_repository,
        name = "hdf5",
        debian = "libhdf5-dev",
        targets = {":hdf5": ["pkg: hdf5-serial", "pkg: hdf5", "lib: -lhdf5"]},
    )
    maybe(
        pkg_config_repository,
        name = "cereal",
        debian = "libcereal-dev",
        targets = {":cereal": ["hdr: cereal/cereal.hpp"]},
    )
    maybe(
        pkg_config_repository,
        name = "com_github_jbeder_yaml_cpp",
        debian = "libyaml-cpp-dev",
        targets = {":yaml-cpp": ["pkg: yaml-cpp", "lib: -lyaml-cpp"]},
    )
    maybe(
        pkg_config_repository,
        name = "com_github_nlohmann_json",
        debian = "nlohmann-json3-dev",
        targets = {":json": ["pkg: nlohmann_json", "hdr: nlohmann/json.hpp"]},
    )
    maybe(
        pkg_config_repository,
        name = "libdeflate",
        debian = "libdeflate-dev",
        targets = {":libdeflate": ["pkg: libdeflate", "lib: -ldeflate"]},
    )
    maybe(
        pkg_config_repository,
        name = "nettle",
        debian = "nettle-dev",
        targets = {":nettle": ["pkg: nettle", "lib: -lnettle"]},
    )
    maybe(
        pkg_config_repository,
        name = "sqlite3",
        debian = "libsqlite3-dev",
        targets = {":sqlite3": ["pkg: sqlite3", "lib: -lsqlite3"]},
    )
    maybe(
        pkg_config_repository,
        name = "xxhash",
        debian = "libxxhash-dev",
        targets = {":xxhash": ["pkg: libxxhash", "lib: -lxxhash"]},
    )
    maybe(
        pkg_config_repository,
        name = "zlib",
        debian = "zlib1g-dev",
        targets = {":zlib": ["pkg: zlib", "lib: -lz"]},
    )
