"""The pages people use: documents rendered here, alive through the same changes as the API."""
