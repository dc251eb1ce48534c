"""The uploader's own words, which Streamlit says in English alone."""

from __future__ import annotations

import streamlit as st

from ui.language import words


def draw_button_words(key: str) -> None:
    """Ours stand in their place on the button of the uploader with this key; the limit is in its label."""
    button = f'.st-key-{key} [data-testid="stFileUploaderDropzone"]'
    st.html(
        f"""<style>
        {button} button p {{ font-size: 0; }}
        {button} button p::after {{ content: "{words("Choose a file")}"; font-size: 1rem; }}
        [data-testid="stFileUploaderDropzoneInstructions"] {{ display: none; }}
        </style>"""
    )
