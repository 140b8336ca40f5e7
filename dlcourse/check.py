"""Checks whose messages say where a result is wrong and by how much.  Used by every exercise; NumPy only.

A torch tensor is accepted wherever an array is (it is read through its own ``detach().cpu().numpy()``), without importing torch.
Each check returns None, or for `gradient_check` the error it measured; a check that fails raises AssertionError.
"""

import dis
import functools
import hashlib
import inspect
import os
import sys
import types

import numpy as np


def _array(x, name):
    """The NumPy array behind a number, a list, an array or a tensor; AssertionError if there is none."""
    if x is None:
        raise AssertionError(f"{name} is None: does the function return its result?")
    if hasattr(x, "detach"):  # a torch tensor, known by its behaviour
        x = x.detach().cpu()
        x = x.float() if str(x.dtype) == "torch.bfloat16" else x  # NumPy has no bfloat16
        x = x.resolve_conj().numpy()  # an array, or only what says so: the next lines tell
    try:
        a = np.asarray(x)
    except (ValueError, TypeError) as error:
        raise AssertionError(f"{name} is not an array of numbers: {error}") from None
    if a.dtype.kind not in "biufc":
        raise AssertionError(f"{name} is not an array of numbers but {type(x).__name__} (dtype {a.dtype})")
    return a


def _at(index):
    """Text for an index: nothing for a scalar, ' at [3]' for a vector, ' at [1, 2]' for a matrix."""
    return f" at [{', '.join(str(int(i)) for i in index)}]" if len(index) else ""


def close(actual, expected, rtol=1e-7, atol=1e-10, name="result"):
    """Assert |actual - expected| <= atol + rtol |expected| entry by entry, with equal shapes (nothing is broadcast).

    actual, expected: numbers, lists, arrays or tensors of one shape.  NaN agrees with NaN only, an infinity with itself only.
    ValueError if a tolerance is negative.  AssertionError names the worst entry, both values, the difference and what was allowed.
    """
    if not (rtol >= 0 and atol >= 0):
        raise ValueError(f"rtol and atol must be >= 0, got rtol={rtol}, atol={atol}")
    a, e = _array(actual, name), _array(expected, "expected")
    if a.shape != e.shape:
        raise AssertionError(f"{name} has shape {a.shape}, expected {e.shape}")
    wide = np.complex128 if "c" in a.dtype.kind + e.dtype.kind else np.float64
    a64, e64 = a.astype(wide), e.astype(wide)
    with np.errstate(all="ignore"):
        gap = np.abs(a64 - e64)
        both_nan = np.isnan(a64) & np.isnan(e64)
        finite = np.isfinite(a64) & np.isfinite(e64)
        wrong = np.where(finite, gap > atol + rtol * np.abs(e64), (a64 != e64) & ~both_nan)
    if not wrong.any():
        return
    badness = np.where(wrong, np.where(np.isfinite(gap), gap, np.inf), -1.0)
    worst = np.unravel_index(np.argmax(badness), badness.shape)
    count = f"{int(wrong.sum())} of {wrong.size} entries are wrong; the worst{_at(worst)} is" if wrong.size > 1 else "it is"
    text = f"{name}: {count} {a[worst]:.8g}, expected {e[worst]:.8g}"
    if np.isfinite(gap[worst]):
        size = float(abs(e64[worst]))
        share = f", relative {float(gap[worst]) / size:.3g}" if size > 1e-300 else ""
        text += f" (off by {gap[worst]:.3g}{share}; allowed {atol:.3g} + {rtol:.3g} |expected|)"
    elif np.isnan(a64[worst]):
        text += " (not a number: look for 0/0, inf - inf or the logarithm of a negative number)"
    kinds = "" if a.dtype == e.dtype or {a.dtype.kind, e.dtype.kind} <= set("biu") or a.dtype.kind == "f" else f"; it has dtype {a.dtype}, expected {e.dtype}"
    raise AssertionError(text + kinds + (f"; shape {a.shape}" if a.ndim else ""))


def shape(x, expected, name="x"):
    """Assert that x has the shape `expected`, a tuple in which None stands for any size."""
    got = tuple(_array(x, name).shape)
    expected = (expected,) if isinstance(expected, int) else tuple(expected)
    fits = len(got) == len(expected) and all(e is None or g == e for g, e in zip(got, expected, strict=True))
    if not fits:
        wanted = ", ".join("any" if e is None else str(e) for e in expected) + ("," if len(expected) == 1 else "")
        raise AssertionError(f"{name} has shape {got}, expected ({wanted})")


def dtype(x, expected, name="x"):
    """Assert that x, an array or tensor of any shape, has the dtype `expected`, given as a name such as "float64" or as a NumPy or torch dtype."""
    own = getattr(x, "dtype", None)
    got = str(own).removeprefix("torch.") if own is not None else str(_array(x, name).dtype)
    text = str(expected)
    wanted = text.removeprefix("torch.") if text.startswith("torch.") else str(np.dtype(expected))
    if got != wanted:
        raise AssertionError(f"{name} has dtype {got}, expected {wanted}")


