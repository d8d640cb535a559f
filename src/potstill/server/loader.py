"""From `module:attribute` to the application itself.

What goes wrong here is the operator's or the application author's to mend, so each mistake is a
`LoadError`: one sentence, and for an exception out of the application's own code its traceback,
without the frames that are ours. In the walk: `worker` loads once, before it serves.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from potstill.server.failures import broken, own_frames
from potstill.server.target import LoadError, Target
from potstill.settings.errors import did_you_mean

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

__all__ = ["LoadError", "load"]

_PLAIN_CALLABLES = (FunctionType, MethodType, BuiltinFunctionType, partial)

USUAL = ("application", "app")
"""What a module is asked for when the operator names nothing else."""


def load(spec: str) -> WSGIApplication:
    """Import what `spec` names and return it; LoadError when it is no WSGI application.

    The working directory comes first in the search for the module. `Target` has the forms.
    """
    target = Target.parse(spec)
    _search_here()
    module = _import(target.module)
    if not target.path:
        target = _usual(module)
    found = _follow(module, target)
    if target.call:
        found = _made(found, target)
    return _checked(found, target)


def _search_here() -> None:
    here = str(Path.cwd())
    if sys.path[:1] != [here]:
        sys.path.insert(0, here)
    importlib.invalidate_caches()


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Missing itself, or something that it imports? Only then is there a frame of its own.
        if own_frames(error) or not f"{name}.".startswith(f"{error.name}."):
            raise broken(f"{name} could not be imported", error) from error
        raise LoadError(_nowhere(name, str(error.name))) from None
    except (Exception, SystemExit) as error:
        raise broken(f"{name} could not be imported", error) from error


def _nowhere(name: str, missing: str) -> str:
    """There is no such module; the nearest one of the same directory or package."""
    package, _, last = missing.rpartition(".")
    directory = Path.cwd()
    if package:
        search = list(getattr(sys.modules[package], "__path__", ()))
        if not search:
            hint = "; write it without .py" if last == "py" else ""
            return f"there is no module {name!r}: {package} is a module, not a package{hint}"
        directory = Path(search[0])
    near = did_you_mean(last, _modules_in(directory))
    where = f"in {directory}" if package else f"in {directory} or on the import path"
    return f"there is no module {missing!r} {where}{near}"


def _modules_in(directory: Path) -> list[str]:
    packages = [path.parent.name for path in directory.glob("*/__init__.py")]
    return sorted(packages + [path.stem for path in directory.glob("*.py")])


def _follow(module: ModuleType, target: Target) -> Any:
    found: Any = module
    name = module.__name__
    for part in target.path:
        try:
            found = getattr(found, part)
        except AttributeError:
            raise LoadError(f"{name} has no {part!r}{did_you_mean(part, dir(found))}") from None
        except Exception as error:
            raise broken(f"{name}.{part} raised", error) from error
        name = f"{name}.{part}"
    return found


def _usual(module: ModuleType) -> Target:
    name = module.__name__
    for attribute in USUAL:
        if hasattr(module, attribute):
            return Target(f"{name}:{attribute}", name, (attribute,))
    raise LoadError(f"{name} has neither `application` nor `app`: name it, as in {name}:NAME")


def _made(factory: Any, target: Target) -> Any:
    assert target.call
    if not callable(factory):
        name = f"{target.module}:{target.attribute}"
        raise LoadError(f"{name} is {_kind_of(factory)}, which cannot be called")
    try:
        return factory(*target.call.positional, **target.call.keywords)
    except (Exception, SystemExit) as error:
        raise broken(f"{target.spec} raised", error) from error


def _checked(found: Any, target: Target) -> WSGIApplication:
    """The application, if a call with (environ, start_response) could be one of WSGI."""
    if not callable(found):
        returned = "returned" if target.call else "is"
        raise LoadError(f"{target.spec} {returned} {_kind_of(found)}, not a WSGI application")
    if inspect.iscoroutinefunction(_code_of(found)):
        raise LoadError(_asgi(target))
    if not _takes(found, 2):
        if _takes(found, 3):
            raise LoadError(_asgi(target))
        raise LoadError(_no_application(found, target))
    application: WSGIApplication = found
    return application


def _asgi(target: Target) -> str:
    return f"{target.spec} is an ASGI application; Potstill serves WSGI ones"


def _no_application(found: Any, target: Target) -> str:
    message = f"{target.spec} cannot be called with (environ, start_response)"
    if _takes(found, 0) and not target.call:
        return f"{message}; if it makes the application, write {target.spec}()"
    return message


def _takes(found: Callable[..., object], count: int) -> bool:
    """Whether so many arguments fit; true also of what does not tell its signature."""
    call = _code_of(found)
    bound = count if call is found else count + 1  # the instance itself
    try:
        signature = inspect.signature(call)
    except (TypeError, ValueError):
        return True
    try:
        signature.bind(*range(bound))
    except TypeError:
        return False
    return True


def _code_of(found: Callable[..., object]) -> Callable[..., object]:
    """What runs when `found` is called: of an instance the `__call__` of its class.

    An instance is not asked for anything: it may be a proxy that first has to be set up.
    """
    if type(found) in _PLAIN_CALLABLES or issubclass(type(found), type):
        return found
    call: Callable[..., object] = type(found).__call__
    return call


def _kind_of(thing: object) -> str:
    if thing is None:
        return "None"
    if isinstance(thing, ModuleType):
        return f"the module {thing.__name__}"
    return f"an object of type {type(thing).__name__}"
