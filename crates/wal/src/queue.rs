//! What is waiting to be written, and where it will go.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use crate::group::Group;
use crate::handoff::Shared;
use crate::identity::Identity;
use crate::mark::MARK;
use crate::page::next_page;
use crate::progress::Progress;
use crate::segment::{Blank, Segment, room_in};
use crate::{Error, Lsn};

/// Bytes of lines after which a group is written before it takes more. As many as a reader has at once, and as a core keeps close.
const GROUP_MAX: u64 = 1 << 18;

/// Everything that the hand-off's mutex guards.
pub(crate) struct Queue {
    /// What no leader has taken yet.
    pub(crate) pending: Group,
    /// The buffer that will take its place.
    idle: Group,
    /// The first record that was not truncated.
    pub(crate) start: Lsn,
    /// The first record that is not durable.
    durable: Lsn,
    /// The segment that is written to, unless a leader has it or there is none yet.
    pub(crate) segment: Option<Segment>,
    /// Its identity, for the lines that will be written there.
    identity: Identity,
    /// Bytes that it still takes behind what leaders have taken.
    room: u64,
    /// Bytes of new segments.
    segment_size: u64,
    /// What the next segment will be made of.
    pub(crate) spare: Option<Blank>,
    pub(crate) preparation: Preparation,
    /// Whether the next group begins a segment although it would fit into this one.
    pub(crate) ends_segment: bool,
    /// When the oldest record came that no leader has taken.
    pub(crate) pending_since: Option<Instant>,
    pub(crate) failure: Option<Error>,
    pub(crate) groups: u64,
    progress: Arc<Progress>,
}

/// What becomes of the next spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preparation {
    /// Nobody is at it.
    Idle,
    /// Somebody is.
    Running,
    /// A thread has failed at it; whoever needs the spare tries again and hears why.
    Failed,
}

/// Whether there is room for more records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// There is.
    Enough,
    /// Once what is pending has been written.
    AfterFlush,
    /// Once there is a spare.
    WithSpare,
    /// Never: no segment takes so much. This is how much one takes.
    Never(u64),
}

/// A group on its way, and all that is needed to write it.
pub(crate) struct Taken {
    pub(crate) group: Group,
    pub(crate) segment: Option<Segment>,
    /// What the group begins a segment with, if it does not fit into the one before.
    pub(crate) spare: Option<Blank>,
}

impl Queue {
    /// Of a log that holds these records, all of them durable.
    pub(crate) fn new(
        segment: Option<Segment>,
        records: Range<Lsn>,
        segment_size: u64,
        progress: Arc<Progress>,
    ) -> Self {
        let identity = segment
            .as_ref()
            .map_or(Identity::NONE, |segment| segment.header.segment);
        let lines = usize::try_from(GROUP_MAX.min(segment_size)).unwrap_or(0);
        let mut pending = Group::with_capacity(lines);
        pending.begin(identity, records.end);
        Self {
            pending,
            idle: Group::with_capacity(lines),
            start: records.start,
            durable: records.end,
            identity,
            room: segment.as_ref().map_or(0, Segment::room),
            segment,
            segment_size,
            spare: None,
            preparation: Preparation::Idle,
            ends_segment: false,
            pending_since: None,
            failure: None,
            groups: 0,
            progress,
        }
    }

    /// The record that will be appended next.
    pub(crate) fn next(&self) -> Lsn {
        self.pending.next()
    }

    /// The first record that is not durable.
    pub(crate) fn durable(&self) -> Lsn {
        self.durable
    }

    /// The identity of the segment that is written to.
    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }

    /// Whether so many bytes of lines can be accepted, so that nothing can keep them from being written but a failure.
    pub(crate) fn room_for(&self, lines: u64) -> Room {
        let whole = room_in(self.segment_size);
        if MARK as u64 + lines > whole {
            return Room::Never(whole);
        }
        let pages = next_page(self.pending.len() + lines);
        if !self.pending.is_empty() && (self.pending.len() + lines > GROUP_MAX || pages > whole) {
            Room::AfterFlush
        } else if pages <= self.room && !self.ends_segment || self.spare.is_some() {
            Room::Enough
        } else {
            Room::WithSpare
        }
    }

    /// Whether it is time to prepare a spare.
    pub(crate) fn wants_spare(&self) -> bool {
        self.spare.is_none()
            && self.preparation == Preparation::Idle
            && self.room < self.segment_size / 2
    }
}

impl Shared for Queue {
    type Group = Taken;
    type Error = Error;

    fn outcome(&self, target: u64) -> Option<Result<(), Error>> {
        if target < self.durable.get() {
            return Some(Ok(()));
        }
        self.failure.clone().map(Err)
    }

    fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    fn is_taken(&self, target: u64) -> bool {
        target < self.pending.first().get()
    }

    fn take(&mut self) -> Taken {
        let pages = next_page(self.pending.len());
        let fits = pages <= self.room && !self.ends_segment;
        let spare = if fits { None } else { self.spare.take() };
        if let Some(spare) = &spare {
            self.room = room_in(spare.size);
            self.identity = spare.identity;
            self.ends_segment = false;
            self.preparation = Preparation::Idle;
        }
        self.room = self.room.saturating_sub(pages);
        self.idle.begin(self.identity, self.pending.next());
        self.pending_since = None;
        Taken {
            // The second buffer comes back with the group that is on its way: there is one at a time.
            group: {
                let next = std::mem::replace(&mut self.idle, Group::elsewhere());
                std::mem::replace(&mut self.pending, next)
            },
            segment: self.segment.take(),
            spare,
        }
    }

    fn put(&mut self, taken: Taken, outcome: Result<(), Error>) {
        match outcome {
            Ok(()) => {
                self.durable = taken.group.next();
                self.groups += 1;
                self.progress.advance(self.durable);
            }
            Err(error) => {
                self.failure = Some(error);
                self.progress.stop();
            }
        }
        self.segment = taken.segment;
        self.idle = taken.group;
    }
}
