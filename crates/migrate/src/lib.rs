//! Versions of a document and the steps between them.
//!
//! A program outlives the shape of its files. The next version must read what the last one wrote, and
//! the last one must not destroy what the next one wrote. This crate holds the list of shapes, named
//! by labels, and the functions that lead from each to the next. It works on values in memory: it
//! opens no file, finds no label in a document and stamps none. Where a label stands in a file is the
//! business of the format around it.
//!
//! * [`Label`] names a version: a JSON integer or string. It has no order of its own.
//! * [`Chain`] is the order: a first label, and one step to each following one. Steps change a
//!   [`Value`](serde_json::Value), or turn one type into another by way of serde.
//! * [`Chain::upgrade`] runs the steps from a label to the newest and gives [`Migrated`].
//!   [`Chain::downgrade`] goes back, where every step between has a way down.
//! * [`Chain::preview`] runs the same steps and gives a [`Preview`]: what would [`Change`], by JSON
//!   Pointer, for people to read and as a JSON Patch for tools.
//! * [`Error`] says by its [`kind`](Error::kind) whose move it is, and names the [`Step`].
//!
//! ```
//! use migrate::{Chain, ErrorKind, Label};
//! use serde::{Deserialize, Serialize};
//! use serde_json::json;
//!
//! #[derive(Deserialize)]
//! struct V2 { theme: String }
//! #[derive(Serialize)]
//! struct V3 { theme: String, contrast: f64 }
//!
//! let chain = Chain::new(1)
//!     .step(2, |v| {
//!         let dark = v["dark"].as_bool().ok_or("`dark` is not a boolean")?;
//!         *v = json!({ "theme": if dark { "dark" } else { "light" } });
//!         Ok(())
//!     })
//!     .typed_step::<V2, V3>(3, |old| Ok(V3 { theme: old.theme, contrast: 1.0 }))
//!     .unlabelled(1); // files of the first release carry no version
//!
//! let file = json!({ "dark": true });
//! let now = chain.upgrade(&Label::from(1), &file)?;
//! assert_eq!(*now.value, json!({ "theme": "dark", "contrast": 1.0 }));
//! assert_eq!(now.to, Label::from(3));
//! assert_eq!(chain.upgrade(None, &file)?, now);
//!
//! // What a later release wrote is refused, and nothing was taken away or changed.
//! let refused = chain.upgrade(&Label::from(4), &file).unwrap_err();
//! assert_eq!(refused.kind(), ErrorKind::NewerVersion);
//! # Ok::<(), migrate::Error>(())
//! ```
//!
//! # Guarantees
//!
//! * **All or nothing.** Steps work on a copy. A step that fails or panics, and a label that is
//!   refused, leave the caller's value as it was; a failed step is named, with its cause as
//!   [`source`](std::error::Error::source).
//! * **Every step, once, in the chain's order.** No step is skipped, and a chain can't loop: a label
//!   that comes twice is refused.
//! * **No guessing.** A label that the chain doesn't hold is refused, as newer where that can be told
//!   and as unknown where not. A missing label is an error, unless [`Chain::unlabelled`] says what it
//!   means.
//! * **A wrong chain says so**, from [`Chain::check`] and from every operation, before any step runs.
//! * **A current value is not copied**: [`Migrated::value`] then borrows it.
//! * **Applied in order, the changes of a preview turn the old value into the new one**, as the JSON
//!   Patch operations (RFC 6902) they serialise to.
//! * **Bounded on hostile input.** A value nested deeper than 128 levels, more than `serde_json` reads,
//!   is refused before it is copied. Labels and values in messages are cut, control characters escaped.
//!
//! # Limitations
//!
//! * A typed step keeps what its types know: members that the old type doesn't name are gone, unless
//!   it collects them (`#[serde(flatten)]`) or refuses them (`#[serde(deny_unknown_fields)]`). A
//!   preview shows the loss.
//! * An upgrade holds the old and the new value at the same time.
//! * Panics of steps are not caught.
//! * The order of an object's members is not a difference. A step that wants to keep it removes members
//!   with `shift_remove`: `remove` moves the last one into the gap.
//! * Lists are compared by position after their common beginning and end: a member moved inside a list
//!   shows as several changes.

pub use chain::Chain;
pub use diff::{Change, compare};
pub use error::{Error, ErrorKind, Failure, Flaw};
pub use label::Label;
pub use preview::Preview;
pub use run::Migrated;
pub use step::{Step, StepError};

mod chain;
mod label;
mod step;

mod newer;
mod run;

mod diff;
mod preview;

mod brief;
mod depth;
mod error;
