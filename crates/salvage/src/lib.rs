//! Everything that still parses in a damaged JSON document.
//!
//! A file that was cut off, has a hole of zeros, was edited by hand or lost a bracket is refused as a
//! whole by any JSON parser, with all the records in it that are perfectly well. This crate reads on: it
//! gives back each record that is whole, the text of the document without the others, and says what is
//! gone, byte for byte. It refuses to guess: what touches a damaged place is lost, and a value whose name
//! is gone gets no other.
//!
//! * [`salvage()`] takes bytes, [`Options`] limits and hints; the answer is a [`Salvage`].
//! * [`Salvage::text`] is JSON again: what is left, in its old shape and order, every lexeme as it stood.
//! * [`Salvage::records`] are the values that came through, each a [`Record`] with its place.
//! * [`Salvage::lost`] is the rest: ranges of bytes, and which record each belonged to where that is known.
//! * [`Salvage::repairs`] is what was wrong and cost nothing: a comment, a trailing comma, UTF-16.
//!
//! ```
//! use salvage::{Key, salvage};
//!
//! // The third record was never written to its end.
//! let cut = br#"{
//!   "version": "1.0",
//!   "features": [
//!     {"id": "f1", "hours": 4.0},
//!     {"id": "f2", "hours": 2.5},
//!     {"id": "f3", "hou"#;
//! let left = salvage(cut);
//!
//! let records: Vec<&str> = left.records().iter().map(|record| record.text()).collect();
//! assert_eq!(records, [r#""1.0""#, r#"{"id": "f1", "hours": 4.0}"#, r#"{"id": "f2", "hours": 2.5}"#]);
//!
//! let lost = &left.lost()[0];
//! assert_eq!(lost.collection.as_deref(), Some("/features"));
//! assert_eq!(lost.key, Some(Key::Index(2)));
//! assert_eq!(lost.range.end, cut.len());
//!
//! let text: serde_json::Value = serde_json::from_str(left.text().unwrap())?;
//! assert_eq!(text["features"][1]["id"], "f2");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # What a record is
//!
//! A document is one array or object, the *root*. *Collections* are the containers that may be given back
//! with less in them than they had; a *record* is a value in a collection, and is given back whole or not
//! at all. The root is a collection. Below it, [`Options::collection`] says which ones are; or else the
//! shape does:
//!
//! * an array in a collection that is an object, if it holds containers, if the object also holds
//!   scalars (`version`, `updated`), or if it is the only array there;
//! * an object in the root that holds nothing but containers, unless another object there has mostly the
//!   same members: then both are records;
//! * the only object in a root that also holds scalars;
//! * in an object `data` in the root, the same once more.
//!
//! So `{"version": …, "features": [{…}, {…}]}`, `{"mappings": {"T-1": {…}, …}}`, `[{…}, {…}]`, `{"ada":
//! {…}, "bob": {…}}` and a wrapped `{"format": …, "data": {…}, "checksum": …}` have the records that one
//! would think. What is in a record is never taken apart.
//!
//! # What is intact, and can be delimited
//!
//! A record comes back if these hold:
//!
//! * Each byte of it is what it was; of its name and the colon, too, if it is to keep its name; and of the names
//!   of what it stands in, if the collections [were named](Options::collection).
//! * If it is a scalar: the bracket, comma or colon on both sides are what they were. A number at the end
//!   of the input may have had more digits, and is lost.
//! * It does not touch the damage, be it with blanks between them, nor, if it is a scalar, is a delimiter all that is
//!   between them: a bracket, a comma or a quote beside random bytes may be one of them. (A hole of zeros makes none,
//!   and may touch a container that holds strings: without, it may be a piece of one.)
//! * It does not lie between two damaged places that are fewer than 8 bytes apart, nor, in one line, between two of
//!   which one is at least as long, unless there is a string: all of it may have been one.
//! * If the damage before it in the line shows a quote, a string stands between them or in it: else it may be the
//!   inside of one.
//! * Delimiters came or went by single bytes in one place of the file at most: what is left of more may be in
//!   order, and not what it was.
//! * Damage shows as such: bytes that can't stand there in JSON.
//! * Enough is left around it to see [what a record is](#what-a-record-is) there; else the object that it
//!   stands in comes back whole or not at all.
//!
//! It is in [`Salvage::text`] as well if its place is known: the brackets around it, their names, and
//! where in them it was. The indentation of a pretty-printed text tells that behind any damage; in a text
//! without, the brackets up to the end of the input do, or that the record has the members that the
//! records before the damage have. A record that stands in a lost one, and is like those of a collection, comes back
//! without a place: a bracket too many has put it there.
//!
//! # Guarantees
//!
//! * **No value is made up**: the text of each record is a slice of the input, or such a slice without
//!   comments and trailing commas, with double quotes for single ones.
//! * **The text is valid JSON**, not deeper than [`Options::depth_max`].
//! * **Whatever the bytes**: no panic, no recursion beyond a few levels, memory of at most about a hundred
//!   bytes for each bracket, comma, name and value up to [`Options::values_max`]; time grows with the
//!   length of the input.
//!
//! # Limitations
//!
//! * **Damage that leaves JSON can't be seen.** A digit that became another one, or a piece of another
//!   JSON file in the place of some records, comes back as it stands. Only a checksum finds that.
//! * **A list with less in it is another list.** Whether a program can do with it is for the program to
//!   say; [`Salvage::lost`] tells it what is missing.
//! * The number of a record behind a damaged place is not known, because nobody knows how many are gone.
//! * A string that was torn apart by a line end, words without quotes, numbers that JSON does not know
//!   (`+1`, `.5`, `0x10`, `NaN`) are damage.
//! * Of several documents in one input, only the first whole one is in the text.
//! * It reads up to 4 GiB.

mod options;
mod report;

mod gather;
mod source;

mod lex;
mod token;

mod indent;
mod parse;
mod tree;

mod collections;
mod write;

pub use options::Options;
pub use report::{Key, Lost, Reason, Record, Repair, RepairKind, Salvage};

/// What is left of a document, with the default [`Options`].
pub fn salvage(bytes: &[u8]) -> Salvage<'_> {
    Options::new().salvage(bytes)
}
