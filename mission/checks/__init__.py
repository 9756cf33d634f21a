"""Pre-flight checks: what stands in the way of a flight, why, and what would clear it.

 1 papers       operator, pilot and drone valid on the day       9 energy       battery with reserve, from anywhere
 2 category     open A1, A2, A3, or authorised specific         10 weather      within the drone's limits, and known
 3 height       over terrain, every leg, there and back         11 daylight     day, or lights for the night
 4 zones        UAS geographical zones in 4-D                   12 overlap      other own flights
 5 zone_data    their age and validity                          13 geofence     holds path, buffer and returns
 6 permits      for zones that want one                         14 return_path  the vehicle's own way home, rally points
 7 sight        VLOS, or authorised BVLOS                       15 link         range, card, link loss, recordings
 8 ground_risk  people below the buffer                         16 crew_duty    the pilot's hours and rest

Each is a pure function from `inputs.Inputs` to verdicts (`sixteen.py` runs them all); the profile, its volumes and the
inputs are worked out once. `context.py` is the one place that gathers inputs from the database.
"""
