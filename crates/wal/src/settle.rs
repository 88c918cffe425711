//! From the end that a log was found with to one that can be gone on with.

use std::path::PathBuf;

use vfs::OpenOptions;

use crate::chain::{End, LastMark};
use crate::group::Group;
use crate::header::Header;
use crate::identity::Identity;
use crate::layout;
use crate::output::{Cache, Output};
use crate::reader::{Extent, Reader};
use crate::replay::Opened;
use crate::segment::{Blank, Segment};
use crate::{Error, Flaw, Lsn};

/// How a log ended when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tail {
    /// Nothing was cut.
    Clean,
    /// The last thing that was being written when the log was left is there in part, or as noise. It had not been acknowledged, and it was
    /// cut.
    Torn {
        /// The segment.
        segment: PathBuf,
        /// Bytes from its start to what was cut.
        at: u64,
        /// How many bytes that were, to the end of the last page that holds any.
        bytes: u64,
        /// Their copy, if [`keep_torn`](crate::Options::keep_torn) asked for one.
        kept: Option<PathBuf>,
    },
}

/// Makes durable what was read and can't be proved to be, cuts what is torn, and gives the segment to go on in.
pub(crate) fn settle(opened: &Opened, end: End) -> Result<(Option<Segment>, Lsn, Tail), Error> {
    let Some(header) = end.segment else {
        return Ok((None, end.next, Tail::Clean));
    };
    let tail = report(opened, &header, end.torn)?;
    let segment = match end.mark {
        // Where a group was torn that should have gone over the mark, its rest must not stand behind the next one.
        LastMark::Closing(at) if end.torn.is_none() => {
            Segment::resume(&*opened.options.fs, &opened.dir, header, at, end.next)?
        }
        LastMark::Whole(group) => renew(opened, &header, end.next, Some(group))?,
        LastMark::Closing(_) | LastMark::Torn | LastMark::None => {
            renew(opened, &header, end.next, None)?
        }
    };
    Ok((Some(segment), end.next, tail))
}

/// A new segment that takes the place of everything from `group` on, or of everything behind the last record: what stands there now may be in the cache alone, and no sync
/// can be trusted to change that.
fn renew(
    opened: &Opened,
    header: &Header,
    next: Lsn,
    group: Option<Extent>,
) -> Result<Segment, Error> {
    let identity = Identity::draw(opened.options.seed, [header.segment.0, next.get()]);
    let mut copy = Group::with_capacity(group.map_or(0, |group| group.len as usize));
    copy.begin(identity, group.map_or(next, |group| group.first));
    if let Some(group) = group {
        copy_group(opened, header, group, &mut copy)?;
    }
    begin_settled(opened, identity, header.log, Some(header), &mut copy)
}

/// Makes a segment that is just as long as `group` and its header.
pub(crate) fn begin_settled(
    opened: &Opened,
    identity: Identity,
    log: Identity,
    before: Option<&Header>,
    group: &mut Group,
) -> Result<Segment, Error> {
    let fs = &*opened.options.fs;
    let path = opened.dir.join(layout::SETTLE_TEMP);
    let failed = |source| Error::io(&path, "beginning a segment", source);
    let file = fs.open(&path, &OpenOptions::create_new()).map_err(failed)?;
    let blank = Blank {
        output: Output::cached(file),
        path: path.clone(),
        identity,
        size: 0,
    };
    blank
        .begin(fs, &opened.dir, log, before, group, Cache::Through)
        .map_err(failed)
}

fn copy_group(
    opened: &Opened,
    header: &Header,
    group: Extent,
    copy: &mut Group,
) -> Result<(), Error> {
    let mut reader = Reader::open(&*opened.options.fs, &opened.dir, header.first)?;
    let failed = |reader: &Reader, source| Error::io(&reader.path, "reading the segment", source);
    let entered = reader.enter(group);
    if !entered.map_err(|source| failed(&reader, source))? {
        return Err(reader.damage(Flaw::Line).into());
    }
    while reader.step() {
        let copied = copy.push(reader.record().payload);
        copied.map_err(|error| failed(&reader, std::io::Error::other(error)))?;
    }
    Ok(())
}

fn report(opened: &Opened, header: &Header, torn: Option<(u64, u64)>) -> Result<Tail, Error> {
    let Some((at, bytes)) = torn else {
        return Ok(Tail::Clean);
    };
    let segment = layout::segment(&opened.dir, header.first);
    let kept = if opened.options.keeps_torn {
        Some(keep(opened, &segment, header.first, at, bytes)?)
    } else {
        None
    };
    Ok(Tail::Torn {
        segment,
        at,
        bytes,
        kept,
    })
}

/// Copies what is cut, before anything is changed.
fn keep(
    opened: &Opened,
    segment: &std::path::Path,
    first: Lsn,
    at: u64,
    bytes: u64,
) -> Result<PathBuf, Error> {
    let fs = &*opened.options.fs;
    let read = || {
        let file = fs.open(segment, &OpenOptions::read())?;
        let mut torn =
            vec![0; usize::try_from(bytes).map_err(|_| std::io::ErrorKind::FileTooLarge)?];
        file.read_exact_at(&mut torn, at)?;
        Ok(torn)
    };
    let torn = read().map_err(|source| Error::io(segment, "reading what is torn", source))?;
    let (file, path) = layout::create_torn(fs, &opened.dir, first, at)
        .map_err(|source| Error::io(&opened.dir, "keeping what is torn", source))?;
    let write = || {
        file.write_all_at(&torn, 0)?;
        file.sync_data()?;
        fs.sync_dir(&opened.dir)
    };
    write().map_err(|source| Error::io(&path, "keeping what is torn", source))?;
    Ok(path)
}
