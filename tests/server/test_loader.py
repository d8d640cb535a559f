from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from wsgiref.util import setup_testing_defaults

import pytest

from potstill.server.loader import LoadError, load

APP = """
def {name}(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [{body!r}]
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory; what is imported from it is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield tmp_path
    for name in sys.modules.keys() - before:
        del sys.modules[name]


def write(path: Path, *sources: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(sources), "utf-8")


def body(spec: str) -> bytes:
    """What the loaded application answers."""
    environ: dict[str, object] = {}
    setup_testing_defaults(environ)
    return b"".join(load(spec)(environ, lambda *_: lambda data: None))


def refusal(spec: str) -> LoadError:
    with pytest.raises(LoadError) as refused:
        load(spec)
    assert "\n" not in refused.value.sentence
    return refused.value


def test_an_attribute_of_a_module_is_found(place: Path) -> None:
    write(place / "shop.py", APP.format(name="site", body=b"a"))
    assert body("shop:site") == b"a"


def test_a_module_in_a_package_is_found(place: Path) -> None:
    write(place / "shop" / "__init__.py")
    write(place / "shop" / "web.py", APP.format(name="site", body=b"a"))
    assert body("shop.web:site") == b"a"


def test_an_attribute_of_an_attribute_is_found(place: Path) -> None:
    write(
        place / "shop.py",
        APP.format(name="site", body=b"a"),
        "class admin:\n    class web:\n        site = staticmethod(site)\n",
    )
    assert body("shop:admin.web.site") == b"a"


def test_a_module_alone_is_asked_for_application_and_then_for_app(place: Path) -> None:
    write(place / "shop.py", APP.format(name="app", body=b"app"))
    write(
        place / "store.py",
        APP.format(name="app", body=b"app"),
        APP.format(name="application", body=b"application"),
    )
    assert body("shop") == b"app"
    assert body("store") == b"application"


def test_a_factory_is_called_with_its_literals(place: Path) -> None:
    write(
        place / "shop.py",
        "def create(name='dev', *, debug=False):\n"
        "    def app(environ, start_response):\n"
        "        start_response('200 OK', [])\n"
        "        return [f'{name} {debug}'.encode()]\n"
        "    return app\n",
    )
    assert body("shop:create()") == b"dev False"
    assert body('shop:create("prod", debug=True)') == b"prod True"


def test_an_instance_and_a_class_may_be_applications(place: Path) -> None:
    write(
        place / "shop.py",
        "class Site:\n"
        "    def __call__(self, environ, start_response):\n"
        "        return [b'instance']\n"
        "site = Site()\n"
        "class Answer:\n"
        "    def __init__(self, environ, start_response): pass\n"
        "    def __iter__(self): yield b'class'\n",
    )
    assert body("shop:site") == b"instance"
    assert body("shop:Answer") == b"class"


def test_the_working_directory_comes_first_and_once(place: Path) -> None:
    write(place / "lib" / "shop.py", APP.format(name="app", body=b"lib"))
    write(place / "shop.py", APP.format(name="app", body=b"here"))
    sys.path.insert(0, str(place / "lib"))
    assert body("shop:app") == b"here"
    load("shop:app")
    assert sys.path.count(str(place)) == 1


def test_a_module_that_is_not_there_is_answered_with_the_nearest(place: Path) -> None:
    write(place / "shop.py")
    message = f"there is no module 'shp' in {place} or on the import path; did you mean shop?"
    assert str(refusal("shp:app")) == message


def test_a_package_near_by_is_named_too(place: Path) -> None:
    write(place / "shop" / "__init__.py")
    write(place / "shop" / "wsgi.py")
    assert str(refusal("shopp.wsgi:app")).endswith("; did you mean shop?")
    message = f"there is no module 'shop.wsg' in {place / 'shop'}; did you mean wsgi?"
    assert str(refusal("shop.wsg:app")) == message


def test_a_module_is_no_package(place: Path) -> None:
    write(place / "shop.py")
    message = "there is no module 'shop.web': shop is a module, not a package"
    assert str(refusal("shop.web:app")) == message


def test_the_name_of_a_file_is_answered_with_the_name_of_the_module(place: Path) -> None:
    write(place / "shop.py")
    assert str(refusal("shop.py:app")).endswith("; write it without .py")


def test_an_attribute_that_is_not_there_is_answered_with_the_nearest(place: Path) -> None:
    write(place / "shop.py", "class admin:\n    site = None\napplication = None\n")
    assert str(refusal("shop:applicaton")) == (
        "shop has no 'applicaton'; did you mean application?"
    )
    assert str(refusal("shop:admin.sit")) == "shop.admin has no 'sit'; did you mean site?"


def test_a_module_without_an_application_is_asked_to_name_it(place: Path) -> None:
    write(place / "shop.py")
    message = "shop has neither `application` nor `app`: name it, as in shop:NAME"
    assert str(refusal("shop")) == message


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("app = 3", "an object of type int"),
        ("app = None", "None"),
        ("import os as app", "the module os"),
    ],
)
def test_what_cannot_be_called_is_no_application(place: Path, source: str, kind: str) -> None:
    write(place / "shop.py", source)
    assert str(refusal("shop:app")) == f"shop:app is {kind}, not a WSGI application"
    assert str(refusal("shop:app()")) == f"shop:app is {kind}, which cannot be called"


def test_a_factory_must_return_an_application(place: Path) -> None:
    write(place / "shop.py", "def create():\n    site = create\n")
    assert str(refusal("shop:create()")) == "shop:create() returned None, not a WSGI application"


def test_a_factory_without_its_parentheses_is_recognized(place: Path) -> None:
    write(place / "shop.py", "def create(config=None):\n    return print\n")
    assert str(refusal("shop:create")) == (
        "shop:create cannot be called with (environ, start_response); "
        "if it makes the application, write shop:create()"
    )


def test_what_takes_other_arguments_is_no_application(place: Path) -> None:
    write(place / "shop.py", "def app(request):\n    pass\n")
    message = "shop:app cannot be called with (environ, start_response)"
    assert str(refusal("shop:app")) == message


@pytest.mark.parametrize(
    "source",
    [
        "async def app(scope, receive, send): pass",
        "class App:\n    async def __call__(self, scope, receive, send): pass\napp = App()",
        "def app(scope, receive, send): pass",
        "async def inner(scope, receive, send): pass\n"
        "import functools\napp = functools.partial(inner)",
    ],
)
def test_an_asgi_application_is_called_by_its_name(place: Path, source: str) -> None:
    write(place / "shop.py", source)
    message = "shop:app is an ASGI application; Potstill serves WSGI ones"
    assert str(refusal("shop:app")) == message
    assert str(refusal("shop")) == message


def test_an_application_that_hides_its_signature_is_believed(place: Path) -> None:
    write(place / "shop.py", "app = type\n")  # a builtin that tells no signature
    found: list[object] = [load("shop:app")]
    assert found == [type]


def test_an_error_in_the_applications_import_keeps_its_own_frames(place: Path) -> None:
    write(place / "shop.py", "import stock\n")
    write(place / "stock.py", "def count():\n    return 1 / 0\ncount()\n")
    error = refusal("shop:app")
    assert error.sentence == "shop could not be imported: ZeroDivisionError: division by zero"
    lines = error.traceback.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == f'  File "{place / "shop.py"}", line 1, in <module>'
    assert [line for line in lines if "potstill" in line or "importlib" in line] == []
    assert lines[-1] == "ZeroDivisionError: division by zero"
    assert str(error) == error.traceback + error.sentence


def test_a_missing_module_of_the_application_is_not_taken_for_the_application(
    place: Path,
) -> None:
    write(place / "shop.py", "import no_such_library\n")
    error = refusal("shop:app")
    assert error.sentence == (
        "shop could not be imported: ModuleNotFoundError: No module named 'no_such_library'"
    )
    assert "import no_such_library" in error.traceback


def test_a_package_that_misses_a_part_of_itself_is_not_taken_for_missing(place: Path) -> None:
    write(place / "shop" / "__init__.py", "import shop.web\n")
    assert "import shop.web" in refusal("shop.web:app").traceback


def test_an_error_of_syntax_shows_its_line(place: Path) -> None:
    write(place / "shop.py", "def app(:\n")
    error = refusal("shop:app")
    assert error.sentence.startswith("shop could not be imported: SyntaxError: ")
    assert "def app(:" in error.traceback


def test_an_import_that_ends_the_process_does_not_end_it(place: Path) -> None:
    write(place / "shop.py", "import sys\nsys.exit('no database')\n")
    error = refusal("shop:app")
    assert error.sentence == "shop could not be imported: SystemExit: no database"
    assert "sys.exit" in error.traceback


def test_an_error_in_a_factory_keeps_its_traceback(place: Path) -> None:
    write(place / "shop.py", "def create():\n    raise LookupError('a\\nb')\n")
    error = refusal("shop:create()")
    assert error.sentence == "shop:create() raised: LookupError: a"
    assert error.traceback.splitlines()[1].endswith("line 2, in create")


def test_a_factory_that_takes_other_arguments_needs_no_traceback(place: Path) -> None:
    write(place / "shop.py", "def create(): pass\n")
    error = refusal("shop:create(1)")
    assert error.sentence.startswith("shop:create(1) raised: TypeError: create() takes 0")
    assert error.traceback == ""


def test_an_error_on_the_way_to_an_attribute_keeps_its_traceback(place: Path) -> None:
    write(place / "shop.py", "def __getattr__(name):\n    raise OSError('gone')\n")
    error = refusal("shop:app")
    assert error.sentence == "shop.app raised: OSError: gone"
    assert "raise OSError('gone')" in error.traceback
