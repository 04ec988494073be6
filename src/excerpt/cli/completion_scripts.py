"""The scripts for completion in bash and zsh, in which paths are quoted by the shell.

Those of click insert a path as it is, so that one with a space becomes two arguments, and a space
after each folder. That for fish has neither fault. Paths are items of the type `path`.
"""

from typing import Any, ClassVar

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ZshComplete,
    add_completion_class,
)

__all__ = ["add_scripts"]

_BASH = r"""
%(complete_func)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            file,*) compopt -o default ;;
            dir,*) compopt -o dirnames ;;
            *) COMPREPLY+=("${line#*,}") ;;
        esac
        case $line in
            path,*/) compopt -o filenames -o nospace ;;
            path,*) compopt -o filenames ;;
        esac
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \
        %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
_ZSH = r"""
#compdef %(prog_name)s
%(complete_func)s() {
    local -a lines plain described folders
    local type value help
    lines=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \
        %(complete_var)s=zsh_complete %(prog_name)s)}")
    for type value help in $lines; do
        case $type:$value:$help in
            path:*/:*) folders+=("$value") ;;
            path:*|plain:*:_) plain+=("$value") ;;
            plain:*) described+=("$value:$help") ;;
            dir:*) _path_files -/ ;;
            file:*) _path_files -f ;;
        esac
    done
    if (( $#described )); then _describe -V unsorted described -U; fi
    if (( $#folders )); then compadd -U -S '' -V folders -a folders; fi
    if (( $#plain )); then compadd -U -V unsorted -a plain; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


class _Bash(BashComplete):
    source_template: ClassVar[str] = _BASH

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return a completion in one line, with its type."""
        return f"{_type_of(item)},{item.value}"


class _Zsh(ZshComplete):
    source_template: ClassVar[str] = _ZSH

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return a completion in three lines: type, value, description."""
        _, _, rest = super().format_completion(item).partition("\n")
        return f"{_type_of(item)}\n{rest}"


def _type_of(item: CompletionItem[Any]) -> str:
    return "path" if item.is_path else item.type


def add_scripts() -> None:
    """Replace the scripts of click for bash and zsh."""
    add_completion_class(_Bash)
    add_completion_class(_Zsh)
