//! Cutting a damaged log, because somebody has asked for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chain::Chain;
use crate::group::Group;
use crate::identity::Identity;
use crate::layout::{self, Listing};
use crate::replay::Opened;
use crate::settle::begin_settled;
use crate::truncate::set_start;
use crate::{Damage, Error, Lsn, Options};

/// What a repair has cut, and where it is kept.
///
/// The log ends before `from` now, and the next record appended will have that number: what was known by the numbers of records
/// that were cut has to be thought over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repaired {
    /// What was wrong.
    pub damage: Damage,
    /// The first record that was cut, with its whole group.
    pub from: Lsn,
    /// Every file that holds something of what was cut. The segment with the damage is the first; it may still be part of the log up to there.
    pub kept: Vec<PathBuf>,
}

/// Whether a damaged log is cut now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Preview,
    Repair,
}

pub(crate) fn repair(options: &Options, dir: &Path, act: Act) -> Result<Option<Repaired>, Error> {
    let (opened, listing) = Opened::lock(options, dir)?;
    let mut chain = match Chain::new(
        Arc::clone(&options.fs),
        dir.to_owned(),
        &listing,
        opened.start,
    ) {
        Ok(chain) => chain,
        Err(Error::Damaged(damage)) => return cut(&opened, &listing, *damage, None, act).map(Some),
        Err(error) => return Err(error),
    };
    loop {
        match chain.advance() {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(Error::Damaged(damage)) => {
                return cut(&opened, &listing, *damage, Some(&chain), act).map(Some);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Puts aside what begins behind the damage, from the end on, so that what is left is a log with the same damage until the last step.
fn cut(
    opened: &Opened,
    listing: &Listing,
    damage: Damage,
    chain: Option<&Chain>,
    act: Act,
) -> Result<Repaired, Error> {
    if act == Act::Repair {
        make_ready(opened, listing)?;
    }
    let (_, cut) = damage.cut;
    // What was truncated is not there to be gone on from.
    let from = cut.max(opened.start);
    let (at_hand, before) = chain.map_or((None, None), Chain::headers);
    let keeps_part = cut > opened.start && at_hand.is_some_and(|header| header.first < cut);
    let last_kept = if keeps_part {
        at_hand
    } else {
        before.filter(|_| cut >= opened.start)
    };
    let mut kept = Vec::new();
    for &first in listing.segments.iter().rev() {
        let path = layout::segment(&opened.dir, first);
        if last_kept.is_some_and(|header| first <= header.first) {
            if keeps_part {
                kept.push(path);
            }
            break;
        }
        if act == Act::Preview {
            kept.push(path);
            continue;
        }
        kept.push(
            move_aside(opened, first, &path)
                .map_err(|source| Error::io(&path, "putting the segment aside", source))?,
        );
    }
    kept.reverse();
    if act == Act::Preview {
        return Ok(Repaired { damage, from, kept });
    }
    let identity = Identity::draw(
        opened.options.seed,
        [last_kept.map_or(0, |header| header.segment.0), from.get()],
    );
    let log = last_kept.or(at_hand).map_or_else(
        || Identity::draw(opened.options.seed, [0, 0]),
        |header| header.log,
    );
    let mut empty = Group::with_capacity(0);
    empty.begin(identity, from);
    begin_settled(opened, identity, log, last_kept, &mut empty)?;
    Ok(Repaired { damage, from, kept })
}

/// Clears away what an earlier try has left, and makes sure that what is put aside is not missed by a start that was not durable.
fn make_ready(opened: &Opened, listing: &Listing) -> Result<(), Error> {
    opened.remove_leftovers(listing)?;
    if opened.start == Lsn::FIRST {
        return Ok(());
    }
    set_start(&*opened.options.fs, &opened.dir, opened.start)
        .map_err(|source| Error::io(&opened.dir, "repairing the log", source))
}

/// Gives the segment another name, and returns that.
fn move_aside(opened: &Opened, first: Lsn, path: &Path) -> std::io::Result<PathBuf> {
    let fs = &*opened.options.fs;
    let aside = layout::dropped(fs, &opened.dir, first)?;
    fs.rename(path, &aside)?;
    if let Err(error) = fs.sync_dir(&opened.dir) {
        // A change of names whose sync has failed can't become durable any more: the next try needs one of its own.
        let _ = fs.rename(&aside, path);
        return Err(error);
    }
    Ok(aside)
}
