"""What makes people unrecognisable: heads, sightings in between, and masked areas. Recognises nobody."""
