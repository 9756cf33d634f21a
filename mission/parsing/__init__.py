"""Reading what strangers send within limits. Knows no plan, no zone and no other noun of this package."""
