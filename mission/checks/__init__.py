"""Pre-flight checks: what stands in the way of a flight, why, and what would clear it.

Each is a pure function from `inputs.Inputs` to verdicts; `registry.py` names them all and runs them in their order. The
profile, its volumes and the inputs are worked out once. `mission/flights/check_inputs.py` gathers the inputs from the
database, `offline.py` from the command line.
"""
