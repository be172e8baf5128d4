"""Answers assistants over the Model Context Protocol. An entry point: the same functions as the pages, and nothing that writes."""
