"""magcap.solvers"""
