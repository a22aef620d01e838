"""The seats of the board: rules of apportionment, their parameters, and the tables of their results."""
