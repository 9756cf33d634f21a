"""What devices' own words come down to: one shape for every vendor's dialect, and how its bytes are read within limits.

Knows no vendor: the dialects of cameras are in `vision/events/`, those of trackers in `mobile_units/trackers/`, and all
of them are listed in `mapserver/intake/dialects.py`.
"""
