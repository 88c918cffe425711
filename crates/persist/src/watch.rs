//! Telling of changes that others make to a document.

mod alarm;

use std::fmt;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::read::State;
use crate::report::Loaded;
use crate::revision::Revision;
use alarm::{Alarm, Woken};

/// How long a damaged file may be one that is still being written, by a program that writes in place.
const GRACE: Duration = Duration::from_secs(1);

/// The states that a document gets, from [`Document::watch`].
///
/// It is an iterator that waits for the next state for as long as it takes, and never ends;
/// [`recv_timeout`](Self::recv_timeout) and [`try_recv`](Self::try_recv) wait for less. Each item is what
/// a [`load`](Document::load) gives: a complete state, never half of one, or the error.
///
/// * **Each state is told once**, whoever saved it, this process too; a file that was touched and holds
///   the same bytes is not told. Two states are the same if their [`Revision`]s are.
/// * **The last state is always told.** Of several that follow closely only the last may be: the system's
///   notices are awaited until there was none for 10 ms, for at most 100 ms.
/// * **Nothing is repaired.** A file that stays damaged for a second, or can't be used, is an error, told
///   once; load it to recover it. A file that is gone is not told; it is when it is there again.
///
/// Dropping it stops it, and the thread that listens to the system.
///
/// # How changes are noticed
///
/// The system tells of changes in the document's directory, which may go and come again. Where it can't,
/// the file is read every 2 seconds instead: on network file systems and FUSE (which is known on Linux
/// only: elsewhere changes that other machines make there may not be noticed), while the directory is not
/// there, and if the system has no notices left to give ([`is_polling`](Self::is_polling)).
pub struct Watch<T> {
    document: Document<T>,
    alarm: Alarm,
    told: Told,
    /// When the file was first seen to be damaged, if it may still become whole.
    suspect: Option<Instant>,
}

/// What was told last.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    State(Revision),
    Trouble(String),
}

impl<T: DeserializeOwned> Document<T> {
    /// Tells of every change from now on: load the document after this call, and no state is missed.
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) on any file system but the real one.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("notes.json");
    /// use persist::Document;
    /// use std::time::Duration;
    ///
    /// let notes = Document::<Vec<String>>::at(path);
    /// let mut watch = notes.watch()?;
    /// let mut shown = notes.load_or_default()?;
    ///
    /// // Somewhere else, perhaps in another process:
    /// notes.save(&vec!["tea".into()])?;
    ///
    /// if let Some(change) = watch.recv_timeout(Duration::from_secs(30)) {
    ///     shown = change?.into_value();
    /// }
    /// assert_eq!(shown, ["tea"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn watch(&self) -> Result<Watch<T>> {
        if !self.settings().disk.is_real() {
            let message = format!(
                "{} is on a file system that tells nobody of changes: load it again instead",
                self.path().display()
            );
            return Err(Error::new(ErrorKind::Unsupported, self.path(), message));
        }
        let place = self.place()?;
        // Before the look: what comes after it is told.
        let alarm = Alarm::new(&[self.path(), place.document()]);
        let told = match self.look(&place) {
            State::Good(good) => Told::State(good.revision()),
            _ => Told::Nothing,
        };
        Ok(Watch {
            document: self.clone(),
            alarm,
            told,
            suspect: None,
        })
    }
}

impl<T: DeserializeOwned> Watch<T> {
    /// The next state, or `None` if there is none within this time.
    pub fn recv_timeout(&mut self, timeout: Duration) -> Option<Result<Loaded<T>>> {
        self.next_until(Instant::now().checked_add(timeout))
    }

    /// The next state if there is one already.
    pub fn try_recv(&mut self) -> Option<Result<Loaded<T>>> {
        let is_due = self.suspect.is_some_and(|since| since.elapsed() >= GRACE);
        if !is_due && !self.alarm.has_rung() {
            return None;
        }
        self.look()
    }

    /// Whether the file is read again and again because the system does not tell of its changes.
    pub fn is_polling(&self) -> bool {
        self.alarm.is_polling()
    }

    fn next_until(&mut self, deadline: Option<Instant>) -> Option<Result<Loaded<T>>> {
        loop {
            let due = self.suspect.map(|since| since + GRACE);
            let until = [deadline, due].into_iter().flatten().min();
            match self.alarm.wait(until) {
                Woken::Rung => self.alarm.settle(),
                Woken::TooLate if until == due && due.is_some() => {}
                Woken::TooLate => return None,
            }
            if let Some(news) = self.look() {
                return Some(news);
            }
        }
    }

    /// The state that is there now, if it was not told.
    fn look(&mut self) -> Option<Result<Loaded<T>>> {
        let place = self.document.place();
        let state = place.map_or_else(State::Refused, |place| {
            self.alarm.follow(&[self.document.path(), place.document()]);
            self.document.look(&place)
        });
        let suspect = self.suspect.take();
        match state {
            State::Missing => None,
            State::Good(good) => {
                let state = Told::State(good.revision());
                self.tell(state, || Ok(good.into_loaded_document(None)))
            }
            State::Damaged(damaged) => {
                let since = suspect.unwrap_or_else(Instant::now);
                if since.elapsed() < GRACE {
                    self.suspect = Some(since);
                    return None;
                }
                let way_out = "load it, which recovers it from a backup";
                let error = damaged.into_error(self.document.path(), way_out);
                self.tell(Told::Trouble(error.to_string()), || Err(error))
            }
            State::Refused(error) => self.tell(Told::Trouble(error.to_string()), || Err(error)),
        }
    }

    fn tell(
        &mut self,
        state: Told,
        news: impl FnOnce() -> Result<Loaded<T>>,
    ) -> Option<Result<Loaded<T>>> {
        let is_new = self.told != state;
        self.told = state;
        is_new.then(news)
    }
}

impl<T: DeserializeOwned> Iterator for Watch<T> {
    type Item = Result<Loaded<T>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_until(None)
    }
}

impl<T> fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("document", &self.document)
            .field("is_polling", &self.alarm.is_polling())
            .finish_non_exhaustive()
    }
}
