"""Repositories that wrap libraries installed on the system.

A `pkg_config_repository` has the labels of the library's own Bazel build, so
that a consumer may define the source repository of the same name in its place.

`targets` maps a label inside the repository ("absl/strings:str_format", or
":glog" for the root package) to a list of alternatives, of which the first that
is found counts:

    "pkg: NAME..."      pkg-config modules
    "hdr: FILE"         header only: the C++ compiler must find FILE
    "lib: -lNAME..."    libraries, each of which the compiler must find
    "archives: NAME..." the archives of pkg-config modules, for a binary that has
                        their shared libraries, too: of those, only what is
                        still missing is linked
    "none:"             nothing
"""

_SYSTEM_INCLUDES = ["/usr/include", "/usr/local/include"]

_SYSTEM_LIBS = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"]

def _words(text):
    return [word for word in text.replace("\n", " ").split(" ") if word]

def _compiler(ctx):
    return ctx.os.environ.get("CXX", ctx.os.environ.get("CC", "c++"))

def _ask_pkg_config(ctx):
    """Returns the flags of all "pkg:" alternatives; one process, as each is slow."""
    exe = ctx.os.environ.get("PKG_CONFIG", "pkg-config")
    modules = {}
    for alternatives in ctx.attr.targets.values():
        for alternative in alternatives:
            kind, _, rest = alternative.partition(":")
            if kind in ["pkg", "archives"]:
                modules[" ".join(_words(rest))] = None
    if not modules or (not exe.startswith("/") and not ctx.which(exe)):
        return {}
    script = """
exe=$1
shift
for module; do
  echo "@@ $module"
  "$exe" --cflags --libs $module 2>/dev/null || echo @FAILED
done
"""
    command = ["/bin/sh", "-c", script, "_", exe] + modules.keys()
    flags = {}
    for answer in ctx.execute(command).stdout.split("@@ ")[1:]:
        module, _, text = answer.partition("\n")
        if "@FAILED" not in text:
            flags[module] = _words(text)
    return flags

def _has_header(ctx, header):
    script = 'printf "#include <%s>\\n" "$2" | "$1" -x c++ -std=c++17 -E - >/dev/null'
    command = ["/bin/sh", "-c", script, "_", _compiler(ctx), header]
    return ctx.execute(command).return_code == 0

def _has_library(ctx, flag):
    for extension in [".so", ".a"]:
        name = "lib" + flag[len("-l"):] + extension
        found = ctx.execute([_compiler(ctx), "-print-file-name=" + name])
        if found.return_code == 0 and found.stdout.strip() != name:
            return True
    return False

def _archive_flags(ctx, flags):
    """Returns flags that link what there is of archives, None if there is none."""
    names = {"lib" + flag[len("-l"):] + ".a": None for flag in flags if flag.startswith("-l")}
    archives = []
    for name in names:
        found = ctx.execute([_compiler(ctx), "-print-file-name=" + name])
        if found.return_code == 0 and found.stdout.strip() != name:
            archives.append("-l:" + name)
    if not archives:
        return None
    return ["-Wl,--start-group"] + archives + ["-Wl,--end-group", "-Wl,--as-needed"]

def _flags(ctx, alternative, pkg_config):
    """Returns the flags of one alternative, None if it is not there."""
    kind, _, rest = alternative.partition(":")
    words = _words(rest)
    if kind == "pkg":
        return pkg_config.get(" ".join(words))
    if kind == "archives":
        flags = pkg_config.get(" ".join(words))
        return None if flags == None else _archive_flags(ctx, flags)
    if kind == "none":
        return []
    if kind == "hdr":
        return [] if _has_header(ctx, words[0]) else None
    if kind == "lib":
        missing = [word for word in words if not _has_library(ctx, word)]
        return None if missing else words
    fail("pkg_config_repository: bad alternative %r" % alternative)

def _is_inside(path, folders):
    for folder in folders:
        if path == folder or path.startswith(folder + "/"):
            return True
    return False

_LIBRARY = """
cc_library(
    name = {name},
    defines = {defines},
    linkopts = {linkopts},
    deps = {deps},
)
"""

_INCLUDE = """
cc_library(
    name = "include_{link}",  # {folder}
    hdrs = glob(["include/{link}/**"], exclude = ["**/*.mod", "**/* *"]),
    includes = ["include/{link}"],
)
"""

def _pkg_config_repository_impl(ctx):
    rules = {"": []}  # of each package
    include_links = {}  # name of each include folder
    pkg_config = _ask_pkg_config(ctx)
    for label, alternatives in ctx.attr.targets.items():
        package, _, name = label.partition(":")
        flags = None
        for alternative in alternatives:
            if flags == None:
                flags = _flags(ctx, alternative, pkg_config)
        if flags == None:
            fail("@%s//%s:%s is not on this system (tried %s). On Debian: apt-get install %s" % (
                ctx.name,
                package,
                name,
                ", ".join(alternatives),
                ctx.attr.debian,
            ))
        defines, linkopts = [], []
        deps = list(ctx.attr.target_deps.get(label, []))
        for flag in flags:
            value = flag[2:]
            if flag.startswith("-I") and value not in _SYSTEM_INCLUDES:
                if value not in include_links:
                    link = "d%d" % len(include_links)
                    include_links[value] = link
                    ctx.symlink(value, "include/" + link)
                    rules[""].append(_INCLUDE.format(folder = value, link = link))
                dep = "//:include_" + include_links[value]
                if dep not in deps:
                    deps.append(dep)
            elif flag.startswith("-D"):
                defines.append(value)
            elif flag.startswith("-L"):
                linkopts.append(flag)
                if not _is_inside(value, _SYSTEM_LIBS):
                    linkopts.append("-Wl,-rpath," + value)
            elif flag.startswith("-l") or flag.startswith("-Wl,") or flag == "-pthread":
                linkopts.append(flag)
        rules.setdefault(package, []).append(_LIBRARY.format(
            name = repr(name),
            defines = repr(defines),
            linkopts = repr(linkopts),
            deps = repr(deps),
        ))
    for package, texts in rules.items():
        ctx.file(
            (package + "/" if package else "") + "BUILD.bazel",
            'package(default_visibility = ["//visibility:public"])\n' + "".join(texts),
        )
    ctx.file("WORKSPACE", "workspace(name = %r)\n" % ctx.name)

pkg_config_repository = repository_rule(
    implementation = _pkg_config_repository_impl,
    attrs = {
        "targets": attr.string_list_dict(mandatory = True, doc = "label -> alternatives"),
        "target_deps": attr.string_list_dict(doc = "label -> further deps"),
        "debian": attr.string(doc = "the Debian packages that have it"),
    },
    environ = ["PKG_CONFIG", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "CC", "CXX", "PATH"],
    # Not local, or each start of a Bazel server would ask pkg-config again.
    # `bazel sync --configure` asks anew.
    configure = True,
)
