"""The towns' fixed cameras: where they stand, what they watch, and under which names their events arrive."""
