"""Links between incidents: what a person says that one has to do with another. They join nothing."""
