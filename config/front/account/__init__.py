"""Signing in, and what people keep of it: password, passkeys, codes and sessions."""
