"""The torture run: Muster on real servers while everything around it is killed at random."""
