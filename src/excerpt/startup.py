"""Frozen values that cost little to define: what the nodes of a query are, and what cannot be a tuple besides.

There are twenty kinds of nodes, and `dataclasses` writes and compiles six functions for each: 5 ms at every start of the
command, more than most searches take. Named tuples cost little too, but with them a Word would be equal to a Term. What is
made by the thousand is rather a dataclass: values of these classes take longer to make.
"""

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, dataclass_transform

if TYPE_CHECKING:
    from inspect import Signature

__all__ = ["FrozenValue"]


class _Signature:
    """The fields of a class as its arguments, for help() and editors: made when they ask, which no search does."""

    def __get__(self, _: object, owner: "type[FrozenValue]") -> "Signature":
        from inspect import Parameter, Signature

        return Signature(
            [
                Parameter(
                    name,
                    Parameter.POSITIONAL_OR_KEYWORD,
                    default=vars(owner).get(name, Parameter.empty),
                    annotation=owner.__annotations__[name],
                )
                for name in owner.__match_args__
            ]
        )


@dataclass_transform(frozen_default=True)
class FrozenValue:
    """The base of classes whose annotated fields are their arguments, in this order; some may have defaults.

    Values are equal if they are of one class and their fields are equal.

    >>> class Piece(FrozenValue):
    ...     text: str
    ...     weight: float = 1.0
    >>> Piece("war") == Piece(text="war", weight=1.0), Piece("war").replace(weight=2.0)
    (True, Piece(text='war', weight=2.0))
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()

    _defaults: ClassVar[dict[str, Any]] = {}
    __signature__: ClassVar[_Signature] = _Signature()

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = tuple(cls.__annotations__)  # type: ignore[misc]
        cls._defaults = {name: vars(cls)[name] for name in cls.__match_args__ if name in vars(cls)}

    def __init__(self, *values: Any, **named: Any) -> None:
        names = self.__match_args__
        given = dict(zip(names, values, strict=False)) | named
        fields = self._defaults | given
        if len(given) < len(values) + len(named) or fields.keys() != set(names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(names) or 'nothing'}")
        vars(self).update((name, fields[name]) for name in names)

    def replace(self, **changes: Any) -> Self:
        """The same with `changes` to some fields."""
        return type(self)(**(vars(self) | changes))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be removed")
