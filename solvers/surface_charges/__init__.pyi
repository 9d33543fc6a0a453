from .reaction import (
    PANELS as PANELS,
    ReactingScene as ReactingScene,
    react as react,
    suffices as suffices,
)
