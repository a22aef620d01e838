"""Help and usage errors of the command line in French; what Typer says of its own is English."""

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from transforms.errors import InputError

# What Typer adds to the help of an option or argument, and the kinds of values.
_ADDED = {
    "[required]": "[obligatoire]",
    "[default: ": "[par défaut : ",
    "[env var: ": "[variable : ",
    "; required]": " ; obligatoire]",
}
_KINDS = {"path": "chemin", "str": "texte", "int": "nombre", "float": "nombre"}
_KIND = re.compile(r"<(?:list\[)?(\w+)\]?>")
# What is wrong with a command, and what stands for it.
_FOUND = (
    (r"No such option: (.+?)(?: \(Possible options: .*\))?", "option inconnue : {0}"),
    (r"No such command '(.*)'\.?(?: Did you mean .*\?)?", "commande inconnue : {0}"),
    (r"Missing option '(.*?)'(?: .*)?\.", "l'option {0} manque"),
    (r"Missing argument '(.*?)'(?: .*)?\.", "il manque : {0}"),
    (r"Missing command\.", "aucune commande"),
    (r"Option '(.*?)' requires an? .*argument.*", "rien après l'option {0}"),
    (r"Option '(.*?)' does not take a value\.", "une valeur donnée à l'option {0}, qui n'en a pas"),
    (r"Got unexpected extra argument(?:\(s\)|s)? \((.*)\)", "un mot de trop : {0}"),
    (r"Invalid value for '?(.*?)'?: .*", "une valeur qui ne convient pas à {0}"),
)
_MEANT = re.compile(r"(?:Possible options: |Did you mean )(.*?)[?)]?$")


class _InFrench:
    """Usage, sections and the help option of a command, in French."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line that says how the command is written."""
        pieces = map(_unbraced, ctx.command.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="Utilisation : ")

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, which says so in French."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Montrer cette aide, sans rien faire d'autre."
        return option

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, then options, then commands; a space before the colon, as French has it."""
        for title, kind in (("Arguments ", "argument"), ("Options ", "option")):
            parameters = [one for one in ctx.command.get_params(ctx) if one.param_type_name == kind]
            records = [_in_french(*record) for one in parameters if (record := one.get_help_record(ctx))]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)
        commands = getattr(ctx.command, "commands", {})
        if commands:
            room = formatter.width - 6 - max(map(len, commands))
            with formatter.section("Commandes "):
                formatter.write_dl([(name, one.get_short_help_str(room)) for name, one in commands.items()])


class FrenchCommand(_InFrench, TyperCommand):
    """A command whose help is French."""


class FrenchGroup(_InFrench, TyperGroup):
    """A program of several commands whose help is French."""


def usage_error(error: typer.TyperException) -> InputError:
    """What Typer refuses, as an error of ours: what was found, what may be meant, where help is."""
    said = error.format_message()
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "alliage"
    meant = _MEANT.search(said)
    return InputError(
        "Cette commande ne se comprend pas.",
        found=_found(said),
        expected=f"peut-être {meant[1].replace(chr(39), '')}" if meant else None,
        next_step=f"voir {command} --help",
    )


def _found(said: str) -> str:
    for pattern, french in _FOUND:
        if match := re.fullmatch(pattern, said, re.DOTALL):
            return french.format(*match.groups())
    return said


def _unbraced(piece: str) -> str:
    """`{EXPORT}`, as Typer writes what must be given, as people write it."""
    return piece[1:].removesuffix("...").removesuffix("}") if piece.startswith("{") else piece


def _in_french(name: str, text: str) -> tuple[str, str]:
    for english, french in _ADDED.items():
        text = text.replace(english, french)
    return _KIND.sub(lambda kind: f"<{_KINDS.get(kind[1].lower(), kind[1])}>", name), text
