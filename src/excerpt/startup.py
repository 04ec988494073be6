"""Everything whose only purpose is that the command starts and ends fast.

A search from the shell takes about as long as loading Python, NumPy and click, so each millisecond
of loading shows. The code for that is here, or explained here:

    measure                                                        gain in ms
    light query nodes (`FrozenValue`) instead of dataclasses              6
    no threads for linear algebra (`limit_blas_threads`)                 26
    fewer garbage collections (`collect_garbage_less_often`)              9
    no tear-down of the interpreter (`end_process`)                      34
    commands imported when they run (`cli.root`)                        205
    late import of the query grammar (Whoosh), for operators only        25
    late imports of what other queries, options and outputs need         94
    patterns of the lexer compiled when they are needed                   3
    no dataclass on the way of a plain search (`model.Span`)              2
    NumPy and pathlib without what no search calls (`import_in_part`)    20

Each gain is the increase of processor time (user and system) when the measure is undone: the
median over 41 runs of `excerpt search wages` on the sample corpus, each run paired with one of the
unchanged program, which took 207 ms. That of the query nodes is the time to import `query.ast`,
over 40 processes each. The last three were measured later, over 40 to 60 pairs, when a run took 130
to 150 ms. All this was with Python 3.11 and NumPy 2.4, on a busy machine with two cores.

Late imports. A module that every search loads imports at its top only what every search needs. It
imports within a function what one kind of query, one option or one output format needs, if loading
that takes a third of a millisecond or more. The entry point imports the commands within a function,
so that it can report whatever goes wrong meanwhile, and the package itself imports each public name
when it is first used. Commands import within their function what they call, so that help and error
messages need little. All other modules import at their top, except what few inputs or requests need
and takes long to load (chardet, lxml, matplotlib, py3langid and the readers that need them; pages
of help, tables of variants), and modules that only some platforms have.

Beware of NumPy functions that import more: `np.unique` without options loads `numpy.ma`, 8 ms. To
define a named tuple takes 0.07 ms, a `FrozenValue` a tenth of that, and to import any module about
0.1 ms. `tests/test_architecture.py` lists the modules that a plain search must not load.
"""

import atexit
import gc
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, dataclass_transform

if TYPE_CHECKING:
    from inspect import Signature

__all__ = [
    "FrozenValue",
    "collect_garbage_less_often",
    "end_process",
    "import_in_part",
    "limit_blas_threads",
]

_THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_GARBAGE_THRESHOLD = 100_000
"""New objects between two collections; the default of Python 3.11 is 700. Nearly all objects that
are made while modules load are code and classes, which stay."""

_UNUSED_PARTS = {
    # The documentation of functions in C; functions for linear algebra, with NumPy's type aliases;
    # functions that store arrays as pickles.
    "numpy": (
        "numpy._core._add_newdocs",
        "numpy._core._add_newdocs_scalars",
        "numpy.linalg",
        "pickle",
    ),
    "pathlib": ("urllib.parse",),  # for Path.as_uri
}
"""Modules that a module imports, though a search calls none of their functions."""


def limit_blas_threads() -> None:
    """Keep NumPy from starting threads for linear algebra, which excerpt does not use.

    Call this before NumPy is imported. Variables that the user has set are left alone.
    """
    for name in _THREAD_VARIABLES:
        os.environ.setdefault(name, "1")


def collect_garbage_less_often() -> None:
    """Let more objects accumulate between garbage collections in this process."""
    gc.set_threshold(_GARBAGE_THRESHOLD)


