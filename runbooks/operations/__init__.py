"""Changes to runbooks and the glossary."""
