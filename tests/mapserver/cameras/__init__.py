"""The registry of fixed cameras over the API and as a page."""
