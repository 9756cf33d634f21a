"""Photos, voice and documents that people add to notes of a timeline."""
