"""For tests that must run inside the student's process: put back what a notebook may have changed in Python, in libraries and in the shell.

This is a limit, not a proof: whoever rewrites the interpreter can also rewrite this.  What was changed is reported.
"""
import sys

MODULES = ("builtins", "math", "numpy", "numpy.linalg", "numpy.testing", "torch", "torch.nn.functional", "torch.testing", "dlcourse.check")
HARMLESS = ("_", "__build_class__", "get_ipython", "display", "exit", "quit", "print", "input", "help")


class Pristine:
    """What modules, shell and hooks held before the first cell of the student's."""

    def __init__(self, shell):
        self.shell = shell
        self.modules = [(m, dict(vars(m))) for m in (sys.modules.get(name) for name in MODULES) if m is not None]
        self.classes = [(c, dict(vars(c))) for c in type(shell).__mro__[:2] + type(shell.displayhook).__mro__[:2] + type(shell.display_pub).__mro__[:2]]
        self.own = dict(vars(shell))
        transforms = shell.input_transformer_manager
        lists = [("AST transformers", shell.ast_transformers), ("input transformers", shell.input_transformers_post)]
        lists += [("input transformers", x) for x in (transforms.cleanup_transforms, transforms.line_transforms, transforms.token_transformers)]
        lists += [(f"{event} callbacks", callbacks) for event, callbacks in shell.events.callbacks.items()]
        self.lists = [(name, now, list(now)) for name, now in lists]

    def restore(self):
        """Put everything back.  -> list of what had been changed"""
        changed = []
        for module, before in self.modules:
            now = vars(module)
            for name in [n for n in before if now.get(n) is not before[n] and not n.startswith("__") and n not in HARMLESS]:
                changed.append(f"{module.__name__}.{name}")
                setattr(module, name, before[name])
        for name, now, before in self.lists:
            if list(now) != before:
                changed.append(name)
                now[:] = before
        for kind, before in self.classes:
            for name in [n for n, f in before.items() if callable(f) and vars(kind).get(n) is not f]:
                changed.append(f"{kind.__name__}.{name}")
                setattr(kind, name, before[name])
        for name in [n for n in vars(self.shell) if n not in self.own and callable(getattr(type(self.shell), n, None))]:
            changed.append(f"shell.{name}")
            delattr(self.shell, name)
        for name, get, put in (("trace function", sys.gettrace, sys.settrace), ("profile function", sys.getprofile, sys.setprofile)):
            if get() is not None:
                changed.append(name)
                put(None)
        return sorted(set(changed))
