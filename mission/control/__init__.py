"""The control of a vehicle: which one pilot may start and command it, and how it passed from hand to hand."""
