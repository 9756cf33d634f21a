"""From packets to findings: frames are chosen, looked at, tracked and judged by rules. Serves nobody."""
