"""Charts as geometry: where marks and words go. Templates draw them as SVG; no script needed.

Across, positions are percentages of the plot's width, so that a chart fills any card while its
text keeps its size; down, they are pixels.
"""
