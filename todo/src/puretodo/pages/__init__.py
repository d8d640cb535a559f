"""The pages: HTML that works by forms alone, and comes alive with the scripts in `static`.

Every change is a POST that is answered with 303; nothing here speaks JSON. `install` puts all of it
into an application that provides `Database`, `Scope`, `Visitor` and `Today`, and has sessions.
"""

from puretodo.pages.installing import install

__all__ = ["install"]
