"""Events of fixed cameras and alarm panels in their vendors' words, each dialect a module or a folder.

They become observations in `observations.py` and nowhere else; `mapserver/intake/dialects.py` lists them.
"""
