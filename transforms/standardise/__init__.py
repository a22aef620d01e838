"""One concept a file: names, identifiers, addresses, contacts, figures, dates."""
