"""Referrals, for pages, programs and the services themselves; and what sends them."""
