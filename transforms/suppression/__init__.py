"""Persons who asked to be erased: known by keyed hashes alone, found in any text, kept from coming back."""
