"""Every operation of the API with every role."""
