"""A test that dependencies go one way only."""

def layering_test(name, layers, roots):
    """Fails if a folder depends on one of a later layer.

    Args:
      name: of the test.
      layers: lists of folders, the lowest first. Folders of one layer may use
        each other.
      roots: targets that depend on everything of interest.
    """
    found = []
    for i in range(len(layers) - 1):
        above = [folder for layer in layers[i + 1:] for folder in layer]
        for folder in layers[i]:
            query = "%s_%s_uses" % (name, folder)
            native.genquery(
                name = query,
                expression = "filter('^//(%s)[/:]', deps(filter('^//%s[/:]', deps(set(%s)))))" %
                             ("|".join(above), folder, " ".join(roots)),
                scope = roots,
                testonly = True,
            )
            found.append(query)
    native.sh_test(
        name = name,
        size = "small",
        srcs = ["//bazel:layering_test.sh"],
        args = ["$(location %s)" % query for query in found],
        data = found,
    )
