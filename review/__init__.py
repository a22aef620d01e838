"""The stewards' page: pairs side by side, companies, decisions and corrections, in a browser."""
