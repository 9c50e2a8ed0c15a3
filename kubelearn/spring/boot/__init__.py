"""Spring Boot: how a program of Spring starts, what it reads, and what it says when it cannot."""
