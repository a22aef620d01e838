"""The sections of the report, one small module each: a query, what it says, its picture and its table."""
