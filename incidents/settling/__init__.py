"""The server's incidents, made what the grouping of all that was said says they are.

A receipt names an incident at once, by the words that came before it (`incidents/merging/decide.py`). Settling looks at
the neighbourhood as a whole and corrects that. `settle` is pure; `service` reads and writes.
"""
