"""The last look before publication: is the result still what it was, and does it break no critical rule?"""
