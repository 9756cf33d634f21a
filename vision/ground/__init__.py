"""Where on the ground is what a camera sees: from its pose and lens, or from clicked points. Pure geometry."""
