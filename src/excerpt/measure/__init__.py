"""Measurements of speed and quality, as commands of the product."""
