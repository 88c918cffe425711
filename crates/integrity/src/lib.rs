//! Checksums, sealed text, checked lines, manifests.
//!
//! A disk gives back other bytes than it was given more often than it says so, and a file that was
//! copied half way looks like a file. This crate makes text that can tell: a reader learns that the
//! bytes are those that were written, before it makes anything of them. It refuses to do I/O, to
//! parse what it protects, and to repair: it says what is so, and its caller decides.
//!
//! Three forms, for three shapes of data, and one function below them:
//!
//! * [`seal`]: one JSON object that carries its own checksum. For a file that is replaced whole.
//! * [`line`](mod@line): lines that are believed one by one. For a log, whose end is where its writer was stopped.
//! * [`manifest`]: names and digests that `sha256sum -c` reads. For a set of files.
//! * [`digest()`] and [`Hasher`]: SHA-256 itself, with a [`Digest`] that reads and prints as everybody's.
//!
//! All of it is text that common tools show and check without us.
//!
//! ```
//! use integrity::{ErrorKind, line, seal};
//!
//! // A file that carries its checksum.
//! let sealed = seal::seal("{\n  \"theme\": \"dark\"\n}\n", "checksum")?;
//! assert!(sealed.ends_with("\"\n}\n"));
//! seal::verify(sealed.as_bytes(), "checksum")?;
//!
//! let edited = sealed.replace("dark", "bark");
//! let error = seal::verify(edited.as_bytes(), "checksum").unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Mismatch);
//!
//! // A log of which the last line was not written to its end. The salt is the position.
//! let mut log = Vec::new();
//! line::encode(br#"{"put":"ada"}"#, 0, &mut log)?;
//! line::encode(br#"{"put":"bob"}"#, log.len() as u64, &mut log)?;
//! log.truncate(log.len() - 5);
//!
//! let line::Line::Complete { payload, rest } = line::decode(&log, 0, 1024) else { panic!() };
//! assert_eq!(payload, br#"{"put":"ada"}"#);
//! let position = (log.len() - rest.len()) as u64;
//! assert!(matches!(line::decode(rest, position, 1024), line::Line::Torn { .. }));
//! # Ok::<(), integrity::Error>(())
//! ```
//!
//! # Guarantees
//!
//! * A sealed text and a sealed manifest: any change of any byte is found, the checksum's own line
//!   included, and any truncation, extension and reordering. That rests on SHA-256.
//! * A checked line: any change of up to 32 neighbouring bits of its payload or checksum is found
//!   for certain, any other change except for one in 2³². It does not decode under another salt.
//! * Whatever the bytes: no panic, no recursion, no memory beyond a copy of what was given.
//!   A line's length is not followed past the caller's limit, nor past the bytes there are.
//!
//! # Limitations
//!
//! * These are checksums, not signatures: who can write the file can write its checksum.
//! * Damage that takes a checksum line whole and leaves whole text behind can't be told from a text
//!   that never had one: [`ErrorKind::Unsealed`] is damage to a caller that requires a seal.
//! * [`seal`] takes JSON as a pretty printer writes it, and does not check that it is JSON.
//! * CRC-32C is no defence against somebody who chooses the bytes, and a line's payload ends at 4 GiB.
//! * Names in a manifest are UTF-8. Its last line is a comment to GNU `sha256sum` and Perl's `shasum`;
//!   Busybox' doesn't know comments and counts a bad line.

mod closing;
mod digest;
mod error;
pub mod line;
pub mod manifest;
pub mod seal;

pub use digest::{Digest, Hasher, digest};
pub use error::{Error, ErrorKind};
