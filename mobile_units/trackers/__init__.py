"""Where people and vehicles are, as their phones and trackers say it: the dialects of OwnTracks and OsmAnd."""
