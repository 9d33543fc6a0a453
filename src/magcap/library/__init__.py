"""Data that comes with magcap: magnet grades, tissues, carriers, each with its source."""
