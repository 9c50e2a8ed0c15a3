"""What keeps a Spring application from starting, as its log tells it.

Source: spring-boot 4.0 `SpringApplication.java` (reportFailure),
`diagnostics/LoggingFailureAnalysisReporter.java`.

Unlike the real one: the trace of calls behind an exception is left out.
"""

from __future__ import annotations

STARS = "*" * 27


class StartFailure(Exception):
    """An application does not start; its lines are those of its log."""

    def __init__(self, *lines: str) -> None:
        super().__init__(lines[-1])
        self.lines = lines

    @classmethod
    def thrown(cls, kind: str, message: str) -> StartFailure:
        """An exception that nobody explains."""
        return cls("Application run failed", f"{kind}: {message}")

    @classmethod
    def analyzed(cls, description: str, action: str) -> StartFailure:
        """A failure that Spring Boot explains."""
        return cls(STARS, "APPLICATION FAILED TO START", STARS, "Description:",
                   *description.split("\n"), "Action:", action)  # fmt: skip

    @classmethod
    def unbound(cls, name: str, value: object, reason: str) -> StartFailure:
        """A property that does not fit the field that it is meant for."""
        lines = (
            f"Failed to bind properties under '{name}':", f"    Property: {name}",
            f'    Value: "{value}"', f"    Reason: {reason}",
        )  # fmt: skip
        return cls.analyzed("\n".join(lines), "Update your application's configuration")
