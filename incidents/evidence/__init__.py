"""Evidence bundles: everything there is of one incident, as one zip file that anybody can verify."""
