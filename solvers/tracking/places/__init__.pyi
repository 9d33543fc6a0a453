from .sampling import draw as draw
