"""What each signal says about a pair: one level a signal, a missing value being a level of its own."""

from typing import Annotated

from pydantic import Field

from transforms.matching.comparisons.address import AddressComparison
from transforms.matching.comparisons.company_name import CompanyNameComparison
from transforms.matching.comparisons.date import DateComparison
from transforms.matching.comparisons.domain import DomainComparison
from transforms.matching.comparisons.identifier import IdentifierComparison
from transforms.matching.comparisons.nested import NestedComparison
from transforms.matching.comparisons.number import NumberComparison
from transforms.matching.comparisons.text import TextComparison
from transforms.matching.comparisons.third_record import ThirdRecordComparison
from transforms.matching.comparisons.words import WordsComparison

AnyComparison = Annotated[
    AddressComparison
    | CompanyNameComparison
    | DateComparison
    | DomainComparison
    | IdentifierComparison
    | NestedComparison
    | NumberComparison
    | TextComparison
    | ThirdRecordComparison
    | WordsComparison,
    Field(discriminator="kind"),
]