class _Placeholder(ModuleType):
    """A module in place of one from which others import functions, but seldom call them.

    Each of its attributes is a function that imports the module itself, and calls what has this
    name there.
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*arguments: Any, **named: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*arguments, **named)

        return call


def import_in_part() -> None:
    """Import NumPy and pathlib without the modules that a search does not need.

    These are imported when one of their functions is called, or when other code imports them.
    Modules that are already imported stay as they are.
    """
    for whole, parts in _UNUSED_PARTS.items():
        if whole in sys.modules:
            continue
        placeholders = {name: _Placeholder(name) for name in parts if name not in sys.modules}
        sys.modules.update(placeholders)
        try:
            import_module(whole)
        finally:
            for name in placeholders:
                del sys.modules[name]


def end_process(code: int) -> NoReturn:
    """End the process with the exit code `code`, without taking the interpreter apart.

    The operating system frees all memory at once; Python would free object by object. Exit
    handlers run and the standard streams are flushed. If other threads are running, the process
    ends in the usual way, which waits for them.
    """
    if threading.active_count() > 1:
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way to run them before os._exit
    for stream in (sys.stdout, sys.stderr):
        # If this fails, nobody reads the stream; earlier errors have been reported.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


class _Signature:
    """The signature of a `FrozenValue` class, for `help()` and editors, built when requested."""

    def __get__(self, _: object, owner: "type[FrozenValue]") -> "Signature":
        from inspect import Parameter, Signature

        required, fields = owner._required, owner._fields  # noqa: SLF001 - of its own class
        return Signature(
            [
                Parameter(
                    name,
                    Parameter.POSITIONAL_OR_KEYWORD,
                    default=Parameter.empty if name in required else fields[name],
                    annotation=owner.__annotations__[name],
                )
                for name in owner.__match_args__
            ]
        )


@dataclass_transform(frozen_default=True)
class FrozenValue:
    """A base class that works like `@dataclass(frozen=True)` but is cheap to subclass.

    `dataclass` generates and compiles six functions for each class, 0.3 ms at every start;
    subclasses of `FrozenValue` share theirs. In return, creating an instance is slower. Use it
    for classes with few instances, such as query nodes. Named tuples are not an alternative: a
    `Word` would be equal to a `Term`.

    Annotated class attributes are the fields, in order; they may have defaults. Values are equal
    if their classes and fields are.

    >>> class Fragment(FrozenValue):
    ...     text: str
    ...     weight: float = 1.0
    >>> Fragment("war") == Fragment(text="war", weight=1.0)
    True
    >>> Fragment("war").replace(weight=2.0)
    Fragment(text='war', weight=2.0)
    """

    __slots__ = ("__dict__", "__weakref__", "_hash")
    __match_args__: ClassVar[tuple[str, ...]] = ()

    _fields: ClassVar[dict[str, Any]] = {}
    """The default of each field, or None."""
    _required: ClassVar[frozenset[str]] = frozenset()
    """The fields without a default."""
    _n_leading: ClassVar[int] = 0
    """The number of fields before the first with a default."""
    __signature__: ClassVar[_Signature] = _Signature()

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = names = tuple(cls.__annotations__)  # type: ignore[misc]
        defaults = {name: vars(cls)[name] for name in names if name in vars(cls)}
        for name in defaults:  # each instance has its own; see `Hit.__getattr__`
            delattr(cls, name)
        cls._fields = dict.fromkeys(names) | defaults
        cls._required = frozenset(names) - defaults.keys()
        cls._n_leading = next((i for i, name in enumerate(names) if name in defaults), len(names))

    def __init__(self, *values: Any, **named: Any) -> None:
        names = self.__match_args__
        # In the order of the names, whatever is given.
        fields = vars(self)
        fields.update(self._fields)
        fields.update(zip(names, values, strict=False))
        if named or not self._n_leading <= len(values) <= len(names):
            fields.update(named)
            left = names[len(values) :]
            if (
                len(values) > len(names)
                or not named.keys() <= set(left)
                or not self._required.isdisjoint(set(left) - named.keys())
            ):
                raise TypeError(
                    f"{type(self).__name__} takes the fields {', '.join(names) or '(none)'}"
                )

    def replace(self, **changes: Any) -> Self:
        """Return a copy with `changes` to some fields."""
        return type(self)(**(vars(self) | changes))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        # Kept, since the trees of queries are the keys of several dictionaries.
        try:
            known: int = self._hash  # type: ignore[attr-defined]
        except AttributeError:
            found = hash((type(self), *vars(self).values()))
            object.__setattr__(self, "_hash", found)
            return found
        return known

    def __getstate__(self) -> dict[str, Any]:
        return vars(self).copy()  # without the hash, which differs between processes

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be removed")
