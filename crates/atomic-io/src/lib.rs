//! Durable atomic replacement of a file.
