"""Spectrometers: files to transmittance at the wavelengths that properties are defined at."""
