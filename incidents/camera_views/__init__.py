"""Which cameras could have seen an incident, which way somebody drove from it, and what nobody saw."""
