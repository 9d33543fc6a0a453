"""Context managers that own something and close it at their end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """``with thing: …`` ends with ``thing.close()``."""

    @abstractmethod
    def close(self) -> None:
        """Free what is owned."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
