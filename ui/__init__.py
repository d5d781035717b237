"""What the pages share and needs Streamlit, one file a subject.

A page is shown before what it works with is loaded, so these modules import OpenCV, LiteRT, plotly and pandas (half a
second and more) only inside the functions that need them.
"""
