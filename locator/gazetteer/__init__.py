"""Reads the gazetteers that pip brings, once, into `Place` and `PlaceName`.

`zips`, `pins` and `cities` each turn one package into rows, `towns` makes one row of
what several of them know, `load` writes. The packages take up to 150 MB each: nothing
that serves pages imports from here.
"""