def _scalar(value):
    """The float that f returned; AssertionError if f did not return one number."""
    a = _array(value, "f(x)")
    if a.size != 1:
        raise AssertionError(f"f(x) must be a single number, got shape {a.shape}")
    return float(a.reshape(()))


def numerical_gradient(f, x, h=1e-5):
    """Central differences (f(x + h e_i) - f(x - h e_i)) / 2h in float64, one entry after another.

    f: array like x -> one number; x: any shape, not changed (f gets copies).  Returns a float64 array like x.  ValueError unless h > 0.
    """
    if not h > 0:
        raise ValueError(f"h must be a step > 0, got {h}")
    x = np.array(_array(x, "x"), dtype=np.float64)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        gradient[i] = (_scalar(f(up)) - _scalar(f(down))) / (2 * h)
    return gradient


def gradient_check(f, x, grad, h=1e-5, tol=1e-6, name="x"):
    """Compare `grad` with `numerical_gradient(f, x, h)`; return the largest relative error |a - n| / max(|a| + |n|, 1e-8).

    The rounding noise of the difference quotient, 8 eps max(1, |f(x)|) / h, is never an error: the denominator is at least noise / tol.
    AssertionError, naming the worst entry, if an error exceeds tol or if grad has another shape than x.
    """
    x, a = np.array(_array(x, name), dtype=np.float64), _array(grad, f"gradient by {name}")
    if a.shape != x.shape:
        raise AssertionError(f"the gradient by {name} has shape {a.shape}, but {name} has shape {x.shape}")
    if x.size == 0:
        return 0.0
    n = numerical_gradient(f, x, h)
    noise = 8 * np.finfo(np.float64).eps * max(1.0, abs(_scalar(f(x.copy())))) / h
    gap = np.abs(a.astype(np.float64) - n)
    error = gap / np.maximum(np.abs(a) + np.abs(n), max(1e-8, noise / tol))
    error = np.where(np.isfinite(error), error, np.inf)  # a NaN is as wrong as can be
    worst = np.unravel_index(np.argmax(error), error.shape)
    if not error[worst] <= tol:
        raise AssertionError(
            f"the gradient by {name} is wrong in {int((error > tol).sum())} of {error.size} entries; the worst{_at(worst)} is {a[worst]:.8g}, "
            f"central differences give {n[worst]:.8g} (relative error {error[worst]:.3g}, allowed {tol:.3g})"
        )
    return float(error[worst])


def raises(error, f, *args, match=None, **kwargs):
    """Assert that f(*args, **kwargs) raises `error`, with the text `match` in its message if one is given."""
    try:
        f(*args, **kwargs)
    except error as e:
        if match is not None and match.lower() not in str(e).lower():
            raise AssertionError(f"the {type(e).__name__} should mention {match!r}, but it says: {e}") from None
        return
    except Exception as e:
        raise AssertionError(f"expected {_name(error)}, but {type(e).__name__} was raised: {e}") from e
    raise AssertionError(f"expected {_name(error)}, but nothing was raised")


def _name(error):
    """The name of an exception class, or of a tuple of them."""
    return " or ".join(e.__name__ for e in error) if isinstance(error, tuple) else error.__name__


def vjp(f, *inputs, cotangent=None):
    """Gradients of sum(cotangent * f(*inputs)) by each input, from the autograd of the library that f is written in.

    f: torch function of tensors; inputs: float tensors or arrays of any shape; cotangent: like f's result (None: ones).  -> list of tensors like
    the inputs.  Works in a notebook and in the grader, where f lives in another process and gradients do not flow through its results.
    """
    import torch

    xs = [torch.as_tensor(x).detach().clone().requires_grad_() for x in inputs]
    out = f(*xs)
    if not isinstance(out, torch.Tensor) or not out.requires_grad:
        raise AssertionError("the result is not a tensor that autograd can follow back to the inputs: was it detached, or computed in NumPy?")
    weight = torch.ones_like(out) if cotangent is None else torch.as_tensor(cotangent, dtype=out.dtype)
    grads = torch.autograd.grad(out, xs, weight, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for x, g in zip(xs, grads, strict=True)]


def class_rng(name):
    """A NumPy Generator that depends on `name` and on the class's seed (environment variable DLCOURSE_CLASS_SEED, default "0")."""
    if not isinstance(name, str) or not name:
        raise ValueError(f"name must be a non-empty text such as 'neurons/threshold_unit', got {name!r}")
    text = f"{os.environ.get('DLCOURSE_CLASS_SEED', '0')}\n{name}"
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()))


# --- which names a student's function uses -----------------------------------------------------------------------------------

_UNREADABLE = {"eval", "exec", "compile", "__import__", "importlib", "globals", "vars", "ctypes"}  # what these reach cannot be seen


