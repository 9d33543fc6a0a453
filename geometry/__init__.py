"""magcap.geometry"""
