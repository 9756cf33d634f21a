"""Photos, voice and documents on notes: taken in, shown, and every look at them written down."""
