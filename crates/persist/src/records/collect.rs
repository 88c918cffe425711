//! How a load learns of the records that were not read.
//!
//! Serde hands nothing to the `Deserialize` of a member but the text, and takes nothing back but the
//! value. So what is found on the way is put on a list that belongs to the thread, and that is there
//! only while one value is read or written. A walk over the finished value would cost each load of a
//! large document a pass, and each of them has to be told then how to be walked.

use std::cell::RefCell;

use super::UnreadRecord;

thread_local! {
    static FOUND: RefCell<Option<Vec<UnreadRecord>>> = const { RefCell::new(None) };
}

/// Does something, and says which unread records it has read or written.
pub(crate) fn collecting<R>(work: impl FnOnce() -> R) -> (R, Vec<UnreadRecord>) {
    // Whoever loads another document on the way has a list of his own.
    let _outer = Outer(FOUND.replace(Some(Vec::new())));
    let answer = work();
    (answer, FOUND.take().unwrap_or_default())
}

/// Puts a record on the list, if there is one.
pub(super) fn report(record: &UnreadRecord) {
    FOUND.with_borrow_mut(|found| {
        if let Some(found) = found {
            found.push(record.clone());
        }
    });
}

/// The list of whoever is further out, which is his again when this is dropped.
struct Outer(Option<Vec<UnreadRecord>>);

impl Drop for Outer {
    fn drop(&mut self) {
        FOUND.set(self.0.take());
    }
}
