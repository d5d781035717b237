"""The dashboard: `streamlit run Home.py`.

Streamlit imports this file to start the server, which it knows by `st.App`, and runs it for every visitor.
"""

from __future__ import annotations

import streamlit as st

if __name__ == "__main__":
    from ui.home.view import show

    show()
else:
    from ui.server.api import routes
    from ui.server.doors import layers, while_serving

    app = st.App(__file__, routes=routes(), middleware=layers(), lifespan=while_serving)
