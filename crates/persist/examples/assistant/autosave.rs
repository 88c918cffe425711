//! Saving by itself, in the background.
//!
//! What was changed is saved no later than one interval after the first change that is not saved yet,
//! and when the program ends. **What can be lost**, by a crash or a power cut: the changes of the last
//! interval, and of the time that the save takes. A save that failed is tried again after one more
//! interval; its changes stay in memory, and it is told.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::error::Error;

/// Time since some moment.
pub(crate) type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Saves all there is to save.
pub(crate) type Save = Box<dyn FnMut() -> Result<(), Error> + Send>;

enum Message {
    /// There is something to save, since then.
    Changed(Duration),
    /// Do what is due by now, and say when that is done.
    Settle(Sender<()>),
    /// Save, and end.
    Finish,
}

/// A thread that saves. It ends when this value is dropped, after a last save.
pub(crate) struct AutoSave {
    clock: Clock,
    messages: Sender<Message>,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

impl AutoSave {
    /// `tell` is told of saves that failed and are tried again.
    pub(crate) fn start(
        interval: Duration,
        clock: Clock,
        save: Save,
        tell: impl Fn(&Error) + Send + 'static,
    ) -> Self {
        let (messages, received) = channel();
        let mut saver = Saver {
            interval,
            clock: Arc::clone(&clock),
            save,
            due: None,
        };
        let thread = std::thread::spawn(move || saver.run(&received, tell));
        Self {
            clock,
            messages,
            thread: Some(thread),
        }
    }

    /// Says that there is something to save.
    pub(crate) fn changed(&self) {
        // The thread ends only with this value.
        let _ = self.messages.send(Message::Changed((self.clock)()));
    }

    /// Waits until all that is due by now is saved.
    pub(crate) fn settle(&self) {
        let (done, wait) = channel();
        let _ = self.messages.send(Message::Settle(done));
        let _ = wait.recv();
    }

    /// Saves what is left, and ends.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        match self.end() {
            Some(Ok(saved)) => saved,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(()),
        }
    }

    fn end(&mut self) -> Option<std::thread::Result<Result<(), Error>>> {
        let _ = self.messages.send(Message::Finish);
        self.thread.take().map(JoinHandle::join)
    }
}

impl Drop for AutoSave {
    fn drop(&mut self) {
        // Who wants to know how it went calls `finish`.
        let _ = self.end();
    }
}

/// What the thread knows.
struct Saver {
    interval: Duration,
    clock: Clock,
    save: Save,
    /// When the first change that is not saved yet must be.
    due: Option<Duration>,
}

impl Saver {
    fn run(&mut self, messages: &Receiver<Message>, tell: impl Fn(&Error)) -> Result<(), Error> {
        loop {
            let mut settled = None;
            match self.next(messages) {
                Ok(Message::Changed(since)) => {
                    self.due.get_or_insert(since.saturating_add(self.interval));
                }
                Ok(Message::Settle(done)) => settled = Some(done),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Message::Finish) | Err(RecvTimeoutError::Disconnected) => return self.finish(),
            }
            if let Err(error) = self.save_if_due() {
                tell(&error);
            }
            drop(settled);
        }
    }

    /// What comes next: a message, or the time of a save.
    fn next(&self, messages: &Receiver<Message>) -> Result<Message, RecvTimeoutError> {
        match self.due {
            None => Ok(messages.recv()?),
            Some(due) => messages.recv_timeout(due.saturating_sub((self.clock)())),
        }
    }

    fn save_if_due(&mut self) -> Result<(), Error> {
        let now = (self.clock)();
        if self.due.is_none_or(|due| now < due) {
            return Ok(());
        }
        let saved = (self.save)();
        self.due = saved.is_err().then(|| now.saturating_add(self.interval));
        saved
    }

    fn finish(&mut self) -> Result<(), Error> {
        match self.due {
            Some(_) => (self.save)(),
            None => Ok(()),
        }
    }
}
