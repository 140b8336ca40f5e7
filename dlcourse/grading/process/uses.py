"""Which dotted names the text of an answer uses, read before anything of the student's runs: what process S cannot talk itself out of."""
import ast


def uses(cells, answers):
    """cells: sources in order; answers: dict answer name -> its cell's number.  -> dict answer name -> dotted names that its text uses"""
    trees = [parse(source) for source in cells]
    aliases = {}
    for tree in trees:
        for node in ast.walk(tree) if tree else ():
            aliases |= imported(node)
    home = {node.name: tree for tree in trees if tree for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return {name: sorted({use for tree in reached(trees[i], home) for use in dotted(tree, aliases)}) for name, i in answers.items()}


def reached(tree, home):
    """The answer's cell, and every cell that defines a function or class which it mentions, and so on.  home: dict name -> tree of its cell"""
    found, todo = [], [tree]
    while todo:
        tree = todo.pop()
        if tree is not None and tree not in found:
            found.append(tree)
            todo += [home[n.id] for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in home]
    return found


def parse(source):
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def imported(node):
    """Names that an import or a plain assignment gives to something dotted."""
    if isinstance(node, ast.Import):
        return {a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0] for a in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {(a.asname or a.name) + (f" {node.module}" if a.name == "*" else ""): f"{node.module}.{a.name}" for a in node.names}
    return {}


def dotted(tree, aliases):
    """Dotted names in the tree, with imported names written out."""
    found = set()
    for node in ast.walk(tree):
        path = []
        while isinstance(node, ast.Attribute):
            path.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name) and node.id in aliases and (path or "." in aliases[node.id]):
            found.add(".".join([aliases[node.id], *reversed(path)]))
    return found | {v for v in aliases.values() if v.endswith(".*")}
