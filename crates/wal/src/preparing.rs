//! Having the next segment ready before it is needed.

use std::sync::Arc;

use crate::core::{Core, Guard};
use crate::identity::Identity;
use crate::queue::Preparation;
use crate::segment::Blank;
use crate::spare;
use crate::sync::{lock, wait};
use crate::{Background, Error};

impl Core {
    /// Prepares the spare, or waits for whoever does. Nothing has been accepted that needs it: a full disk shows here.
    pub(crate) fn prepare<'a>(&'a self, mut state: Guard<'a>) -> Result<Guard<'a>, Error> {
        if state.shared.preparation == Preparation::Running {
            return Ok(wait(&self.prepared, state));
        }
        state.shared.preparation = Preparation::Running;
        let identity = self.next_identity(&state);
        drop(state);
        let prepared = self.prepare_spare(identity, false);
        let mut state = self.handoff.lock();
        state.shared.preparation = Preparation::Idle;
        self.prepared.notify_all();
        match prepared {
            Ok(spare) => {
                state.shared.spare = Some(spare);
                Ok(state)
            }
            Err(source) => Err(Error::NoRoom {
                dir: self.dir.clone(),
                source: Arc::new(source),
            }),
        }
    }

    /// Has a thread prepare the spare, if it is time.
    pub(crate) fn prepare_ahead(self: &Arc<Self>, state: &mut Guard<'_>) {
        if self.options.background == Background::None || !state.shared.wants_spare() {
            return;
        }
        let identity = self.next_identity(state);
        let core = Arc::clone(self);
        let thread = std::thread::Builder::new()
            .name("wal-prepare".to_owned())
            .spawn(move || core.prepare_in_thread(identity));
        if let Ok(thread) = thread {
            state.shared.preparation = Preparation::Running;
            // The one before is done: it was not running.
            *lock(&self.preparer) = Some(thread);
        }
    }

    fn prepare_in_thread(&self, identity: Identity) {
        let prepared = self.prepare_spare(identity, true);
        let mut state = self.handoff.lock();
        match prepared {
            Ok(spare) => {
                state.shared.preparation = Preparation::Idle;
                state.shared.spare = Some(spare);
            }
            // Whoever needs the spare tries again, and is told.
            Err(_) => state.shared.preparation = Preparation::Failed,
        }
        drop(state);
        self.prepared.notify_all();
    }

    fn prepare_spare(&self, identity: Identity, gives_up: bool) -> std::io::Result<Blank> {
        let stop = || gives_up && self.is_stopping();
        spare::prepare(
            self.fs(),
            &self.dir,
            identity,
            self.options.segment_size,
            &stop,
        )
    }

    fn next_identity(&self, state: &Guard<'_>) -> Identity {
        let queue = &state.shared;
        Identity::draw(self.options.seed, [queue.identity().0, queue.next().get()])
    }
}
