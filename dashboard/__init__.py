"""The dashboard: what a lab looks at all day. Thin screens over view functions that know nothing of Streamlit."""
