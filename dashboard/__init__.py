"""The Streamlit face: thin pages that read records and add records."""
