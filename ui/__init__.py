"""What the pages share and needs Streamlit, one file a subject.

A page is shown before what it works with is loaded, so these modules import OpenCV, LiteRT, plotly and pandas (half a
second and more) only inside the functions that need them.
"""

import streamlit as st

from emotion_core.extras import missing

# Whichever page is opened imports this first. Others may have installed Streamlit alone.
if hint := missing("streamlit_webrtc", "av", "plotly", "pyarrow", "scipy", "skimage"):
    st.error(f"The pages cannot be shown: {hint}", icon=":material/extension_off:")
    st.stop()
