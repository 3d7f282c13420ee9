"""Interactive plots (plotly), with units, uncertainty and a name for the file they download as."""
