"""What several pages share: the list of pages, layout, models, downloads, notifications."""

import streamlit as st

from emotion_core.extras import missing

# Whichever page is opened imports this first; the server itself does not. Others may have installed Streamlit alone.
if hint := missing("streamlit_webrtc", "av", "plotly", "pyarrow", "scipy", "skimage"):
    st.error(f"The pages cannot be shown: {hint}", icon=":material/extension_off:")
    st.stop()
