"""Moments as people read them: by the clock of Paris, whatever the machine's zone. What is stored is UTC."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
"""The zone of what people read, and of the hours that they set."""


def in_paris(moment: datetime) -> datetime:
    """The same moment by the clock of Paris; without a zone it is UTC, as moments are stored."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(PARIS)


def today() -> date:
    """The day that it is in Paris."""
    return datetime.now(PARIS).date()


def day_text(moment: datetime) -> str:
    """`23/11/2026`."""
    return f"{in_paris(moment):%d/%m/%Y}"


def minute_text(moment: datetime) -> str:
    """`23/11/2026 17:20`, as a name has it."""
    return f"{in_paris(moment):%d/%m/%Y %H:%M}"


def moment_text(moment: datetime) -> str:
    """`23/11/2026 à 17:20`, as a sentence has it."""
    return f"{in_paris(moment):%d/%m/%Y à %H:%M}"
