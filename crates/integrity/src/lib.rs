//! Checksums, sealed text, checked lines, manifests.
