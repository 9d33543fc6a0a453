"""magcap.postprocess"""
