"""The chain of a database as a whole: which tables it proves, its verification, signed heads, its export."""
