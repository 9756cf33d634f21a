"""The live map: snapshot, feed, places by name."""
