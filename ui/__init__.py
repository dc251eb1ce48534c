"""Everything that knows Streamlit, apart from the screens themselves: the frame, the language, filters, the cache."""
