"""The comparison of two versions, told to people."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from transforms.errors import InputError
from transforms.warehouse import versions
from transforms.warehouse.changes import Change
from transforms.warehouse.difference import Difference, Input, Side, compare
from transforms.warehouse.run_settings import SettingChange
from transforms.wording import number, plural

_SHOWN = 30
_TITLES = {
    "joined": ("entreprise arrivée", "entreprises arrivées"),
    "left": ("entreprise partie", "entreprises parties"),
    "merged": ("entreprise fusionnée dans une autre", "entreprises fusionnées dans une autre"),
    "split": ("entreprise séparée d'une autre", "entreprises séparées d'une autre"),
    "changed": ("entreprise modifiée", "entreprises modifiées"),
}
_OTHER = {"merged": "dans", "split": "de"}


def difference(warehouse: Path, old: str, new: str | None) -> Difference:
    """Compare `old` with `new` (None: what is published); each is a version of `warehouse` or a file.

    Raises:
        InputError: no such version, or no warehouse of ours.
        MachineError: a file cannot be read.
    """
    warehouse = warehouse.resolve()
    return compare(_file(warehouse, old), _file(warehouse, new) if new else warehouse)


def difference_text(found: Difference) -> str:
    """French lines: the counts first, then some examples of each kind."""
    blocks = [
        [f"De {_side(found.old)}", f"à  {_side(found.new)}"],
        count_block(found.counts),
        _block("Exports", [_input(one) for one in found.inputs]),
        settings_block(found.settings),
        _block("Lignes par table", [_rows(name, *counts) for name, counts in found.rows.items()]),
    ]
    blocks += example_blocks(found.changes)
    return "\n\n".join("\n".join(block) for block in blocks if block)


def count_block(counts: Mapping[str, int]) -> list[str]:
    """A title, then how many companies joined, left and so on, a line each."""
    return _block("Entreprises", [plural(counts.get(kind, 0), *_TITLES[kind]) for kind in _TITLES])


def settings_block(changes: Sequence[SettingChange]) -> list[str]:
    """A title, then the settings that differ, a line each; nothing if none does."""
    return _block("Réglages modifiés", list(map(str, changes)))


def example_blocks(changes: Sequence[Change]) -> list[list[str]]:
    """For each kind of change that there is a title and the first of them."""
    by_kind = {kind: list(same) for kind, same in groupby(changes, key=lambda change: change.kind)}
    return [
        _examples(titles[1].capitalize(), by_kind[kind])
        for kind, titles in _TITLES.items()
        if kind in by_kind
    ]


def _file(warehouse: Path, name: str) -> Path:
    path = Path(name)
    if path.exists() or path.suffix or path.name != name:
        return path.resolve()
    version = versions.choose(warehouse, name)
    if version.published:
        return warehouse
    if version.damage:
        raise InputError(
            "Cette version est abîmée : elle ne se compare pas.",
            found=f"{version.run_id} : {version.damage}",
            next_step="choisir une autre version : alliage versions les montre",
        )
    return version.folder / warehouse.name


def _block(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"  - {line}" for line in lines)] if lines else []


def _side(side: Side) -> str:
    return f"{side.path} ({f'exécution {side.run_id}, ' if side.run_id else ''}SHA-256 {side.sha256[:12]}…)"


def _input(one: Input) -> str:
    if one.old_file is None:
        return f"{one.source} : nouvelle source, {one.new_file}"
    if one.new_file is None:
        return f"{one.source} : plus d'export ; il y avait {one.old_file}"
    records = f"{number(one.old_records or 0)} → {plural(one.new_records or 0, 'fiche', 'fiches')}"
    if one.old_file == one.new_file:
        return f"{one.source} : {one.new_file}, même nom mais autre contenu ({records})"
    return f"{one.source} : {one.old_file} → {one.new_file} ({records})"


def _rows(name: str, before: int | None, after: int | None) -> str:
    old, new = ("absente" if count is None else number(count) for count in (before, after))
    return f"{name} : {old} → {new}"


def _examples(title: str, changes: list[Change]) -> list[str]:
    lines = _block(title, [_change(change) for change in changes[:_SHOWN]])
    more = len(changes) - _SHOWN
    if more > 0:
        lines.append(f"  … et {plural(more, 'autre ligne', 'autres lignes')} ; la liste entière : --json")
    return lines


def _change(change: Change) -> str:
    company = f"{change.company_id} {change.name}"
    if change.field:
        return f"{company}, {change.field} : {_value(change.old)} → {_value(change.new)}"
    return f"{company}, {_OTHER[change.kind]} {change.other_id}" if change.other_id else company


def _value(value: str | None) -> str:
    return "(vide)" if value is None else f"« {value} »"
