"""Tests of the incidents over the API and on their pages."""