def forbid(functions, names):
    """Assert that none of `functions` uses any of `names`, itself or through helpers and classes defined in the same notebook.

    functions: one function or a list of them; names: text such as "torch.softmax dlcourse.mlp", where a module stands for all it holds.
    The code is read, not run; aliases (``import torch as t``, ``f = torch.softmax``) are seen through.
    """
    functions = list(functions) if isinstance(functions, list | tuple | set) else [functions]
    names = names.split() if isinstance(names, str) else list(names)
    if not names:
        raise ValueError("names must hold at least one dotted name, got none")
    for f in functions:
        for used in _uses(f):
            for n in names:
                if used == n or used.startswith(n + "."):
                    raise AssertionError(f"{getattr(f, '__name__', 'the answer')} uses {used}, which is not allowed in this exercise ({n})")
            if used in _UNREADABLE:
                raise AssertionError(f"{getattr(f, '__name__', 'the answer')} uses {used}, which hides what it calls: not allowed in an answer")


def _uses(root):
    """All dotted names that `root` reaches: a set of text.  Walks code, helpers, classes, defaults, closures and partials."""
    found, todo, seen = set(), [root], set()
    home = _home(root)
    while todo:
        thing = todo.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        found |= _full_names(thing)
        if hasattr(thing, "__wrapped__"):  # lru_cache and other decorators
            todo.append(thing.__wrapped__)
        if isinstance(thing, functools.partial):
            todo += [thing.func, *thing.args, *thing.keywords.values()]
        elif isinstance(thing, types.MethodType):
            todo += [thing.__func__]
        elif isinstance(thing, list | tuple | set | frozenset):
            todo += list(thing)
        elif isinstance(thing, dict) and thing is not home:
            todo += list(thing.values())
        elif isinstance(thing, type):
            if home is None or _is_local(thing, home):
                todo += [*vars(thing).values(), *thing.__bases__]
        elif isinstance(thing, staticmethod | classmethod):
            todo += [thing.__func__]
        elif isinstance(thing, property):
            todo += [f for f in (thing.fget, thing.fset, thing.fdel) if f]
        elif isinstance(thing, types.FunctionType):
            if thing.__globals__ is not home:
                continue  # a library's function: its name is on the list or it is fine
            todo += [thing.__defaults__ or (), thing.__kwdefaults__ or {}]
            todo += [cell.cell_contents for cell in thing.__closure__ or () if _is_full(cell)]
            dotted, values = _names_in(thing.__code__, home)
            found |= dotted
            todo += values
        elif callable(thing) and home is not None and _is_local(type(thing), home):
            todo += [type(thing), getattr(thing, "__dict__", {})]
    return found


def _home(root):
    """The global names of the notebook that `root` was written in, or None for a builtin."""
    kind = root if isinstance(root, type) else type(root)
    for f in (root, getattr(root, "func", None), *vars(kind).values()):
        f = inspect.unwrap(f) if callable(f) else f
        if isinstance(f, types.FunctionType):
            return None if f.__module__.startswith("dlcourse.") else f.__globals__  # a stand-in of the grader's is not a notebook
    return None


def _is_full(cell):
    """Whether a closure's cell holds a value yet (a recursive inner function's may not)."""
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _is_local(thing, home):
    """Whether a class was defined in the notebook whose global names are `home`."""
    return thing.__module__ == home.get("__name__")


def _full_names(thing):
    """The names by which a module, function or class can be forbidden: where it says it is from, and where a library shows it."""
    if isinstance(thing, types.ModuleType):
        return {thing.__name__}
    name = getattr(thing, "__qualname__", None) or getattr(thing, "__name__", None)
    if not callable(thing) or not isinstance(name, str):
        return set()
    module = getattr(thing, "__module__", None)
    if isinstance(module, str):
        full = {f"{module}.{name}"}
    else:
        full = {f"{type(thing.__self__).__name__}.{name}"} if hasattr(thing, "__self__") else set()
    for public in ("torch", "torch.nn.functional", "numpy", "numpy.linalg"):  # torch.softmax says it is from nowhere
        owner = sys.modules.get(public)
        if owner is not None and vars(owner).get(name.rpartition(".")[2]) is thing:
            full.add(f"{public}.{name.rpartition('.')[2]}")
    return full


def _names_in(code, home):
    """(dotted names written in the code object, values that its global names stand for); nested functions included."""
    dotted, values, value, path = set(), [], None, ""
    for step in dis.get_instructions(code):
        op = step.opname
        if op in ("LOAD_GLOBAL", "LOAD_NAME"):
            value, path = home.get(step.argval), step.argval
            if value is None:
                dotted.add(path)  # a builtin
            elif isinstance(value, types.ModuleType):
                path = value.__name__
            values.append(value)
        elif op == "IMPORT_NAME":
            value, path = sys.modules.get(step.argval), step.argval
            dotted.add(path)
        elif op == "IMPORT_FROM":
            dotted.add(f"{path}.{step.argval}")
            continue  # the module stays on the stack: the next name comes from it too
        elif op in ("LOAD_ATTR", "LOAD_METHOD") and path:
            path = f"{path}.{step.argval}"
            value = getattr(value, step.argval, None) if isinstance(value, types.ModuleType) else None
            dotted.add(path)
            if value is not None:
                values.append(value)
        elif op not in ("STORE_FAST", "STORE_NAME", "PRECALL", "CACHE", "PUSH_NULL"):
            value, path = None, ""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            inner, more = _names_in(constant, home)
            dotted |= inner
            values += more
    return dotted, [v for v in values if v is not None]
