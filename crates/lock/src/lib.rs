//! Cross-process locks: wait, deadline, holder, fencing token.
